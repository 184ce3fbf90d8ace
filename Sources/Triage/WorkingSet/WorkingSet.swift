import Findings
import FoundationEssentials

/// The rows that a batch of entries or the timers at hand are about, with what was changed kept apart: the value that
/// triage runs on.
///
/// With a backend behind it, it holds what was loaded and what is to be written. With nothing behind it, it is the whole
/// store of a simulated week, and answers itself what a backend would be asked.
package struct WorkingSet: Sendable {
    package internal(set) var counters = TriageCounters()
    var redeliveries = KnownRows<String, Date>()
    var findings = KnownRows<Int64, FindingRow>()
    /// The numbers of findings by key; 0 for one that was never seen.
    var findingNumbers: [FindingKey: Int64] = [:]
    var newFindings: Set<Int64> = []
    var renamed: Set<Int64> = []
    /// The numbers of problems by key; 0 for one that was never reported.
    var problems: [FindingKey: Int64] = [:]
    var newProblems: [FindingKey] = []
    /// Every finding that reports a problem, of problems that were looked at.
    var members: [Int64: [Int64: FindingRow.Standing]] = [:]
    /// Findings as they were observed, by the number of the observation.
    var contents: [Int64: ObservedFinding] = [:]
    var ledger: [LedgerRow] = []
    var alerts = KnownRows<AlertKey, Alert>()
    var groups = KnownRows<Int64, AlertGroup>()
    /// The numbers of groups by name; 0 for one that does not exist.
    var groupNumbers: [AlertGroup.Name: Int64] = [:]
    var newGroups: Set<Int64> = []
    var items = KnownRows<Int64, ItemRow>()
    var newItems: Set<Int64> = []
    var messages: [MessageRow] = []
    var folded: [String] = []
    /// How many messages wait at destinations that were asked about.
    var pending: [String: Int] = [:]
    /// By problem, then by destination.
    var sources = KnownRows<Int64, [String: [InhibitionSource]]>()
    var holds = KnownRows<AlertKey, [String]>()
    /// The finding of each hold that was changed.
    var holdFindings: [AlertKey: Int64] = [:]
    /// When silences end whose end was not dealt with.
    var silenceEnds = KnownRows<String, Date>()
    /// What was counted since the last time it was stored.
    var counts = HourCounts()
    /// Streams of the journal of which something was applied.
    var movedStreams: Set<Int64> = []
    var movedHeldVersion = false
    /// What finds rows by something else than their keys; `nil` with a backend behind, which finds them itself.
    var index: WorkingSetIndex?

    /// A set with a backend behind it.
    init(_ counters: TriageCounters) { self.counters = counters }

    /// A set with nothing behind it: an empty store.
    package init() { index = WorkingSetIndex() }

    mutating func save(_ row: FindingRow) {
        counts.add(from: findings[row.number] ?? nil, to: row, account: contents[row.observation]?.finding.account)
        findings.change(row, at: row.number)
        findingNumbers[row.key] = row.number
        if let problem = row.problem { members[problem]?[row.number] = row.standing }
    }

    mutating func save(_ alert: Alert, of key: AlertKey) {
        if index != nil { index?.note(alert, of: key, before: alerts[key] ?? nil) }
        alerts.change(alert, at: key)
    }

    mutating func insert(_ group: AlertGroup) -> AlertGroup {
        counters.group += 1
        var group = group
        group.number = counters.group
        groupNumbers[group.name] = group.number
        newGroups.insert(group.number)
        save(group)
        return group
    }

    mutating func save(_ group: AlertGroup) {
        // One that is gone stays gone.
        if let known = groups[group.number], known == nil { return }
        groups.change(group, at: group.number)
        index?.timers.note(group)
    }

    mutating func remove(_ group: AlertGroup) {
        groups.change(nil, at: group.number)
        groupNumbers[group.name] = 0
        index?.timers.forget(group)
    }

    mutating func insert(_ item: WaitingItem, about subject: Subject) -> Int64 {
        counters.item += 1
        var item = item
        item.number = counters.item
        newItems.insert(item.number)
        save(ItemRow(item: item, subject: subject))
        return item.number
    }

    mutating func save(_ row: ItemRow) {
        if index != nil { index?.note(row, before: items[row.item.number] ?? nil) }
        items.change(row, at: row.item.number)
    }

    mutating func queue(_ message: QueuedMessage, about subject: Subject, now: Date) -> String {
        let next = counters.notifications.next(now: now)
        if let count = pending[message.destination] { pending[message.destination] = count + 1 }
        messages.append(
            MessageRow(number: next.number, id: next.id, message: message, subject: subject, queuedAt: now)
        )
        index?.queue(messages.count - 1, message)
        return next.id
    }

    /// Takes these messages out of the queue, since a summary tells what they say.
    mutating func fold(_ ids: [String]) {
        guard index != nil else {
            folded += ids
            pending = [:]
            return
        }
        let wanted = Set(ids)
        for place in index?.queue ?? [] where wanted.contains(messages[place].id) { dequeue(place, as: .folded) }
    }

    /// Takes a pending message out of the queue of a set with nothing behind it.
    ///
    /// - Parameters:
    ///   - place: Its place in ``everyMessage``.
    ///   - state: What became of it.
    package mutating func dequeue(_ place: Int, as state: Notification.State) {
        messages[place].state = state
        index?.dequeue(place, messages[place].message)
    }

    /// Replaces the keys under which a problem may hold others back.
    mutating func save(_ sources: [String: [InhibitionSource]], of problem: Int64) {
        if index != nil { index?.note(sources, of: problem, before: (self.sources[problem] ?? nil) ?? [:]) }
        self.sources.change(sources, at: problem)
    }

    mutating func remember(_ redeliveryKey: String, receivedAt: Date) {
        redeliveries.change(receivedAt, at: redeliveryKey)
    }
}
