import Findings
import FoundationEssentials
import Routing

/// What comes in.
extension TriageTransaction {
    /// Keeps the key of an event.
    ///
    /// - Returns: Whether it was unknown until now.
    mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool {
        if working.redeliveries.isKnown(redeliveryKey) == false { try load(.init(redeliveryKey)) }
        guard (working.redeliveries[redeliveryKey] ?? nil) == nil else { return false }
        working.remember(redeliveryKey, receivedAt: receivedAt)
        return true
    }

    /// The finding with this key as it was last observed, `nil` when it never was.
    mutating func lastObserved(_ key: FindingKey) throws -> Finding? {
        try row(of: key).map { try finding(observed: $0.observation) }
    }

    mutating func row(of key: FindingKey) throws -> FindingRow? {
        if working.findingNumbers[key] == nil {
            var wanted = WantedRows()
            wanted.findings = [key]
            try load(wanted)
        }
        return working.findingNumbers[key].flatMap { working.findings[$0] ?? nil }
    }

    /// The finding as it was observed there.
    mutating func finding(about subject: Subject) throws -> Finding { try finding(observed: subject.observation) }

    private mutating func finding(observed observation: Int64) throws -> Finding {
        if let known = working.contents[observation] { return known.finding }
        var wanted = WantedRows()
        wanted.contents = [observation]
        try load(wanted)
        guard let finding = working.contents[observation]?.finding else {
            throw StoredFormError("the observation \(observation) that a row refers to is missing")
        }
        return finding
    }

    /// What the rules said of the finding when it was last observed.
    mutating func disposition(about subject: Subject) throws -> String {
        var wanted = WantedRows()
        wanted.findingNumbers = [subject.finding]
        try load(wanted)
        return (working.findings[subject.finding] ?? nil)?.disposition ?? ""
    }

    /// Writes the observation to the ledger, the last thing done for it.
    mutating func record(_ record: ObservationRecord, of observation: DecidedObservation, about subject: Subject) {
        working.ledger.append(
            LedgerRow(subject: subject, key: observation.finding.key, record: record, content: observation.content)
        )
    }

    mutating func advance(to position: Int64) {
        working.counters.applied.advance(to: position)
        working.movedStreams.insert(JournalCursor.stream(of: position))
    }

    mutating func setHeldUnderVersion(_ version: Int) {
        working.counters.heldUnderVersion = version
        working.movedHeldVersion = true
    }
}
