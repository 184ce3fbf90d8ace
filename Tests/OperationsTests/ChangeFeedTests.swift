import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import Operations

@Suite("Telling what has changed")
struct ChangeFeedTests {
    /// What topics are about, and how often each was read.
    private final class Source: Sendable {
        struct State {
            var revisions: [Topic: Int] = [:]
            var reads: [Topic: Int] = [:]
            var isBroken = false
            var now = Duration.zero
            var mayStay = true
        }
        struct Broken: Error {}

        let state = Mutex(State())

        func change(_ topic: Topic) { state.withLock { $0.revisions[topic, default: 0] += 1 } }
        func pass(_ time: Duration) { state.withLock { $0.now += time } }
        func reads(_ topic: Topic) -> Int { state.withLock { $0.reads[topic] ?? 0 } }

        func feed() -> ChangeFeed {
            ChangeFeed(elapsed: { self.state.withLock(\.now) }, origin: "a") { topic in
                try self.state.withLock { state in
                    if state.isBroken { throw Broken() }
                    if topic == .replay("gone") { throw ReplayRefusal.unknown }
                    state.reads[topic, default: 0] += 1
                    return .replay(state: .running, revision: state.revisions[topic] ?? 0)
                }
            }
        }

        func listen(_ feed: ChangeFeed, _ topics: [Topic], since: String? = nil) async throws -> ChangeNotices {
            try await feed.listen(to: topics, since: since) { self.state.withLock(\.mayStay) }
        }

        /// Lets time go on by the beat.
        func beat(_ feed: ChangeFeed, _ times: Int) async {
            for _ in 0..<times {
                pass(ChangeFeed.beat)
                await feed.beat()
            }
        }
    }

    private let source = Source()

    @Test("a change is told once to each who listens to its topic, and to nobody else")
    func changes() async throws {
        let feed = source.feed()
        var one = try await source.listen(feed, [.overview, .findings]).makeAsyncIterator()
        var two = try await source.listen(feed, [.rules, .findings]).makeAsyncIterator()
        #expect(await one.next() == .opened(id: "a-2"))
        #expect(await two.next() == .opened(id: "a-3"))
        source.change(.overview)
        await source.beat(feed, 4)
        #expect(await one.next() == .changed(.overview, id: "a-4"))
        source.change(.findings)
        await source.beat(feed, 4)
        #expect(await two.next() == .changed(.findings, id: "a-5"))
        #expect(await one.next() == .changed(.findings, id: "a-5"))
    }

    @Test("what a listener has not taken is one notice a topic, and the last one has the id")
    func folded() async throws {
        let feed = source.feed()
        var slow = try await source.listen(feed, [.overview, .findings]).makeAsyncIterator()
        #expect(await slow.next() == .opened(id: "a-2"))
        for _ in 0..<5 {
            source.change(.overview)
            source.change(.findings)
            await source.beat(feed, 4)
        }
        #expect(await slow.next() == .changed(.overview, id: nil))
        #expect(await slow.next() == .changed(.findings, id: "a-12"))
        source.change(.findings)
        await source.beat(feed, 4)
        #expect(await slow.next() == .changed(.findings, id: "a-13"))
    }

    @Test("a topic is read every other second for all who listen, a replay twice a second, and what nobody wants never")
    func pace() async throws {
        let feed = source.feed()
        let kept = [
            try await source.listen(feed, [.overview]), try await source.listen(feed, [.overview, .replay("r1")]),
        ]
        let (overviews, replays) = (source.reads(.overview), source.reads(.replay("r1")))
        await source.beat(feed, 20)
        #expect(source.reads(.overview) - overviews == 5)
        #expect(source.reads(.replay("r1")) - replays == 20)
        #expect(source.reads(.rules) == 0)
        for listener in kept { await listener.leave() }
        await source.beat(feed, 20)
        #expect(source.reads(.overview) - overviews == 5)
    }

    @Test(
        "who comes back is told to look again if anything has changed meanwhile, and only then",
        arguments: [("a-2", true), ("a-1", false), ("b-2", false), ("\n", false), ("", false)]
    )
    func comingBack(id: String, isCurrent: Bool) async throws {
        let feed = source.feed()
        #expect(await feed.mark([.overview, .findings]) == "a-2")
        var back = try await source.listen(feed, [.overview, .findings], since: id).makeAsyncIterator()
        #expect(await back.next() == (isCurrent ? .opened(id: "a-2") : .resync(id: "a-2")))
    }

    @Test("what changes between the writing of a page and its listening is told")
    func betweenPageAndStream() async throws {
        let feed = source.feed()
        let mark = try #require(await feed.mark([.deliveries]))
        source.change(.deliveries)
        var page = try await source.listen(feed, [.deliveries], since: mark).makeAsyncIterator()
        #expect(await page.next() == .resync(id: "a-2"))
    }

    @Test("after 15 s of silence there is a sign of life, for whoever still may listen")
    func quiet() async throws {
        let feed = source.feed()
        var listener = try await source.listen(feed, [.rules]).makeAsyncIterator()
        #expect(await listener.next() == .opened(id: "a-1"))
        await source.beat(feed, 30)
        #expect(await listener.next() == .quiet)
        source.state.withLock { $0.mayStay = false }
        await source.beat(feed, 30)
        #expect(await listener.next() == .over)
        #expect(await listener.next() == nil)
        #expect(await feed.listenerCount == 0)
    }

