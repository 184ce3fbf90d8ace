import FoundationEssentials
import Store
import Testing

@Suite("Sign-ins that are kept")
struct SessionsContractTests {
    private func session(_ number: UInt8, at seconds: Double) -> SessionRecord {
        SessionRecord(
            id: [UInt8](repeating: number, count: 32),
            token: "token.mina",
            seal: [UInt8](repeating: 200, count: 32),
            createdAt: .t(seconds),
            usedAt: .t(seconds)
        )
    }

    @Test("a session is found by its id, its last use is noted, and it ends", arguments: Backend.available)
    func life(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var one = session(1, at: 0)
            try await store.roles.begin(one)
            #expect(try await store.roles.session(one.id) == one)
            #expect(try await store.roles.session([UInt8](repeating: 2, count: 32)) == nil)
            one.usedAt = .t(60)
            try await store.roles.noteUse(of: one.id, at: .t(60))
            try await store.roles.noteUse(of: one.id, at: .t(30))
            #expect(try await store.roles.session(one.id) == one)
            try await store.roles.endSession(one.id)
            try await store.roles.endSession(one.id)
            #expect(try await store.roles.session(one.id) == nil)
            // A use that was under way when it ended does not bring it back.
            try await store.roles.noteUse(of: one.id, at: .t(90))
            #expect(try await store.roles.session(one.id) == nil)
        }
    }

    @Test("those that are open are listed, the last used first, and end together", arguments: Backend.available)
    func listed(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let (one, two, three) = (session(1, at: 0), session(2, at: 60), session(3, at: 900))
            for record in [one, two, three] { try await store.roles.begin(record) }
            #expect(try await store.roles.sessions(openAt: .t(1_000)) == [three, two, one])
            #expect(try await store.roles.sessions(openAt: .t(SessionRecord.idleTime + 61)) == [three])
            #expect(try await store.roles.sessions(openAt: .t(-100)).isEmpty)
            var other = session(4, at: 900)
            other.token = "token.bo"
            try await store.roles.begin(other)
            #expect(try await store.roles.endSessions(but: two.id, of: "token.mina", openAt: .t(1_000)) == 2)
            #expect(try await store.roles.sessions(openAt: .t(1_000)) == [other, two])
            #expect(try await store.roles.endSessions(but: nil, of: nil, openAt: .t(1_000)) == 2)
            #expect(try await store.roles.sessions(openAt: .t(1_000)).isEmpty)
        }
    }

    @Test("those that have ended by themselves are gone at the next sign-in", arguments: Backend.available)
    func ended(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let idle = session(1, at: 0)
            var old = session(2, at: 0)
            try await store.roles.begin(idle)
            old.usedAt = .t(SessionRecord.lifetime)
            try await store.roles.begin(old)
            let now = SessionRecord.lifetime + 1
            try await store.roles.begin(session(3, at: now))
            #expect(try await store.roles.session(idle.id) == nil)
            #expect(try await store.roles.session(old.id) == nil)
            #expect(try await store.roles.session(session(3, at: now).id) != nil)
        }
    }

    @Test(
        "what proves forms is made once, for all who ask at once and after a restart",
        arguments: Backend.available
    )
    func formSecret(backend: Backend) async throws {
        var other: FormSecret?
        try await OpenStore.with(backend) { store in other = try await store.roles.formSecret() }
        try await OpenStore.with(backend) { store in
            let secrets = try await withThrowingTaskGroup(of: FormSecret.self) { group in
                for _ in 0..<8 { group.addTask { try await store.roles.formSecret() } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            let secret = try #require(secrets.first)
            #expect(secrets.count == 1 && secret.bytes.count == 32 && Set(secret.bytes).count > 8)
            #expect("\(secret)" == "FormSecret" && secret != other)
            try await store.restart { again in
                let kept = try await again.roles.formSecret()
                #expect(kept == secret)
            }
        }
    }

    @Test(
        "a session is open from its beginning for 12 hours, while it is used every half hour",
        arguments: [
            (0, 0, true), (1_800, 0, true), (1_801, 0, false), (43_200, 43_000, true), (43_201, 43_200, false),
            (-61, 0, false), (-30, 0, true),
        ]
    )
    func openness(now: Double, usedAt: Double, isOpen: Bool) {
        var one = session(1, at: 0)
        one.usedAt = .t(usedAt)
        #expect(one.isOpen(at: .t(now)) == isOpen)
    }
}
