package import Findings
package import FoundationEssentials

/// What a simulated week asks of its store.
extension WorkingSet {
    /// Every message, in the order of queueing.
    package var everyMessage: [MessageRow] { messages }
    /// Places in ``everyMessage`` of those that are pending, in order.
    package var queue: [Int] { index?.queue ?? [] }
    /// When the first message of each destination was queued that is pending.
    package var firstQueued: [String: Date] {
        (index?.queues ?? [:]).compactMapValues { $0.first.map { messages[$0].queuedAt } }
    }
    /// What every observation came to, in order.
    package var everyObservation: [LedgerRow] { ledger }
    package var everyAlert: [(problem: Int64, alert: Alert)] { alerts.all.map { ($0.key.problem, $0.row) } }
    package var everyGroup: [AlertGroup] { groups.all.map(\.row) }
    /// What has not left yet.
    package var unsent: Unsent {
        guard let index else { return Unsent() }
        return Unsent(
            pendingUnits: index.pendingUnits,
            waitingUnits: index.waitingUnits,
            strandedItems: index.waiting.filter { index.timers[$0.value]?.dueAt == nil }.map(\.key)
        )
    }
    package var isAnythingWaiting: Bool { index?.waiting.isEmpty == false }

    /// What has not left a set yet, counted together since it is asked for after every step.
    package struct Unsent: Sendable, Hashable {
        /// The units of what is pending, and of what waits in groups.
        package fileprivate(set) var pendingUnits = 0
        package fileprivate(set) var waitingUnits = 0
        /// The items that wait in groups without a date.
        package fileprivate(set) var strandedItems: [Int64] = []
    }

    package func group(numbered number: Int64) -> AlertGroup? { groups[number] ?? nil }

    /// An item that waits.
    package func waiting(item: Int64) -> WaitingItem? {
        index?.waiting[item] == nil ? nil : (items[item] ?? nil)?.item
    }

    /// An item, whether it waits or not.
    package func item(numbered number: Int64) -> WaitingItem? { (items[number] ?? nil)?.item }

    /// What a message told, with the problem of each; nothing for a message about one alert that was queued at once.
    package func told(in notification: String) -> [(item: WaitingItem, problem: Int64)] {
        (index?.told[notification] ?? []).sorted().compactMap { items[$0] ?? nil }
            .map { ($0.item, $0.subject.problem) }
    }

    /// The finding as it was observed.
    package func finding(about subject: Subject) -> Finding? { contents[subject.observation]?.finding }

    /// Drops the ledger, what was counted by the hour, and what was observed as far as nothing that may still happen is about it.
    package mutating func forgetHistory() {
        ledger = []
        counts = HourCounts()
        var needed = Set(findings.all.map(\.row.observation))
        for (_, row) in items.all {
            // The end of a storm speaks of the most severe of what the storm told.
            let isOfStorm = (groups[row.item.group] ?? nil)?.name.word == .storm
            if row.item.state == .waiting || isOfStorm { needed.insert(row.subject.observation) }
        }
        for place in queue { needed.insert(messages[place].subject.observation) }
        contents = contents.filter { needed.contains($0.key) }
    }

    /// Drops the messages that are not pending; places in ``everyMessage`` change.
    package mutating func forgetMessages() {
        messages = queue.map { messages[$0] }
        index?.renumberQueue(messages.map(\.message.destination))
    }

    /// Places in ``everyMessage`` of the messages that leave next for a destination: the first for each of its readers, the
    /// most severe before others.
    package func nextQueued(at destination: String, limit: Int) -> [Int] {
        var readers: Set<Reader> = []
        let first = (index?.queues[destination] ?? []).filter { place in
            readers.insert(
                Reader(orderingKey: messages[place].message.orderingKey, recipient: messages[place].message.recipient)
            ).inserted
        }
        return first.map { (severity: messages[$0].message.facts.severity, place: $0) }
            .sorted { ($1.severity, $0.place) < ($0.severity, $1.place) }.prefix(limit).map(\.place)
    }

    /// Messages that leave in order.
    private struct Reader: Hashable {
        var orderingKey: Int64
        var recipient: String?
    }

    /// When something is due.
    package var nextTimer: Date? {
        var next = index?.timers.next
        for silence in index?.silences ?? [] { next = min(next ?? silence.endsAt, silence.endsAt) }
        return next
    }

    /// Adds a silence, or replaces the one with its id.
    package mutating func add(_ silence: EndedSilence) {
        index?.silences.removeAll { $0.id == silence.id }
        index?.silences.append(silence)
        silenceEnds.set(silence.endsAt, at: silence.id)
    }

    /// Has every silence that fits end at a moment.
    package mutating func end(_ silences: (EndedSilence) -> Bool, at date: Date) {
        for var silence in index?.silences ?? [] where silences(silence) {
            silence.endsAt = date
            if let place = index?.silences.firstIndex(where: { $0.id == silence.id }) {
                index?.silences[place] = silence
            }
            silenceEnds.set(silence.endsAt, at: silence.id)
        }
    }
}
