import FoundationEssentials

/// The dates of the groups that have any, in the order in which they are due.
struct GroupTimers: Sendable {
    private struct Due: Sendable {
        var at: Date
        var group: Int64

        func comes(before other: Due) -> Bool { at == other.at ? group < other.group : at < other.at }
    }

    /// The dates of a group that has any, beside the groups because they are asked for far more often than all the rest.
    struct Dates: Sendable {
        var nextAt: Date
        /// `nil` where it is only to be reminded of.
        var dueAt: Date?
    }

    private var dates: [Int64: Dates] = [:]
    private var order: [Due] = []

    /// When the first group is due.
    var next: Date? { order.first?.at }

    subscript(group: Int64) -> Dates? { dates[group] }

    mutating func note(_ group: AlertGroup) {
        move(group.number, from: dates[group.number]?.nextAt, to: group.nextAt)
        dates[group.number] = group.nextAt.map { Dates(nextAt: $0, dueAt: group.dueAt) }
    }

    mutating func forget(_ group: AlertGroup) {
        guard let known = dates.removeValue(forKey: group.number) else { return }
        move(group.number, from: known.nextAt, to: nil)
    }

    /// Groups that are due at a moment, the earliest first, and no more than so many.
    func due(at now: Date, limit: Int) -> [Int64] { order.prefix(limit).prefix { $0.at <= now }.map(\.group) }

    private mutating func move(_ group: Int64, from old: Date?, to new: Date?) {
        guard old != new else { return }
        if let old { order.remove(at: position(of: Due(at: old, group: group))) }
        if let new {
            let due = Due(at: new, group: group)
            order.insert(due, at: position(of: due))
        }
    }

    /// Where one stands in the order, or would stand.
    private func position(of due: Due) -> Int {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle].comes(before: due) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
