import Findings
import FoundationEssentials
import NoroshiTestSupport
import Operations
import Replay
import Routing
import Store
import Synchronization
import Testing

@Suite("Replays that operators ask for")
struct ReplayOperationsTests {
    /// Rules of which nobody has seen the like.
    private static func request(_ name: String) -> ReplayRequest {
        ReplayRequest(candidate: .text(Array(Example.routes.replacing("\"severe\"", with: "\"\(name)\"").utf8)))
    }

    @Test("one runs at a time, four wait, and a sixth is refused until one is done")
    func queue() async throws {
        let past = GatedPast()
        let replays = try Example.operations(Example.roles(), history: past).replays
        var ids: [String] = []
        for name in ["a", "b", "c", "d", "e"] {
            ids.append(try await replays.start(Self.request(name), by: .anybody).replay.id)
        }
        await past.entered()
        #expect(try await replays.list().map(\.state) == [.queued, .queued, .queued, .queued, .running])
        await #expect(throws: ReplayRefusal.self) { try await replays.start(Self.request("f"), by: .anybody) }
        past.open()
        for id in ids { #expect(try await replays.ended(id).state == .done) }
        #expect(try await replays.start(Self.request("f"), by: .anybody).isNew)
    }

    @Test("one that runs and one that waits can be cancelled, and the next one runs")
    func cancel() async throws {
        let past = GatedPast()
        let replays = try Example.operations(Example.roles(), history: past).replays
        let running = try await replays.start(Self.request("a"), by: .anybody).replay.id
        let waiting = try await replays.start(Self.request("b"), by: .anybody).replay.id
        let last = try await replays.start(Self.request("c"), by: .anybody).replay.id
        await past.entered()
        try await replays.cancel(waiting, by: .anybody)
        #expect(try await replays.replay(waiting).state == .cancelled)
        try await replays.cancel(running, by: .anybody)
        past.open()
        #expect(try await replays.ended(running).state == .cancelled)
        #expect(try await replays.ended(last).state == .done)
        // The same may be asked again.
        #expect(try await replays.start(Self.request("a"), by: .anybody).isNew)
    }

    @Test("the same question gets the same replay for ten minutes, and a result is kept for a day")
    func same() async throws {
        let time = Mutex(Example.now)
        let replays = try Example.operations(Example.roles(), now: { time.withLock { $0 } }).replays
        let first = try await replays.start(Self.request("a"), by: .anybody)
        #expect(first.isNew)
        _ = try await replays.ended(first.replay.id)
        let second = try await replays.start(Self.request("a"), by: .anybody)
        #expect(second.isNew == false && second.replay.id == first.replay.id)
        var deeper = Self.request("a")
        deeper.depth = .messages
        #expect(try await replays.start(deeper, by: .anybody).isNew)
        time.withLock { $0 += 601 }
        let third = try await replays.start(Self.request("a"), by: .anybody)
        #expect(third.isNew)
        _ = try await replays.ended(third.replay.id)
        time.withLock { $0 += 86_400 - 1 }
        #expect(try await replays.replay(third.replay.id).state == .done)
        time.withLock { $0 += 1 }
        await #expect(throws: ReplayRefusal.self) { try await replays.replay(third.replay.id) }
        #expect(try await replays.list().isEmpty)
    }

    @Test("the twenty newest that are over are kept")
    func newest() async throws {
        let replays = try Example.operations(Example.roles()).replays
        var ids: [String] = []
        for number in 0..<23 {
            let id = try await replays.start(Self.request("rule\(number)"), by: .anybody).replay.id
            _ = try await replays.ended(id)
            ids.append(id)
        }
        #expect(try await replays.list().map(\.id) == ids.suffix(20).reversed())
    }

    @Test("a history that cannot be read fails the replay in words, and not the next one")
    func failure() async throws {
        let past = try Example.roles()
        let replays = try Example.operations(Example.roles(), history: past).replays
        past.state.withLock { $0.isBroken = true }
        let failed = try await replays.start(Self.request("a"), by: .anybody).replay.id
        let status = try await replays.ended(failed)
        #expect(status.state == .failed && status.failure?.isEmpty == false)
        past.state.withLock { $0.isBroken = false }
        let next = try await replays.start(Self.request("a"), by: .anybody).replay.id
        #expect(try await replays.ended(next).state == .done)
    }

    @Test("messages come with the number that was really sent")
    func sent() async throws {
        let replays = try Example.operations(Example.roles()).replays
        var request = Self.request("a")
        request.depth = .messages
        let id = try await replays.start(request, by: .anybody).replay.id
        let messages = try #require(try await replays.ended(id).result?.messages)
        #expect(messages.destinations.map(\.sent) == [3])
    }

    @Test("a preview says what a candidate would change, and refuses one that does not load")
    func preview() async throws {
        let replays = try Example.operations(Example.roles()).replays
        let none = Array(Example.routes.replacing(">=high", with: ">=critical").utf8)
        let preview = try await replays.preview(candidate: .text(none), rule: "severe")
        #expect(preview.findings == [.nobody: 2])
        #expect(preview.rule?.lost == 2 && preview.rule?.tests.map(\.passed) == [0])
        #expect(try await replays.preview(candidate: .active).findings == [.unchanged: 2])
        await #expect(throws: RuleRefusal.self) {
            try await replays.preview(candidate: .text(Array("{}".utf8)))
        }
    }
}
