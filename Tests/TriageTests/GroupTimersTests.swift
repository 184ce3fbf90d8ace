import FoundationEssentials
import NoroshiTestSupport
import Testing

@testable import Triage

@Suite("The timers of groups")
struct GroupTimersTests {
    @Test(
        "what is due comes in the order in which it is due, whatever was noted, moved and forgotten",
        arguments: 1...40
    )
    func order(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var timers = GroupTimers()
        var known: [Int64: AlertGroup] = [:]
        func date() -> Date? {
            // Few moments, so that many groups share one.
            Int.random(in: 0..<3, using: &generator) == 0
                ? nil : Date(timeIntervalSince1970: Double(Int.random(in: 0..<12, using: &generator)))
        }
        for _ in 0..<300 {
            let number = Int64.random(in: 1...30, using: &generator)
            if Int.random(in: 0..<5, using: &generator) == 0 {
                if let group = known.removeValue(forKey: number) { timers.forget(group) }
            } else {
                let group = AlertGroup(
                    number: number,
                    kind: .digest,
                    destination: "d",
                    createdAt: Date(timeIntervalSince1970: 0),
                    dueAt: date(),
                    remindAt: date()
                )
                known[number] = group
                timers.note(group)
            }
            let now = Date(timeIntervalSince1970: Double(Int.random(in: -1...12, using: &generator)))
            let limit = Int.random(in: 0...40, using: &generator)
            let dated = known.values.compactMap { group in group.nextAt.map { (at: $0, group: group.number) } }
                .sorted { ($0.at, $0.group) < ($1.at, $1.group) }
            #expect(timers.next == dated.first?.at)
            #expect(timers.due(at: now, limit: limit) == dated.filter { $0.at <= now }.prefix(limit).map(\.group))
            #expect(known.values.allSatisfy { timers[$0.number]?.dueAt == $0.dueAt })
        }
    }
}
