import Findings
import FoundationEssentials

/// Finds the rows of a working set with nothing behind it by something else than their keys, as a backend does with its own.
struct WorkingSetIndex: Sendable {
    /// Places of messages that are pending, in order; all of them, and those at each destination.
    private(set) var queue: [Int] = []
    private(set) var queues: [String: [Int]] = [:]
    /// The units of what is pending and of what waits.
    private(set) var pendingUnits = 0
    private(set) var waitingUnits = 0
    /// The group of each item that waits, and the items of each group in which any does.
    private(set) var waiting: [Int64: Int64] = [:]
    private(set) var waitingIn: [Int64: Set<Int64>] = [:]
    var timers = GroupTimers()
    /// The keys of the active alerts of each group.
    private(set) var active: [Int64: Set<AlertKey>] = [:]
    /// The items that each message told, in no order.
    private(set) var told: [String: [Int64]] = [:]
    /// The problems that may hold others back under each key, wherever.
    private(set) var sources: [String: Set<Int64>] = [:]
    /// Silences whose end was not dealt with.
    var silences: [EndedSilence] = []

    mutating func note(_ alert: Alert, of key: AlertKey, before: Alert?) {
        if let group = before?.group { active[group]?.remove(key) }
        if let group = alert.group, alert.status == .active { active[group, default: []].insert(key) }
    }

    mutating func note(_ row: ItemRow, before: ItemRow?) {
        let item = row.item
        if let old = before?.item, old.state == .waiting {
            waiting[item.number] = nil
            waitingIn[old.group]?.remove(item.number)
            if waitingIn[old.group]?.isEmpty == true { waitingIn[old.group] = nil }
            waitingUnits -= old.units
        }
        if item.state == .waiting {
            waiting[item.number] = item.group
            waitingIn[item.group, default: []].insert(item.number)
            waitingUnits += item.units
        }
        guard item.notification != before?.item.notification else { return }
        if let old = before?.item.notification { told[old]?.removeAll { $0 == item.number } }
        if let new = item.notification { told[new, default: []].append(item.number) }
    }

    mutating func note(
        _ sources: [String: [InhibitionSource]],
        of problem: Int64,
        before: [String: [InhibitionSource]]
    ) {
        for source in before.values.joined() {
            self.sources[source.key]?.remove(problem)
            if self.sources[source.key]?.isEmpty == true { self.sources[source.key] = nil }
        }
        for source in sources.values.joined() { self.sources[source.key, default: []].insert(problem) }
    }

    mutating func queue(_ place: Int, _ message: QueuedMessage) {
        queue.append(place)
        queues[message.destination, default: []].append(place)
        pendingUnits += message.units
    }

    /// Only what is pending is left, in its order: at these destinations.
    mutating func renumberQueue(_ destinations: [String]) {
        queue = Array(destinations.indices)
        queues = Dictionary(grouping: queue) { destinations[$0] }
    }

    mutating func dequeue(_ place: Int, _ message: QueuedMessage) {
        pendingUnits -= message.units
        WorkingSetIndex.remove(place, from: &queue)
        WorkingSetIndex.remove(place, from: &queues[message.destination, default: []])
        if queues[message.destination]?.isEmpty == true { queues[message.destination] = nil }
    }

    /// Takes a place out of those in order.
    private static func remove(_ place: Int, from places: inout [Int]) {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        if low < places.count, places[low] == place { places.remove(at: low) }
    }
}