    @Test("whoever has signed out is let go at once")
    func askAgain() async throws {
        let feed = source.feed()
        var listener = try await source.listen(feed, [.rules]).makeAsyncIterator()
        #expect(await listener.next() == .opened(id: "a-1"))
        await feed.askAgain()
        #expect(await listener.next() == .quiet)
        source.state.withLock { $0.mayStay = false }
        await feed.askAgain()
        #expect(await listener.next() == .over)
    }

    @Test("who takes nothing for half a minute is dropped, and makes room")
    func slow() async throws {
        let feed = source.feed()
        let slow = try await source.listen(feed, [.overview])
        source.change(.overview)
        await source.beat(feed, 4)
        await source.beat(feed, 59)
        #expect(await feed.listenerCount == 1)
        await source.beat(feed, 2)
        #expect(await feed.listenerCount == 0)
        var left = slow.makeAsyncIterator()
        #expect(await left.next() == .opened(id: "a-1"))
        #expect(await left.next() == nil)
    }

    @Test("a listener's time is over after some ten minutes, without a word that it should not come back")
    func lifetime() async throws {
        let feed = source.feed()
        var listener = try await source.listen(feed, [.rules]).makeAsyncIterator()
        #expect(await listener.next() == .opened(id: "a-1"))
        var signs = 0
        for _ in 0..<60 where await feed.listenerCount == 1 {
            source.pass(.seconds(15))
            await feed.beat()
            guard await feed.listenerCount == 1 else { break }
            #expect(await listener.next() == .quiet)
            signs += 1
        }
        #expect((39...44).contains(signs))
        #expect(await listener.next() == nil)
    }

    @Test("more than 200 are refused until one has left, also one that nobody holds any more")
    func full() async throws {
        let feed = source.feed()
        var kept: [ChangeNotices] = []
        for _ in 0..<ChangeFeed.mostListeners { kept.append(try await source.listen(feed, [.rules])) }
        await #expect(throws: ChangeFeedRefusal.full) { try await source.listen(feed, [.rules]) }
        await kept[7].leave()
        kept.append(try await source.listen(feed, [.rules]))
        kept = []
        while await feed.listenerCount > 0 { await Task.yield() }
        #expect(ChangeFeedRefusal.full.answer.kind.statusCode == 503)
    }

    @Test("at the end everybody is let go, and nobody comes in any more")
    func close() async throws {
        let feed = source.feed()
        var listener = try await source.listen(feed, [.rules]).makeAsyncIterator()
        #expect(await listener.next() == .opened(id: "a-1"))
        await feed.close()
        #expect(await listener.next() == nil)
        await #expect(throws: ChangeFeedRefusal.closing) { try await source.listen(feed, [.rules]) }
    }

    @Test("what cannot be read stays as it was, and is told when it can be read again")
    func broken() async throws {
        let feed = source.feed()
        source.state.withLock { $0.isBroken = true }
        #expect(await feed.mark([.overview]) == nil)
        var listener = try await source.listen(feed, [.overview]).makeAsyncIterator()
        #expect(await listener.next() == .opened(id: "a-0"))
        await source.beat(feed, 8)
        source.state.withLock { $0.isBroken = false }
        await source.beat(feed, 1)
        #expect(await listener.next() == .changed(.overview, id: "a-1"))
    }

    @Test("nobody listens to a replay that is not there")
    func unknownReplay() async throws {
        let feed = source.feed()
        await #expect(throws: ReplayRefusal.self) { try await source.listen(feed, [.replay("gone")]) }
        #expect(await feed.listenerCount == 0)
    }

    @Test("nothing is read by the clock while nobody listens")
    func watch() async throws {
        let (feed, clock) = (source.feed(), ManualClock())
        let watching = Task { try await feed.watch(on: clock) }
        var listener = try await source.listen(feed, [.replay("r1")]).makeAsyncIterator()
        #expect(await listener.next() == .opened(id: "a-1"))
        await clock.sleepers()
        source.change(.replay("r1"))
        source.pass(ChangeFeed.beat)
        clock.advance(by: ChangeFeed.beat)
        #expect(await listener.next() == .changed(.replay("r1"), id: "a-2"))
        await clock.sleepers()
        await feed.close()
        clock.advance(by: ChangeFeed.beat)
        try await watching.value
        #expect(source.reads(.replay("r1")) == 2)
    }

    @Test(
        "topics are named one by one, each once, at most eight",
        arguments: [
            ("overview", 1), ("overview,findings,overview", 2), ("replay:r0f,deliveries,rules", 3), ("", nil),
            ("overview,", nil), ("Overview", nil), ("replay:", nil), ("replay:a b", nil), ("replay:../x", nil),
            ("replay:1,replay:2,replay:3,replay:4,replay:5,replay:6,replay:7,replay:8", 8),
            ("replay:1,replay:2,replay:3,replay:4,replay:5,replay:6,replay:7,replay:8,rules", nil),
            ("replay:\(String(repeating: "a", count: 65))", nil),
        ] as [(String, Int?)]
    )
    func topics(text: String, count: Int?) throws {
        guard let count else {
            #expect(throws: UnknownTopics.self) { try Topic.list(text) }
            return
        }
        let topics = try Topic.list(text)
        #expect(topics.count == count)
        #expect(topics.allSatisfy { Topic($0.name) == $0 })
    }
}
