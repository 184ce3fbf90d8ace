import Delivery
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@Suite("A lane")
struct LaneTests {
    private static let failed = Outcome(.destinationFailed(retryAfter: nil), .init())
    private static let delivered = Outcome(.delivered, .init())
    private static let gone = Outcome(.destinationGone, .init(detail: "no_service"))

    private func after(_ seconds: Double) -> Date { Date.sample.addingTimeInterval(seconds) }

    private func lane(rate: Rate? = nil, concurrency: Int = 1, record: LaneRecord? = nil) -> Lane {
        Lane(limits: Lane.Limits(rate: rate, concurrency: concurrency), record: record, now: .sample)
    }

    // The macros of Testing cannot call what changes a value.
    private func room(_ lane: inout Lane, _ now: Date) -> Int { lane.room(now: now) }

    private func ordinaryRoom(_ lane: inout Lane, _ now: Date) -> Int { lane.ordinaryRoom(now: now) }

    private func begins(_ lane: inout Lane, isCritical: Bool = true) -> Lane.Ticket? {
        lane.begin(isCritical: isCritical, now: .sample)
    }

    private func run(_ lane: inout Lane, _ outcome: Outcome, at now: Date) throws {
        var generator = SeededGenerator(seed: 7)
        let begun = lane.begin(isCritical: true, now: now)
        let ticket = try #require(begun)
        lane.end(ticket, outcome, now: now, using: &generator)
    }

    @Test("the rate lets one message go for each share of the interval")
    func rate() throws {
        var lane = lane(rate: Rate(count: 1, per: .seconds(1)))
        try run(&lane, LaneTests.delivered, at: after(0))
        #expect(room(&lane, after(0.99)) == 0)
        #expect(lane.nextRoomAt(now: after(0.5)) == after(1))
        try run(&lane, LaneTests.delivered, at: after(1))
        #expect(room(&lane, after(1.5)) == 0)
        #expect(room(&lane, after(60)) == 1)
    }

    @Test("a rate of thirty a minute lets thirty go at once and then one every two seconds")
    func burst() throws {
        var lane = lane(rate: Rate(count: 30, per: .seconds(60)), concurrency: 64)
        for _ in 0..<30 { try run(&lane, LaneTests.delivered, at: after(0)) }
        #expect(room(&lane, after(1.9)) == 0)
        #expect(room(&lane, after(2)) == 1)
        #expect(room(&lane, after(6)) == 3)
    }

    @Test("no more is under way than the concurrency allows")
    func concurrency() {
        var lane = lane(concurrency: 2)
        #expect(begins(&lane) != nil)
        #expect(begins(&lane) != nil)
        #expect(begins(&lane) == nil)
        #expect(lane.sending == 2)
    }

