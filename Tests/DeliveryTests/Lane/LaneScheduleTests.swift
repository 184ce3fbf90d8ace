import Delivery
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@Suite("A lane under random schedules")
struct LaneScheduleTests {
    private struct Sent {
        var ticket: Lane.Ticket
        var endsAt: Date
        var outcome: Outcome
    }

    @Test("rate, concurrency, Retry-After, rest and single probe hold at every step", arguments: UInt64(1)...24)
    func invariants(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rate =
            Bool.random(using: &generator)
            ? Rate(count: .random(in: 1...10, using: &generator), per: .seconds(10)) : nil
        let limits = Lane.Limits(rate: rate, concurrency: .random(in: 1...8, using: &generator))
        var lane = Lane(limits: limits, now: .sample)
        var now = Date.sample
        var underWay: [Sent] = []
        var begun: [Date] = []
        var closedUntil = now
        var isDown = false
        var steps = 0
        var delivered = 0
        while steps < 10_000 {
            steps += 1
            if Int.random(in: 0..<200, using: &generator) == 0 { isDown.toggle() }
            if Int.random(in: 0..<500, using: &generator) == 0 { lane.resume(); closedUntil = now }
            if let index = underWay.indices.randomElement(using: &generator), Bool.random(using: &generator) {
                let sent = underWay.remove(at: index)
                now = max(now, sent.endsAt)
                lane.end(sent.ticket, sent.outcome, now: now, using: &generator)
                if case .destinationFailed(let wait?) = sent.outcome.verdict {
                    closedUntil = max(closedUntil, now.addingTimeInterval(min(900, Double(wait.components.seconds))))
                }
                if sent.outcome.verdict == .delivered { delivered += 1 }
            } else if let ticket = lane.begin(isCritical: Bool.random(using: &generator), now: now) {
                #expect(now >= closedUntil || lane.failures == 0, "sent before Retry-After was over")
                if lane.failures > 0 { #expect(lane.sending == 1, "more than one probe") }
                let outcome = LaneScheduleTests.outcome(isDown: isDown, &generator)
                let endsAt = now.addingTimeInterval(.random(in: 0...3, using: &generator))
                underWay.append(Sent(ticket: ticket, endsAt: endsAt, outcome: outcome))
                begun.append(now)
            } else {
                let next = lane.nextRoomAt(now: now)
                let soonest = next.map { max(0, $0.timeIntervalSince(now)) } ?? 0
                now = now.addingTimeInterval(
                    Bool.random(using: &generator) ? soonest : .random(in: 0...1, using: &generator)
                )
            }
            #expect(lane.sending == underWay.count)
            #expect(lane.sending <= limits.concurrency)
            #expect(lane.ordinaryRoom(now: now) <= lane.room(now: now))
            let room = lane.room(now: now)
            if let notBefore = lane.notBefore, notBefore > now { #expect(room == 0) }
            if lane.failures > 0 { #expect(room <= 1) }
        }
        #expect(delivered > 100)
        if let rate { LaneScheduleTests.checkRate(begun, rate) }
    }

    /// In any stretch of time no more begin than the bucket holds and what it gains in that time.
    private static func checkRate(_ begun: [Date], _ rate: Rate) {
        let perSecond = Double(rate.count) / Double(rate.interval.components.seconds)
        for (index, start) in begun.enumerated() {
            for width in [1, 5, 20, 100] where index + width < begun.count {
                let passed = begun[index + width].timeIntervalSince(start)
                #expect(Double(width + 1) <= Double(rate.count) + passed * perSecond + 1e-3)
            }
        }
    }

    private static func outcome(isDown: Bool, _ generator: inout SeededGenerator) -> Outcome {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: Outcome(.messageRefused, .init())
        case 1: Outcome(.uncertain, .init())
        case 2: Outcome(.destinationFailed(retryAfter: .seconds(Int.random(in: 0...1200, using: &generator))), .init())
        case 3 where isDown: Outcome(.destinationGone, .init(detail: "gone"))
        default: Outcome(isDown ? .destinationFailed(retryAfter: nil) : .delivered, .init())
        }
    }
}
