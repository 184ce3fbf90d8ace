import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Synchronization
import Testing

@testable import Operations

/// Two processes that share a store.
@Suite("Replays of several processes")
struct SharedReplaysTests {
    /// Nothing is sent any more.
    private static let none = Array(Example.routes.replacing(">=high", with: ">=critical").utf8)
    private static let request = ReplayRequest(candidate: .text(none), against: .version(1))

    private static func request(_ name: String) -> ReplayRequest {
        ReplayRequest(candidate: .text(Array(Example.routes.replacing("\"severe\"", with: "\"\(name)\"").utf8)))
    }

    @Test("what one has replayed the other shows, with the reasons of both rule sets")
    func shown() async throws {
        let roles = try Example.roles()
        let (first, second) = (try Example.operations(roles), try Example.operations(roles))
        let id = try await first.replays.start(Self.request, by: .anybody).replay.id
        let ended = try await first.replays.ended(id)
        let shown = try await second.replays.replay(id)
        #expect(shown.state == .done && shown.result?.findings == [.nobody: 2])
        #expect(shown.revision == ended.revision && shown.progress == ended.progress)
        #expect(try await second.replays.list().map(\.id) == [id])
        let again = try await second.replays.start(Self.request, by: .anybody)
        #expect(again.isNew == false && again.replay.id == id)
        for replays in [first.replays, second.replays] {
            let page = try await replays.findings(of: id, .nobody, at: "secops", page: Page(limit: 1))
            #expect(page.items.map(\.before.decision.destinations) == [["secops"]] && page.next == "1")
            #expect(page.items.map(\.sample.after.destinations) == [[]])
        }
        #expect(try await second.replays.latest(of: Self.none, against: 1)?.id == id)
        #expect(try await second.replays.measured(Self.none, against: 1)?.nobody == 2)
        #expect(try await second.replays.latest(of: Self.none, against: 2) == nil)
    }

    @Test("one that the other runs is measured, and ends when it is cancelled here")
    func cancelled() async throws {
        let roles = try Example.roles()
        let first = try Example.operations(roles, history: EndlessPast()).replays
        let second = try Example.operations(roles).replays
        let id = try await first.start(Self.request, by: .anybody).replay.id
        let waiting = try await first.start(Self.request("a"), by: .anybody).replay.id
        #expect(try await second.measuring(Self.none, against: 1) == [id])
        #expect(try await second.glance(id).state == .running)
        try await second.cancel(waiting, by: .anybody)
        #expect(try await second.glance(waiting).state == .cancelled)
        try await second.stop(Self.none, against: 1, by: .anybody)
        #expect(try await first.ended(id).state == .cancelled)
        #expect(try await first.ended(waiting).state == .cancelled)
        #expect(try await second.start(Self.request, by: .anybody).isNew)
    }

    @Test("each runs one at a time, and four wait in all")
    func queue() async throws {
        let roles = try Example.roles()
        let first = try Example.operations(roles, history: EndlessPast()).replays
        let second = try Example.operations(roles, history: EndlessPast()).replays
        for (number, replays) in [first, first, second, second, first, second].enumerated() {
            #expect(try await replays.start(Self.request("rule\(number)"), by: .anybody).isNew)
        }
        #expect(try await second.list().count { $0.state == .running } == 2)
        await #expect(throws: ReplayRefusal.self) { try await first.start(Self.request("more"), by: .anybody) }
        for status in try await first.list() { try await second.cancel(status.id, by: .anybody) }
        for status in try await first.list() {
            for replays in [first, second] { _ = try await replays.ended(status.id) }
        }
        #expect(try await first.list().allSatisfy { $0.state == .cancelled })
    }

    @Test(
        "a result that cannot be read is said to be such, and the question may be asked again",
        arguments: [true, false]
    )
    func unreadable(isOfAnotherVersion: Bool) async throws {
        let roles = try Example.roles()
        let first = try Example.operations(roles).replays
        let id = try await first.start(Self.request, by: .anybody).replay.id
        _ = try await first.ended(id)
        roles.state.withLock { state in
            if isOfAnotherVersion { state.replays[0].record.ask.form = 99 } else { state.replays[0].result = [1, 2] }
        }
        let second = try Example.operations(roles).replays
        let shown = try await second.replay(id)
        #expect(shown.state == .failed && shown.result == nil)
        #expect(shown.failure?.contains("another version") == true)
        await #expect(throws: ReplayRefusal.self) {
            try await second.findings(of: id, .nobody, at: nil, page: Page(limit: 1))
        }
        #expect(try await second.measured(Self.none, against: 1) == nil)
        if isOfAnotherVersion { #expect(try await second.start(Self.request, by: .anybody).isNew) }
    }

    @Test("a run that was interrupted is shown, measures nothing, and may be asked for again")
    func interrupted() async throws {
        let roles = try Example.roles()
        let first = try Example.operations(roles, history: EndlessPast()).replays
        let id = try await first.start(Self.request, by: .anybody).replay.id
        roles.state.withLock { $0.replays[0].record.state = .interrupted }
        let second = try Example.operations(roles).replays
        #expect(try await second.replay(id).state == .interrupted)
        #expect(try await second.measured(Self.none, against: 1) == nil)
        #expect(try await second.measuring(Self.none, against: 1).isEmpty)
        #expect(try await second.start(Self.request, by: .anybody).isNew)
        #expect(try await first.ended(id).state == .interrupted)
    }
}