    @Test(
        "the rests grow from a second to ten minutes",
        arguments: zip(1...9, [1.0, 5, 15, 45, 120, 300, 600, 600, 600])
    )
    func rests(failures: Int, seconds: Double) {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let rest = BackOff.rest(after: failures, retryAfter: nil, using: &generator)
            #expect(rest >= max(1, seconds * 0.8) && rest <= min(600, seconds * 1.2))
        }
    }

    @Test(
        "Retry-After is a floor of at most 15 minutes",
        arguments: [(0, 0.0), (30, 30), (120, 120), (900, 900), (86_400, 900)]
    )
    func retryAfter(asked: Int, floor: Double) {
        var generator = SeededGenerator(seed: 3)
        for failures in 1...8 {
            let rest = BackOff.rest(after: failures, retryAfter: .seconds(asked), using: &generator)
            #expect(rest >= max(1, floor) && rest <= max(floor, 18))
        }
    }

    @Test("after a failure one message at a time tries again, and a success opens the lane")
    func probe() throws {
        var lane = lane(concurrency: 4)
        try run(&lane, LaneTests.failed, at: after(0))
        #expect(lane.state(now: after(0)) == .waiting)
        #expect(room(&lane, after(0.5)) == 0)
        #expect(room(&lane, after(2)) == 1)
        try run(&lane, LaneTests.delivered, at: after(2))
        #expect(lane.state(now: after(2)) == .open)
        #expect(room(&lane, after(2)) == 4)
    }

    @Test("sends that fail together count once")
    func together() throws {
        var generator = SeededGenerator(seed: 1)
        var lane = lane(concurrency: 8)
        let tickets = (0..<8).compactMap { _ in lane.begin(isCritical: true, now: .sample) }
        for ticket in tickets { lane.end(ticket, LaneTests.failed, now: .sample, using: &generator) }
        #expect(tickets.count == 8)
        #expect(lane.failures == 1)
        #expect(lane.sending == 0)
    }

    @Test("a success that began before a failure does not take it back, and its Retry-After counts all the same")
    func overlapping() throws {
        var generator = SeededGenerator(seed: 1)
        var lane = lane(concurrency: 3)
        let tickets = (0..<3).compactMap { _ in lane.begin(isCritical: true, now: .sample) }
        lane.end(tickets[0], LaneTests.failed, now: .sample, using: &generator)
        lane.end(tickets[1], LaneTests.delivered, now: .sample, using: &generator)
        #expect(lane.failures == 1)
        let wait = Outcome(.destinationFailed(retryAfter: .seconds(300)), .init())
        lane.end(tickets[2], wait, now: .sample, using: &generator)
        #expect(lane.failures == 1)
        #expect(room(&lane, after(299)) == 0)
        #expect(room(&lane, after(300)) == 1)
    }

    @Test("five failures in a row open the breaker, and recovery starts slowly")
    func breaker() throws {
        var lane = lane(concurrency: 3)
        var now = Date.sample
        for _ in 0..<5 {
            try run(&lane, LaneTests.failed, at: now)
            now = try #require(lane.nextRoomAt(now: now))
        }
        #expect(lane.state(now: now) == .broken)
        #expect(room(&lane, now) == 1)
        try run(&lane, LaneTests.delivered, at: now)
        #expect(lane.state(now: now) == .open)
        #expect(room(&lane, now) == 1)
        #expect(lane.reserve == 0)
        try run(&lane, LaneTests.delivered, at: now)
        #expect(room(&lane, now) == 2)
        for _ in 0..<2 { try run(&lane, LaneTests.delivered, at: now) }
        #expect(room(&lane, now) == 3)
    }

    @Test("a message's own fault does not slow the lane down")
    func messageFault() throws {
        var lane = lane(concurrency: 2)
        for _ in 0..<10 { try run(&lane, Outcome(.messageRefused, .init()), at: .sample) }
        #expect(lane.state(now: .sample) == .open)
        #expect(room(&lane, .sample) == 2)
    }

    @Test("a destination that looks gone is tried with one message at growing intervals of ten minutes at most")
    func gone() throws {
        var lane = lane(concurrency: 4)
        var (now, rests) = (Date.sample, [Double]())
        for _ in 0..<9 {
            try run(&lane, LaneTests.gone, at: now)
            #expect(lane.state(now: now) == .broken)
            #expect(lane.health.goneReason == "no_service")
            #expect(lane.health.yieldsToFallback(now: now))
            #expect(room(&lane, now) == 0)
            let next = try #require(lane.nextRoomAt(now: now))
            rests.append(next.timeIntervalSince(now))
            now = next
            #expect(room(&lane, now) == 1)
        }
        #expect(rests.allSatisfy { 1...600 ~= $0 })
        #expect(rests.last.map { $0 >= 480 } == true)
        try run(&lane, LaneTests.delivered, at: now)
        #expect(lane.state(now: now) == .open)
        #expect(lane.health == Health())
    }

    @Test("when something has changed that may have been in the way, one message tries at once")
    func probeSoon() throws {
        var lane = lane(concurrency: 4)
        try run(&lane, LaneTests.gone, at: .sample)
        lane.probeSoon()
        #expect(room(&lane, .sample) == 1)
        lane.resume()
        #expect(lane.state(now: .sample) == .open)
    }

    @Test(
        "after a restart what looked gone, what was broken, and what would rest for longer than anything may, is tried at once",
        arguments: [
            (LaneRecord(lane: "k", goneReason: "no_service", failures: 7), 365 * 86_400.0, true),
            (LaneRecord(lane: "k", failures: 7), 365 * 86_400.0, true),
            (LaneRecord(lane: "k", failures: 7), 60.0, true),
            (LaneRecord(lane: "k", failures: 1), 365 * 86_400.0, true),
            (LaneRecord(lane: "k", failures: 1), Health.longestRest, false),
        ] as [(LaneRecord, TimeInterval, Bool)]
    )
    func restart(record: LaneRecord, rest: TimeInterval, isTried: Bool) {
        var record = record
        record.notBefore = after(rest)
        var lane = lane(record: record)
        #expect(room(&lane, .sample) == (isTried ? 1 : 0))
        #expect(room(&lane, after(Health.longestRest)) == 1)
        #expect(lane.state(now: .sample) == (record.failures == 7 ? .broken : isTried ? .open : .waiting))
    }

    @Test(
        "what is one recipient's or one destination's fault slows nobody else down",
        arguments: [
            Outcome(.recipientFailed(retryAfter: nil), .init()),
            Outcome(.destinationGone, .init(errorClass: .configuration)),
            Outcome(.destinationGone, .init(errorClass: .addressRefused)),
        ]
    )
    func othersFault(outcome: Outcome) throws {
        var lane = lane(concurrency: 2)
        for _ in 0..<10 { try run(&lane, outcome, at: .sample) }
        #expect(lane.state(now: .sample) == .open)
        #expect(room(&lane, .sample) == 2)
    }

    @Test("a lane that fails for five minutes yields to the fallback")
    func yields() throws {
        var lane = lane()
        var now = Date.sample
        while lane.failures < 5 {
            #expect(lane.health.yieldsToFallback(now: now) == false)
            try run(&lane, LaneTests.failed, at: now)
            now = try #require(lane.nextRoomAt(now: now))
        }
        #expect(lane.health.yieldsToFallback(now: after(299)) == false)
        #expect(lane.health.yieldsToFallback(now: after(300)))
    }

    @Test("what is kept of a lane brings it back as it was")
    func record() throws {
        var lane = lane(concurrency: 4)
        for second in 0..<4 { try run(&lane, LaneTests.failed, at: after(Double(second) * 1000)) }
        let record = lane.record(key: "k")
        let again = Lane(limits: Lane.Limits(rate: nil, concurrency: 4), record: record, now: after(3000))
        #expect(again.state(now: after(3000)) == .waiting)
        #expect(again.notBefore == lane.notBefore)
        #expect(again.record(key: "k") == record)
    }

    @Test("destinations of one resource share the stricter limits")
    func tightened() {
        let slow = Lane.Limits(rate: Rate(count: 30, per: .seconds(60)), concurrency: 8)
        let fast = Lane.Limits(rate: Rate(count: 1, per: .seconds(1)), concurrency: 2)
        #expect(slow.tightened(by: fast) == Lane.Limits(rate: slow.rate, concurrency: 2))
        #expect(Lane.Limits(rate: nil, concurrency: 4).tightened(by: fast) == fast)
    }

    @Test("one place is kept free of what is not CRITICAL, wherever there is more than one", arguments: [1, 2, 8])
    func reservedPlace(concurrency: Int) throws {
        var generator = SeededGenerator(seed: 1)
        var lane = lane(concurrency: concurrency)
        let others = max(1, concurrency - 1)
        let tickets = (0..<concurrency).compactMap { _ in begins(&lane, isCritical: false) }
        #expect(tickets.count == others)
        #expect(ordinaryRoom(&lane, .sample) == 0)
        #expect(room(&lane, .sample) == concurrency - others)
        #expect((begins(&lane, isCritical: true) != nil) == (concurrency > 1))
        #expect(begins(&lane, isCritical: true) == nil)
        lane.end(try #require(tickets.first), LaneTests.delivered, now: .sample, using: &generator)
        #expect(begins(&lane, isCritical: false) != nil)
    }

    @Test("what is CRITICAL may take every place, and then nothing else begins")
    func criticalEverywhere() {
        var lane = lane(concurrency: 3)
        for _ in 0..<3 { #expect(begins(&lane, isCritical: true) != nil) }
        #expect(ordinaryRoom(&lane, .sample) == 0)
    }

    @Test("after a failure there is one place, for whatever comes first")
    func reservedPlaceAfterFailure() throws {
        var lane = lane(concurrency: 4)
        try run(&lane, LaneTests.failed, at: after(0))
        #expect(ordinaryRoom(&lane, after(2)) == 1)
    }

    @Test("limits that are edited take effect at once")
    func adopted() throws {
        var lane = lane(rate: Rate(count: 1, per: .seconds(60)))
        try run(&lane, LaneTests.delivered, at: .sample)
        lane.adopt(Lane.Limits(rate: nil, concurrency: 5), now: .sample)
        #expect(room(&lane, .sample) == 5)
    }
}
