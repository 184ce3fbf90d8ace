import AWSRequests
import Foundation
import NoroshiTestSupport
import Routing
import Synchronization
import Testing

@Suite("Keeping credentials")
struct AWSIdentityTests {
    /// Hands out credentials by a script.
    private final class Issuer: Sendable {
        struct State {
            var count = 0
            /// Of what is handed out, in seconds.
            var life: Double? = 3_600
            var error: CredentialError?
            var gate: Gate?
            var told: [CredentialError] = []
        }

        let state = Mutex(State())
        let time = ManualTime()

        var count: Int { state.withLock(\.count) }

        func identity(jitter: Double = 0) -> AWSIdentity {
            AWSIdentity(
                now: { self.time.now },
                jitter: { jitter },
                report: { error in self.state.withLock { $0.told.append(error) } }
            ) { () async throws(CredentialError) in
                if let gate = self.state.withLock(\.gate) { await gate.pass() }
                let (number, life, error) = self.state.withLock { state in
                    state.count += 1
                    return (state.count, state.life, state.error)
                }
                if let error { throw error }
                return AWSCredentials(
                    accessKeyID: "KEY\(number)",
                    secretKey: Secret("s"),
                    expiresAt: life.map { self.time.now.addingTimeInterval($0) }
                )
            }
        }
    }

    private let issuer = Issuer()

    private func id(_ identity: AWSIdentity) async throws -> String { try await identity.credentials().accessKeyID }

    /// What is renewed while the old is used comes a moment later.
    private func renewed(_ identity: AWSIdentity, to id: String) async throws {
        while try await self.id(identity) != id { await Task.yield() }
    }

    @Test("many who ask at once share one fetch")
    func single() async throws {
        let gate = Gate()
        issuer.state.withLock { $0.gate = gate }
        let identity = issuer.identity()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await identity.credentials().accessKeyID } }
            await gate.waiting()
            gate.open()
            for try await id in group { #expect(id == "KEY1") }
        }
        #expect(issuer.count == 1)
    }

    @Test("credentials without an end are fetched once")
    func endless() async throws {
        issuer.state.withLock { $0.life = nil }
        let identity = issuer.identity()
        #expect(try await id(identity) == "KEY1")
        issuer.time.advance(by: 1e9)
        #expect(try await id(identity) == "KEY1")
        #expect(issuer.count == 1)
    }

    @Test("they are renewed before they end, and the old ones serve meanwhile")
    func renewal() async throws {
        let identity = issuer.identity()
        #expect(try await id(identity) == "KEY1")
        issuer.time.advance(by: 3_600 - 361)
        #expect(try await id(identity) == "KEY1")
        #expect(issuer.count == 1)
        issuer.time.advance(by: 2)
        #expect(try await id(identity) == "KEY1")
        try await renewed(identity, to: "KEY2")
        #expect(issuer.count == 2)
    }

    @Test("those that live for a minute are not fetched at every use")
    func short() async throws {
        issuer.state.withLock { $0.life = 70 }
        let identity = issuer.identity()
        for _ in 0..<5 { #expect(try await id(identity) == "KEY1") }
        issuer.time.advance(by: 30)
        #expect(try await id(identity) == "KEY1")
        #expect(issuer.count == 1)
    }

    @Test("an outage of ten minutes is none as long as they are valid, and is tried again twice a minute at most")
    func outage() async throws {
        let identity = issuer.identity()
        #expect(try await id(identity) == "KEY1")
        issuer.state.withLock { $0.error = CredentialError("test", "down") }
        issuer.time.advance(by: 3_241)
        for _ in 0..<10 {
            let before = issuer.count
            while issuer.count == before {
                #expect(try await id(identity) == "KEY1")
                await Task.yield()
            }
            for _ in 0..<20 { #expect(try await id(identity) == "KEY1") }
            #expect(issuer.count == before + 1)
            issuer.time.advance(by: 31)
        }
        issuer.state.withLock { $0.error = nil }
        while try await id(identity) == "KEY1" { await Task.yield() }
        #expect(issuer.count == 12)
    }

    @Test("once they have ended, a failure is told, and told again without asking for half a minute")
    func failure() async throws {
        issuer.state.withLock { $0.error = CredentialError("test", "down") }
        let identity = issuer.identity()
        for _ in 0..<3 {
            await #expect(throws: CredentialError("test", "down")) { try await identity.credentials() }
        }
        #expect(issuer.count == 1)
        issuer.time.advance(by: 31)
        issuer.state.withLock { $0.error = nil }
        #expect(try await id(identity) == "KEY2")
    }

    @Test("what a service refuses is fetched anew, once for all who were refused")
    func refused() async throws {
        let identity = issuer.identity()
        let first = try await identity.credentials()
        try await identity.refused(first)
        #expect(try await id(identity) == "KEY2")
        try await identity.refused(first)
        #expect(try await id(identity) == "KEY2")
        #expect(issuer.count == 2)
    }

    @Test(
        "what one service refuses is given to others until there is something new, and when there is not",
        .timeLimit(.minutes(15))
    )
    func refusedMeanwhile() async throws {
        let identity = issuer.identity()
        let first = try await identity.credentials()
        let gate = Gate()
        issuer.state.withLock { state in
            state.gate = gate
            state.error = CredentialError("test", "down")
        }
        // Of its own, since it has to wait while the others ask.
        let refusal = Task { try await identity.refused(first) }
        await gate.waiting()
        #expect(try await id(identity) == "KEY1")
        gate.open()
        await #expect(throws: CredentialError("test", "down")) { try await refusal.value }
        #expect(try await id(identity) == "KEY1")
        // Not asked for again at once, and then with success.
        await #expect(throws: CredentialError("test", "down")) { try await identity.refused(first) }
        #expect(issuer.count == 2)
        issuer.state.withLock { $0.error = nil }
        issuer.time.advance(by: 31)
        try await identity.refused(first)
        #expect(try await id(identity) == "KEY3")
    }

    @Test("that valid credentials cannot be renewed is told once for each row of failures")
    func told() async throws {
        let identity = issuer.identity()
        for row in 1...2 {
            let now = try await identity.credentials()
            issuer.state.withLock { $0.error = CredentialError("test", "down") }
            for _ in 0..<3 {
                await #expect(throws: CredentialError("test", "down")) { try await identity.refused(now) }
                issuer.time.advance(by: 31)
            }
            #expect(issuer.state.withLock(\.told).count == row)
            issuer.state.withLock { $0.error = nil }
            try await identity.refused(now)
        }
        // Whoever gets the failure as an error is told by it.
        issuer.time.advance(by: 4_000)
        issuer.state.withLock { $0.error = CredentialError("test", "down") }
        await #expect(throws: CredentialError("test", "down")) { try await identity.credentials() }
        #expect(issuer.state.withLock(\.told).count == 2)
    }

    @Test("credentials that are handed out expired are used, and others asked for a minute later")
    func expired() async throws {
        issuer.state.withLock { $0.life = -100 }
        let identity = issuer.identity()
        for _ in 0..<3 { #expect(try await id(identity) == "KEY1") }
        issuer.state.withLock { $0.life = 3_600 }
        issuer.time.advance(by: 61)
        #expect(try await id(identity) == "KEY1")
        try await renewed(identity, to: "KEY2")
    }
}
