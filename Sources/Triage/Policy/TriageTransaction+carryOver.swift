import Findings
import FoundationEssentials
import Routing

/// What goes on from a data directory of version 0.1.0, whose keys may have stood for several findings; see decision 0011.
extension TriageTransaction {
    /// The row under the finding's key.
    ///
    /// A finding that version 0.1.0 stored gets the key that it has now, so that it goes on as what it is: alerts, what
    /// waits and what is held back are known by the number of the row. Of findings that shared a row there, it is the one
    /// that an alert told of to which the alert belongs.
    mutating func knownRow(of finding: Finding) throws -> FindingRow? {
        if let row = try row(of: finding.key) { return row }
        guard let rows, working.counters.formerKeysThrough > 0, let former = finding.key.former else { return nil }
        var wanted = WantedRows()
        wanted.formerKeys = [former]
        guard let stored = try rows.load(wanted).former[former] else { return nil }
        working.note(stored.row)
        guard let row = working.findings[stored.row.number] ?? nil, row.key.rawValue == former else { return nil }
        let claim = claim(of: finding, on: stored)
        switch (claim.own.isEmpty, claim.othersCount) {
        case (true, 0):
            // Nobody was told of any of them, so that the row is its who was seen last.
            guard let last = stored.observed.first, finding.continues(last.finding) else { return nil }
            return rename(row, to: finding, lastObserved: nil)
        case (true, _): return nil
        case (false, 0): return rename(row, to: finding, lastObserved: claim.isSeenLast ? nil : claim.lastObserved)
        case (false, _): return try split(claim, off: row, for: finding, stored)
        }
    }

    /// What of a stored row is a finding's.
    private struct Claim {
        /// The alerts that told of it.
        var own: [Alert] = []
        /// How many told of others.
        var othersCount = 0
        /// When it was seen last itself.
        var lastObserved: FoundRows.FormerFinding.Observed?
        var isSeenLast = false
    }

    private mutating func claim(of finding: Finding, on stored: FoundRows.FormerFinding) -> Claim {
        let observed = stored.observed
        let ownObserved = observed.filter { finding.continues($0.finding) }
        // Where it is not kept any more what an alert began with, many observations of one finding say that it had no other
        // beside it; a single one that is left of several does not.
        let isAlone =
            ownObserved.count == observed.count && (observed.count > 1 || stored.row.observations <= observed.count)
        var claim = Claim()
        claim.lastObserved = ownObserved.first
        claim.isSeenLast = ownObserved.first != nil && ownObserved.first?.number == observed.first?.number
        for entry in stored.alerts {
            let key = AlertKey(problem: stored.row.number, destination: entry.alert.destination)
            working.alerts.note(entry.alert, at: key)
            // Another finding may have taken it with it.
            guard var alert = working.alerts[key] ?? nil else { continue }
            guard entry.began.map({ finding.continues($0.finding) }) ?? (ownObserved.isEmpty == false) else {
                claim.othersCount += 1
                continue
            }
            if entry.began == nil, isAlone == false, finding.status != .resolved, alert.waiting == nil {
                // It may have told of another one: rather twice than never.
                (alert.notifiedSeverity, alert.wasAnnounced) = (nil, false)
                working.save(alert, of: key)
            }
            claim.own.append(alert)
            claim.lastObserved = claim.lastObserved ?? entry.began
        }
        return claim
    }

    /// Gives the row the finding's key, and with it everything that is known by its number.
    ///
    /// Where another finding was observed last, the row says how this one was: its next observation is compared with that.
    private mutating func rename(
        _ row: FindingRow,
        to finding: Finding,
        lastObserved: FoundRows.FormerFinding.Observed?
    ) -> FindingRow {
        var row = row
        working.findingNumbers[row.key] = 0
        row.key = finding.key
        working.renamed.insert(row.number)
        if let lastObserved { refer(&row, to: lastObserved) }
        working.save(row)
        return row
    }

    private mutating func refer(_ row: inout FindingRow, to observed: FoundRows.FormerFinding.Observed) {
        row.observation = observed.number
        row.observedAt = observed.finding.observedAt(receivedAt: observed.receivedAt)
        row.lastSeenAt = observed.receivedAt
        row.severity = observed.finding.severity
        row.status = observed.finding.status
        working.contents[observed.number] = ObservedFinding(observed.finding)
    }

    /// Gives a finding a row of its own, with the alerts that told of it, where the others' stay under the former key.
    private mutating func split(
        _ claim: Claim,
        off row: FindingRow,
        for finding: Finding,
        _ stored: FoundRows.FormerFinding
    ) throws -> FindingRow {
        working.counters.finding += 1
        var own = row
        own.number = working.counters.finding
        own.key = finding.key
        // Its observations stay with the others', so that the one that is being applied is its first, whatever its date.
        own.observation = working.counters.observation
        own.observedAt = .distantPast
        own.observations = 0
        own.firstSeenAt = claim.own.map(\.firstSeenAt).min() ?? row.firstSeenAt
        working.newFindings.insert(own.number)
        for alert in claim.own {
            working.alerts.change(nil, at: AlertKey(problem: row.number, destination: alert.destination))
            working.save(alert, of: AlertKey(problem: own.number, destination: alert.destination))
            guard let waiting = alert.waiting else { continue }
            let subject = Subject(finding: own.number, observation: own.observation, problem: own.number)
            try refer(item: waiting.item, to: subject)
        }
        if claim.isSeenLast, let other = stored.observed.first(where: { finding.continues($0.finding) == false }) {
            var rest = row
            refer(&rest, to: other)
            working.save(rest)
        }
        working.save(own)
        return own
    }
}
