import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Synchronization
import Testing

@testable import Operations

@Suite("What was measured of a draft")
struct MeasuringTests {
    private static let first = Array(Example.routes.replacing(">=high", with: ">=critical").utf8)
    private static let second = Array(Example.routes.replacing(">=high", with: ">=medium").utf8)

    /// A draft with the text, and its version in force.
    private func draft(_ text: [UInt8], in roles: FakeRoles) async throws -> Int64 {
        try await roles.createDraft(of: "ana", RouteDraft.Content(base: 1, text: text), now: Example.now).number
    }

    private func measure(
        _ operations: Operations,
        _ source: RuleSource,
        depth: ReplayQuestion.Depth = .decisions,
        since: Date? = nil
    ) async throws -> String {
        let request = ReplayRequest(candidate: source, against: .version(1), since: since, depth: depth)
        let id = try await operations.replays.start(request, by: .anybody).replay.id
        _ = try await operations.replays.ended(id)
        return id
    }

    @Test("after an edit what was measured before is stale, and says by how many changes; taken back, it is not")
    func stale() async throws {
        let roles = try Example.roles()
        let operations = try Example.operations(roles)
        let number = try await draft(Self.first, in: roles)
        let id = try await measure(operations, .draft("d\(number)"))
        func earlier() async throws -> (id: String, changes: Int)? {
            let draft = try await operations.drafts.draft("d\(number)")
            return try await operations.replays.latestEarlier(of: draft).map { ($0.replay.id, $0.changes) }
        }
        #expect(try await earlier() == nil)
        _ = try await roles.saveDraft(number, after: 1, .init(base: 1, text: Self.second), now: Example.now)
        #expect(try await operations.replays.latest(of: Self.second, against: 1) == nil)
        let found = try await earlier()
        #expect(found?.id == id && found?.changes == 1)
        _ = try await roles.saveDraft(number, after: 2, .init(base: 1, text: Self.first), now: Example.now)
        #expect(try await operations.replays.latest(of: Self.first, against: 1)?.id == id)
        // That of another draft, or of a text that was none, says nothing of this one.
        _ = try await measure(operations, .text(Self.second))
        #expect(try await earlier()?.id == id)
    }

    @Test("only the usual time counts as measured, and not for longer than some hours")
    func fresh() async throws {
        let time = Mutex(Example.now)
        let operations = try Example.operations(Example.roles(), now: { time.withLock { $0 } })
        func measured() async throws -> MeasuredEffect? {
            try await operations.drafts.effect(of: Self.first, over: 1)
        }
        _ = try await measure(operations, .text(Self.first), since: Example.now - 60)
        #expect(try await measured() == nil)
        _ = try await measure(operations, .text(Self.first))
        #expect(try await measured()?.nobody == 2)
        time.withLock { $0 += ReplayOperations.freshFor - 1 }
        #expect(try await measured() != nil)
        time.withLock { $0 += 1 }
        #expect(try await measured() == nil)
        #expect(try await operations.replays.latest(of: Self.first, against: 1) != nil)
    }

    @Test("the newest counts, with its messages where they were counted as well")
    func newest() async throws {
        let time = Mutex(Example.now)
        let operations = try Example.operations(Example.roles(), now: { time.withLock { $0 } })
        func latest() async throws -> String? {
            try await operations.replays.latest(of: Self.first, against: 1)?.id
        }
        _ = try await measure(operations, .text(Self.first))
        let messages = try await measure(operations, .text(Self.first), depth: .messages)
        #expect(try await latest() == messages)
        time.withLock { $0 += 3_600 }
        let decisions = try await measure(operations, .text(Self.first))
        #expect(try await latest() == decisions)
    }
}
