package import FoundationEssentials

/// How many in each hour, before and after.
package struct HourlyCounts: Sendable, Hashable {
    package struct Pair: Sendable, Hashable {
        package var before: Int
        package var after: Int

        package init(before: Int, after: Int) {
            self.before = before
            self.after = after
        }
    }

    /// By hours since 1970.
    private(set) var hours: [Int: Pair] = [:]

    package init() {}

    mutating func add(_ count: Int, before isBefore: Bool, hour: Int) {
        var pair = hours[hour] ?? Pair(before: 0, after: 0)
        if isBefore { pair.before += count } else { pair.after += count }
        hours[hour] = pair
    }

    /// Adds what was counted apart.
    mutating func add(_ other: HourlyCounts) {
        for (hour, pair) in other.hours {
            add(pair.before, before: true, hour: hour)
            add(pair.after, before: false, hour: hour)
        }
    }

    static func hour(of date: Date) -> Int { Int((date.timeIntervalSince1970 / 3_600).rounded(.down)) }

    package var total: Pair {
        hours.values.reduce(into: Pair(before: 0, after: 0)) { total, pair in
            total.before += pair.before
            total.after += pair.after
        }
    }

    /// Each day of UTC on which there was any, the first one first.
    package var days: [(day: Date, counts: Pair)] {
        var days: [Int: Pair] = [:]
        for (hour, pair) in hours {
            let day = Int((Double(hour) / 24).rounded(.down))
            let sum = days[day] ?? Pair(before: 0, after: 0)
            days[day] = Pair(before: sum.before + pair.before, after: sum.after + pair.after)
        }
        return days.sorted { $0.key < $1.key }.map { (Date(timeIntervalSince1970: Double($0.key) * 86_400), $0.value) }
    }

    /// The hour with the most, of those the first.
    package var busiestBefore: (hour: Date, count: Int)? { busiest(\.before) }
    package var busiestAfter: (hour: Date, count: Int)? { busiest(\.after) }

    private func busiest(_ side: KeyPath<Pair, Int>) -> (hour: Date, count: Int)? {
        let most = hours.max { ($0.value[keyPath: side], $1.key) < ($1.value[keyPath: side], $0.key) }
        guard let most, most.value[keyPath: side] > 0 else { return nil }
        return (Date(timeIntervalSince1970: Double(most.key) * 3_600), most.value[keyPath: side])
    }
}
