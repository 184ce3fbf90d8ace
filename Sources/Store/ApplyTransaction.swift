package import Findings
package import FoundationEssentials
package import Routing
package import Triage

/// The rows that applying touches, inside one open transaction; every call sees what the earlier ones wrote.
///
/// A backend plays this role, and ``apply(_:now:change:)`` is then the same for all of them.
package protocol ApplyTransaction {
    /// How the backend refers to the rows of one observation and its finding.
    associatedtype Place

    /// Keeps the key of an event.
    ///
    /// - Returns: Whether it was unknown until now.
    mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool
    /// Makes the finding's record what this observation says, unless an observation that the source dates later is known.
    mutating func observe(_ finding: Finding, disposition: String, receivedAt: Date) throws -> Place
    /// The stored alert of the finding at the destination.
    mutating func alert(at place: Place, finding: FindingKey, destination: String) throws -> Alert?
    mutating func save(_ alert: Alert, at place: Place) throws
    /// Queues one message of the observation, due now.
    ///
    /// - Returns: Its id.
    mutating func queue(_ message: QueuedMessage, at place: Place, now: Date) throws -> String
    /// Writes the observation to the ledger, the last thing done for it.
    mutating func record(_ observation: ObservationRecord, of finding: Finding, at place: Place) throws
    /// Moves the applied position.
    mutating func advance(to position: Int64) throws
    /// The position that is applied.
    func appliedPosition() throws -> Int64
}

/// One message that is to be queued; the finding is that of its observation.
package struct QueuedMessage: Sendable, Hashable {
    package var recipient: String?
    package var transition: Transition
    package var alert: Alert
    package var receivedAt: Date

    package init(recipient: String?, transition: Transition, alert: Alert, receivedAt: Date) {
        self.recipient = recipient
        self.transition = transition
        self.alert = alert
        self.receivedAt = receivedAt
    }
}

/// Entries that do not continue the applied part of the journal.
package struct JournalOrderError: Error, Hashable, CustomStringConvertible {
    package var expected: Int64
    package var found: Int64

    package var description: String {
        "journal entry \(found) cannot be applied: the next one is \(expected)"
    }
}

extension ApplyTransaction {
    /// Applies decided entries; see ``Intake/apply(_:now:)``.
    ///
    /// An entry may hold another number of observations than was counted when it was accepted, since a newer version of
    /// the decoder reads it now; the received ones are corrected to what was found.
    ///
    /// - Parameters:
    ///   - entries: In journal order, beginning with the first unapplied one.
    ///   - now: The time of application.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: ``JournalOrderError``, and what the rows throw.
    package mutating func apply(
        _ entries: [DecidedEntry],
        now: Date,
        change: inout TotalsChange
    ) throws -> AppliedBatch {
        var batch = AppliedBatch(position: try appliedPosition(), observations: 0, redelivered: 0, notifications: 0)
        for entry in entries {
            guard entry.position == batch.position + 1 else {
                throw JournalOrderError(expected: batch.position + 1, found: entry.position)
            }
            batch.position = entry.position
            batch.oldestReceivedAt = min(batch.oldestReceivedAt ?? entry.receivedAt, entry.receivedAt)
            var found = 0
            for event in entry.events {
                let count = event.observations.count
                found += count
                if let key = event.redeliveryKey, try remember(key, receivedAt: entry.receivedAt) == false {
                    batch.redelivered += count
                    change.add(count, to: .redelivered)
                    continue
                }
                batch.observations += count
                for observation in event.observations {
                    batch.notifications += try apply(observation, of: entry, now: now, change: &change)
                }
            }
            change.add(-entry.observations, to: .waiting)
            change.add(found - entry.observations, to: .received)
        }
        try advance(to: batch.position)
        return batch
    }

