import Findings
import FoundationEssentials
import Routing

/// Alerts.
extension TriageTransaction {
    /// The stored alert of the problem at the destination.
    mutating func alert(about subject: Subject, finding: FindingKey, destination: String) throws -> Alert? {
        guard var alert = try alert(AlertKey(problem: subject.problem, destination: destination)) else { return nil }
        alert.finding = finding
        return alert
    }

    mutating func alert(_ key: AlertKey) throws -> Alert? {
        if let known = working.alerts[key] { return known }
        guard key.problem <= lastStored else { return nil }
        var wanted = WantedRows()
        wanted.alerts = [key]
        try load(wanted)
        return working.alerts[key] ?? nil
    }

    mutating func save(_ alert: Alert, about subject: Subject) {
        working.save(alert, of: AlertKey(problem: subject.problem, destination: alert.destination))
    }

    mutating func alerts(_ question: AlertQuestion, limit: Int) throws -> [FoundAlert] {
        guard let rows else { return Array(working.answer(question).prefix(limit)) }
        try send([.findings, .alerts, .holds])
        let found = try rows.alerts(question, limit: limit)
        for entry in found {
            let key = AlertKey(problem: entry.subject.problem, destination: entry.alert.destination)
            working.alerts.note(entry.alert, at: key)
        }
        return found
    }

    /// Active alerts of a group that its readers know of, most severe first, then the longest open.
    mutating func activeAlerts(in group: Int64, limit: Int) throws -> [FoundAlert] {
        try alerts(.known(in: group), limit: limit)
    }

    /// The alert of a group that has been active longest, announced or not.
    mutating func oldestAlert(in group: Int64) throws -> FoundAlert? { try alerts(.open(in: group), limit: 1).first }

    /// How many alerts of a group are active and known to its readers; not counted beyond the limit.
    mutating func activeCount(in group: Int64, upTo limit: Int) throws -> Int {
        guard let rows else { return min(limit, working.answer(.known(in: group)).count) }
        try send([.findings, .alerts])
        return try rows.count(.known(in: group), upTo: limit)
    }
}
