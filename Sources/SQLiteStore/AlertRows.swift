import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// One row per problem and destination.
enum AlertRows {
    static func alert(of problem: Int64, key: FindingKey, at destination: String, _ db: Database) throws -> Alert? {
        try db.row("SELECT * FROM alerts WHERE finding = ? AND destination = ?", [problem, destination])
            .map { try alert($0, key: key) }
    }

    static func alert(_ row: Row, key: FindingKey) throws -> Alert {
        Alert(
            finding: key,
            destination: row["destination"],
            status: try ColumnText.status(row["status"]),
            severity: try ColumnText.severity(row["severity"]),
            notifiedSeverity: try (row["notified_severity"] as Int?).map(ColumnText.severity),
            wasAnnounced: row["announced"],
            observedAt: row.moment("observed_at"),
            firstSeenAt: row.moment("first_seen_at"),
            lastSeenAt: row.moment("last_seen_at"),
            count: row["count"],
            openedAt: row.moment("opened_at"),
            rule: row["rule"],
            version: row["version"],
            group: row["grp"],
            waiting: try waiting(row),
            held: try held(row),
            hasUntoldText: row["untold_text"]
        )
    }

    private static func waiting(_ row: Row) throws -> Alert.Waiting? {
        guard let item = row["waiting"] as Int64?, let severity = row["waiting_severity"] as Int? else { return nil }
        return Alert.Waiting(
            item: item,
            transition: try ColumnText.transition(row["waiting_transition"]),
            severity: try ColumnText.severity(severity)
        )
    }

    private static func held(_ row: Row) throws -> Alert.Held? {
        guard let word = row["held"] as String?, let severity = row["held_severity"] as Int? else { return nil }
        guard let reason = HeldReason(rawValue: word) else {
            throw StoredFormError("the reason \(word) is of a later version")
        }
        return Alert.Held(reason: reason, by: row["held_by"], severity: try ColumnText.severity(severity))
    }

    static func save(_ alert: Alert, of problem: Int64, _ db: Database) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO alerts(finding, destination, status, severity, notified_severity, observed_at,
                first_seen_at, last_seen_at, count, opened_at, rule, version, announced, grp, waiting,
                waiting_transition, waiting_severity, held, held_by, held_severity, untold_text)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                problem, alert.destination, alert.status.rawValue, Int(alert.severity.rawValue),
                alert.notifiedSeverity.map { Int($0.rawValue) }, alert.observedAt.stored, alert.firstSeenAt.stored,
                alert.lastSeenAt.stored, alert.count, alert.openedAt.stored, alert.rule, alert.version,
                alert.wasAnnounced, alert.group, alert.waiting?.item, alert.waiting?.transition.rawValue,
                alert.waiting.map { Int($0.severity.rawValue) }, alert.held?.reason.rawValue, alert.held?.by,
                alert.held.map { Int($0.severity.rawValue) }, alert.hasUntoldText,
            ]
        )
    }

    /// Alerts with the key and the newest observation of their finding; of several that report the problem, the most severe
    /// active one.
    static func list(
        _ condition: String,
        _ arguments: StatementArguments,
        _ db: Database
    ) throws -> [(alert: Alert, place: ApplyRows.Place)] {
        try db.rows(
            """
            SELECT a.*, f.number AS place, f.key AS finding_key, f.observation AS observation
            FROM alerts a JOIN findings f ON f.number = coalesce((
                SELECT m.number FROM findings m WHERE m.problem = a.finding AND m.status = 'ACTIVE'
                ORDER BY m.severity DESC, m.number LIMIT 1
            ), a.finding) WHERE \(condition)
            """,
            arguments
        ).map { row in
            let place = ApplyRows.Place(
                finding: row["place"],
                observation: row["observation"],
                problem: row["finding"]
            )
            return (try alert(row, key: FindingKey(row["finding_key"])), place)
        }
    }
}

/// Words and numbers of columns that stand for cases.
enum ColumnText {
    static func severity(_ level: Int) throws -> Severity {
        guard let level = UInt8(exactly: level), let severity = Severity(rawValue: level) else {
            throw StoredFormError("severity \(level) is of a later version")
        }
        return severity
    }

    static func status(_ word: String) throws -> FindingStatus {
        guard let status = FindingStatus(rawValue: word) else {
            throw StoredFormError("status \(word) is of a later version")
        }
        return status
    }

    static func transition(_ word: String) throws -> Transition {
        guard let transition = Transition(rawValue: word) else {
            throw StoredFormError("transition \(word) is of a later version")
        }
        return transition
    }
}