    /// Returns the number of messages that were queued.
    private mutating func apply(
        _ observation: DecidedObservation,
        of entry: DecidedEntry,
        now: Date,
        change: inout TotalsChange
    ) throws -> Int {
        let finding = observation.finding
        let decision = observation.decision
        var record = ObservationRecord(
            position: entry.position,
            receivedAt: entry.receivedAt,
            severity: finding.severity,
            status: finding.status,
            version: decision.version,
            matched: decision.matched,
            disposition: decision.verdict.disposition
        )
        let place = try observe(finding, disposition: record.disposition, receivedAt: entry.receivedAt)
        var queued = 0
        switch decision.verdict {
        case .unrouted: change.add(1, to: .unrouted)
        case .suppressed(_, let reason):
            change.add(1, to: .suppressed)
            record.reason = reason
        case .routed(let destinations):
            change.add(1, to: .routed)
            for routed in destinations {
                let outcome = try triage(observation, routed, at: place, of: entry, now: now, change: &change)
                queued += outcome.notifications.count
                record.outcomes.append(outcome)
            }
        }
        for outcome in try resolve(observation, beside: record, at: place, of: entry, now: now, change: &change) {
            queued += outcome.notifications.count
            record.outcomes.append(outcome)
        }
        try self.record(record, of: finding, at: place)
        return queued
    }

    /// Takes back what was announced at destinations that the decision does not name.
    ///
    /// These are messages beside those of the decision: they are counted as due, and the observation stays what the
    /// decision made of it.
    private mutating func resolve(
        _ observation: DecidedObservation,
        beside record: ObservationRecord,
        at place: Place,
        of entry: DecidedEntry,
        now: Date,
        change: inout TotalsChange
    ) throws -> [ObservationRecord.Outcome] {
        guard let resolutions = observation.resolutions, observation.finding.status == .resolved else { return [] }
        let named = Set(record.outcomes.map(\.destination))
        var outcomes: [ObservationRecord.Outcome] = []
        for destination in resolutions.destinations where named.contains(destination) == false {
            let alert = try alert(at: place, finding: observation.finding.key, destination: destination)
            guard let alert, alert.notifiedSeverity != nil, alert.status != .resolved,
                let routed = resolutions.routed(to: destination, announcedBy: alert.rule)
            else { continue }
            outcomes.append(try triage(observation, routed, at: place, of: entry, now: now, change: &change))
        }
        return outcomes
    }

    private mutating func triage(
        _ observation: DecidedObservation,
        _ routed: Decision.Routed,
        at place: Place,
        of entry: DecidedEntry,
        now: Date,
        change: inout TotalsChange
    ) throws -> ObservationRecord.Outcome {
        let step = Triage.step(
            alert: try alert(at: place, finding: observation.finding.key, destination: routed.destination),
            finding: observation.finding,
            routed: routed,
            version: observation.decision.version,
            receivedAt: entry.receivedAt
        )
        if step.transition != .stale { try save(step.alert, at: place) }
        // A destination without recipients still owes the message: its lane then says what is wrong with it.
        let recipients = routed.recipients.isEmpty ? [nil] : routed.recipients
        change.add(recipients.count, to: .due)
        var outcome = ObservationRecord.Outcome(
            destination: routed.destination,
            rule: routed.rule,
            transition: step.transition,
            held: nil,
            notifications: []
        )
        switch step.disposition {
        case .held(let reason):
            outcome.held = reason.rawValue
            change.add(recipients.count, to: .held(reason))
        case .announce:
            change.add(recipients.count, to: .pending)
            for recipient in recipients {
                let message = QueuedMessage(
                    recipient: recipient,
                    transition: step.transition,
                    alert: step.alert,
                    receivedAt: entry.receivedAt
                )
                outcome.notifications.append(try queue(message, at: place, now: now))
            }
        }
        return outcome
    }
}

extension Decision.Verdict {
    /// `routed`, `suppressed` or `unrouted`.
    package var disposition: String {
        switch self {
        case .routed: "routed"
        case .suppressed: "suppressed"
        case .unrouted: "unrouted"
        }
    }
}
