package import Findings
package import FoundationEssentials
package import Routing
package import Store
package import Triage

/// Triage on a working set with nothing behind it, and a queue from which messages are delivered.
package struct StoreInMemory: SimulatedStore {
    /// An observation that somebody may ask about.
    private struct Place: Hashable {
        var finding: FindingKey
        var receivedAt: Date
    }

    package private(set) var triage = WorkingSet()
    private var sums = TotalsChange()
    private var criticals: [Place: ObservationRecord] = [:]

    /// How long the ledger gets before what nobody asks for any more is dropped.
    private static let longestLedger = 50_000
    /// How many messages are kept that were delivered, where nobody asks for them.
    private static let mostDelivered = 10_000

    private let isAskedAfterwards: Bool

    /// - Parameter isAskedAfterwards: Whether somebody will ask for critical observations and for messages that were
    ///   delivered; when nobody does, they are not kept.
    package init(isAskedAfterwards: Bool = true) { self.isAskedAfterwards = isAskedAfterwards }

    /// Has silences end when they end.
    package mutating func add(_ silences: [Silence]) {
        for silence in silences {
            triage.add(
                EndedSilence(
                    id: silence.id,
                    owner: silence.owner,
                    reason: silence.reason,
                    startsAt: silence.startsAt,
                    endsAt: silence.endsAt
                )
            )
        }
    }

    /// Where the messages go that are queued, and when they were.
    package var pending: [(destination: String, queuedAt: Date)] {
        triage.queue.map { (triage.everyMessage[$0].message.destination, triage.everyMessage[$0].queuedAt) }
    }

    /// Takes everything out of the queue that was queued after so many messages, as if it had long been delivered.
    ///
    /// - Parameter count: How many messages there were.
    package mutating func deliver(after count: Int) {
        for place in triage.queue.reversed() {
            guard place >= count else { break }
            sums.move(triage.everyMessage[place].message.units, from: .pending, to: .delivered)
            triage.dequeue(place, as: .delivered)
        }
    }

    package mutating func take(_ events: [DecidedEvent], now: Date) throws -> AppliedBatch {
        let count = events.reduce(0) { $0 + $1.observations.count }
        sums.add(count, to: .received)
        sums.add(count, to: .waiting)
        let entry = DecidedEntry(
            position: triage.counters.applied.position(in: 0) + 1,
            receivedAt: now,
            events: events,
            observations: count
        )
        let known = triage.everyObservation.count
        let batch = try triage.apply([entry], now: now, change: &sums)
        for row in triage.everyObservation[known...] where isAskedAfterwards {
            guard row.record.severity == .critical, row.record.status == .active else { continue }
            let place = Place(finding: row.key, receivedAt: row.record.receivedAt)
            if criticals[place] == nil { criticals[place] = row.record }
        }
        if triage.everyObservation.count > StoreInMemory.longestLedger { triage.forgetHistory() }
        return batch
    }

    package mutating func fire(now: Date, table: RoutingTable, silences: SilenceTable) throws {
        while try triage.fire(now: now, table: table, silences: silences, change: &sums).isMoreDue {}
    }

    package func nextTimer() -> Date? { triage.nextTimer }

    package func nextDue() -> [String: Date] { triage.firstQueued }

    package mutating func deliver(
        from destination: String,
        limit: Int,
        now: Date,
        finished: Date
    ) -> [DeliveredMessage] {
        let delivered = triage.nextQueued(at: destination, limit: limit).map { place in
            let row = triage.everyMessage[place]
            triage.dequeue(place, as: .delivered)
            sums.move(row.message.units, from: .pending, to: .delivered)
            return DeliveredMessage(
                id: row.id,
                queuedAt: row.queuedAt,
                transition: row.message.facts.transition,
                bundle: row.message.bundle
            )
        }
        if isAskedAfterwards == false,
            triage.everyMessage.count > triage.queue.count + StoreInMemory.mostDelivered
        {
            triage.forgetMessages()
        }
        return delivered
    }

    package func critical(_ finding: FindingKey, receivedAt: Date) -> ObservationRecord? {
        guard var record = criticals[Place(finding: finding, receivedAt: receivedAt)] else { return nil }
        for (index, outcome) in record.outcomes.enumerated() {
            let telling = outcome.item.flatMap { triage.item(numbered: $0)?.notification }
            record.outcomes[index].notifications += [telling].compactMap(\.self)
        }
        return record
    }

    package func totals() -> Totals {
        let amounts = Dictionary(uniqueKeysWithValues: sums.amounts.map { ($0.key.name, $0.value) })
        let position = triage.counters.applied.position(in: 0)
        return Totals(appliedPosition: position, lastPosition: position) { amounts[$0] }
    }
}
