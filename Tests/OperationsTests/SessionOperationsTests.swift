import FoundationEssentials
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import Operations

@Suite("Who is signed in")
struct SessionOperationsTests {
    private func record(_ number: UInt8, of token: String, usedAt: Double = 0) -> SessionRecord {
        SessionRecord(
            id: [UInt8](repeating: number, count: 32),
            token: token,
            seal: [number],
            createdAt: Example.now - 60,
            usedAt: Example.now + usedAt
        )
    }

    private func roles() -> FakeRoles {
        var state = Example.state
        state.sessions = [record(1, of: "ana", usedAt: -9), record(2, of: "bo"), record(3, of: "ana", usedAt: -20)]
        return FakeRoles(state)
    }

    @Test("sessions are listed under names from which nothing can be opened, those of the proxy with them")
    func list() async throws {
        let operations = try Example.operations(roles())
        operations.sessions.visits.note("cy@proxy", role: "viewer", now: Example.now - 5)
        operations.sessions.visits.note("gone@proxy", role: nil, now: Example.now - SessionRecord.idleTime - 1)
        let sessions = try await operations.sessions.list { $0.seal != [3] }
        #expect(sessions.map(\.person) == ["bo", "cy@proxy", "ana"])
        #expect(sessions.map(\.kind) == [.token, .proxy, .token])
        #expect(sessions.allSatisfy { $0.handle.count == 16 })
        #expect(sessions.contains { $0.handle.contains("0101") || $0.handle.contains("0202") } == false)
    }

    @Test("everybody ends their own, and only who may more those of others")
    func end() async throws {
        let (roles, lines) = (roles(), LoggedLines())
        let sessions = try Example.operations(roles).sessions
        sessions.visits.note("ana", role: nil, now: Example.now)
        let (one, two) = (OpenSession.handle(of: record(1, of: "").id), OpenSession.handle(of: record(2, of: "").id))
        await #expect(throws: SessionRefusal.ofSomebodyElse) {
            try await sessions.end(two, reach: .own, by: lines.author)
        }
        try await sessions.end(one, reach: .own, by: lines.author)
        await #expect(throws: SessionRefusal.unknown) { try await sessions.end(one, reach: .own, by: lines.author) }
        try await sessions.end(two, reach: .everybody, by: lines.author)
        #expect(roles.state.withLock { $0.sessions.map(\.id[0]) } == [3])
        let proxied = OpenSession.handle(of: Array("ana".utf8))
        await #expect(throws: SessionRefusal.ofTheProxy) {
            try await sessions.end(proxied, reach: .own, by: lines.author)
        }
        let entries = roles.state.withLock { $0.audit.map(\.entry) }
        #expect(entries.map(\.action) == ["session.end", "session.end"])
        #expect(Set(entries.map(\.subject)) == ["ana", "bo"])
    }

    @Test(
        "all others end at once",
        arguments: [
            (SessionOperations.Reach.own, nil, [2]), (.own, 1, [1, 2]), (.everybody, nil, []), (.everybody, 2, [2]),
        ] as [(SessionOperations.Reach, UInt8?, Set<UInt8>)]
    )
    func endAll(reach: SessionOperations.Reach, kept: UInt8?, left: Set<UInt8>) async throws {
        let roles = roles()
        let sessions = try Example.operations(roles).sessions
        let handle = kept.map { OpenSession.handle(of: record($0, of: "").id) }
        let count = try await sessions.endAll(but: handle, of: reach, by: LoggedLines().author)
        #expect(Set(roles.state.withLock { $0.sessions.map(\.id[0]) }) == left)
        #expect(count == 3 - left.count)
    }
}
