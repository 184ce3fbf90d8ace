import FoundationEssentials
import Store
import Testing

@testable import Delivery

@Suite("Tries of late")
struct RecentTriesTests {
    private func at(_ seconds: TimeInterval) -> Date { Date(timeIntervalSinceReferenceDate: 8_640_000 + seconds) }

    @Test("what is older than the span is forgotten step by step", arguments: [60.0, 3_600, 86_400])
    func sliding(span: TimeInterval) {
        var count = SlidingCount(span: span, steps: 10, now: at(0))
        #expect(count.total(now: at(0)) == 0)
        for step in 0..<10 { count.add(now: at(Double(step) * span / 10)) }
        #expect(count.total(now: at(span * 0.95)) == 10)
        #expect(count.total(now: at(span * 1.05)) == 9)
        #expect(count.total(now: at(span * 1.5)) < 6)
        #expect(count.total(now: at(span * 3)) == 0)
        count.add(now: at(span * 3))
        #expect(count.total(now: at(span * 3)) == 1)
    }

    @Test("a clock that goes backwards, or long before the reference date, forgets nothing")
    func backwards() {
        var count = SlidingCount(span: 60, steps: 60, now: at(0))
        count.add(now: at(10))
        count.add(now: at(-50))
        #expect(count.total(now: at(-3_600)) == 2)
        var early = SlidingCount(span: 60, steps: 60, now: Date(timeIntervalSinceReferenceDate: -90))
        early.add(now: Date(timeIntervalSinceReferenceDate: -80))
        #expect(early.total(now: Date(timeIntervalSinceReferenceDate: -30)) == 1)
        #expect(early.total(now: Date(timeIntervalSinceReferenceDate: 0)) == 0)
    }

    @Test("only what the first try delivered counts for the share, and every try for the rate")
    func shares() {
        var recent = RecentTries(now: at(0))
        func attempt(_ number: Int, _ verdict: Attempt.Verdict) -> Attempt {
            Attempt(
                notification: "a",
                number: number,
                startedAt: at(0),
                finishedAt: at(0),
                verdict: verdict
            )
        }
        recent.add(attempt(1, .delivered), now: at(0))
        recent.add(attempt(1, .failed), now: at(1))
        recent.add(attempt(2, .delivered), now: at(2))
        let expected = RecentDeliveries(delivered: 2, atFirstTry: 1, triesInMinute: 3, since: at(7))
        #expect(recent.recent(now: at(2), offset: 7) == expected)
        #expect(recent.recent(now: at(90), offset: 7).triesInMinute == 0)
        #expect(recent.recent(now: at(90), offset: 7).delivered == 2)
        #expect(recent.recent(now: at(100_000), offset: 7).delivered == 0)
    }
}
