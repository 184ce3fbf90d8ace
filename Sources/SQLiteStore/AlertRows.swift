import Findings
import FoundationEssentials
import GRDB
import Store
import Routing
import Triage

/// One row per problem and destination.
enum AlertRows {
    private static let columns = """
        a.destination, a.status, a.severity, a.notified_severity, a.announced, a.observed_at, a.first_seen_at,
        a.last_seen_at, a.count, a.opened_at, a.rule, a.version, a.grp, a.waiting, a.waiting_transition,
        a.waiting_severity, a.held, a.held_by, a.held_severity, a.untold_text
        """

    /// The alert of a problem at a destination; its key is for the caller to say.
    static func alert(_ key: AlertKey, _ db: Database) throws -> Alert? {
        try db.first(
            "SELECT \(columns) FROM alerts a WHERE a.finding = ? AND a.destination = ?",
            [key.problem, key.destination]
        ) { try alert($0, finding: FindingKey("")) }
    }

    /// Every alert of a problem.
    static func alerts(of problem: Int64, _ db: Database) throws -> [Alert] {
        try db.all("SELECT \(columns) FROM alerts a WHERE a.finding = ?", [problem]) {
            try alert($0, finding: FindingKey(""))
        }
    }

    static func remove(_ key: AlertKey, _ db: Database) throws {
        try db.run("DELETE FROM alerts WHERE finding = ? AND destination = ?", [key.problem, key.destination])
    }

    private static func alert(_ row: Columns, finding: FindingKey) throws -> Alert {
        try Alert(
            finding: finding,
            destination: row.text(0),
            status: try ColumnText.status(row.text(1)),
            severity: try ColumnText.severity(row.count(2)),
            notifiedSeverity: row.isNull(3) ? nil : try ColumnText.severity(row.count(3)),
            wasAnnounced: row.integer(4) != 0,
            observedAt: row.moment(5),
            firstSeenAt: row.moment(6),
            lastSeenAt: row.moment(7),
            count: row.count(8),
            openedAt: row.moment(9),
            rule: row.text(10),
            version: row.count(11),
            group: row.isNull(12) ? nil : row.integer(12),
            waiting: row.isNull(13)
                ? nil
                : Alert.Waiting(
                    item: row.integer(13),
                    transition: try ColumnText.transition(row.text(14)),
                    severity: try ColumnText.severity(row.count(15))
                ),
            held: row.isNull(16) ? nil : try held(row),
            hasUntoldText: row.integer(19) != 0
        )
    }

    private static func held(_ row: Columns) throws -> Alert.Held {
        guard let reason = HeldReason(rawValue: try row.text(16)) else {
            throw StoredFormError("the reason \(try row.text(16)) is of a later version")
        }
        return try Alert.Held(
            reason: reason,
            by: row.isNull(17) ? nil : row.text(17),
            severity: try ColumnText.severity(row.count(18))
        )
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
    static func list(_ question: AlertQuestion, limit: Int, _ db: Database) throws -> [FoundAlert] {
        let (condition, order, bindings) = terms(of: question, limit: limit)
        return try db.all(
            """
            SELECT \(columns), f.number, f.key, f.observation, a.finding
            FROM alerts a JOIN findings f ON f.number = coalesce((
                SELECT m.number FROM findings m WHERE m.problem = a.finding AND m.status = 'ACTIVE'
                ORDER BY m.severity DESC, m.number LIMIT 1
            ), a.finding) WHERE \(condition) ORDER BY \(order) LIMIT ?
            """,
            bindings + [limit]
        ) { row in
            let subject = try Subject(finding: row.integer(20), observation: row.integer(22), problem: row.integer(23))
            return FoundAlert(alert: try alert(row, finding: FindingKey(row.text(21))), subject: subject)
        }
    }

    static func count(_ question: AlertQuestion, upTo limit: Int, _ db: Database) throws -> Int {
        let (condition, _, bindings) = terms(of: question, limit: limit)
        let count = try db.first(
            "SELECT count(*) FROM (SELECT 1 FROM alerts a WHERE \(condition) LIMIT ?)",
            bindings + [limit]
        ) { try $0.count(0) }
        return count ?? 0
    }

    /// The limit stands in the inner queries as well, so that a page never costs more than a page.
    private static func terms(
        of question: AlertQuestion,
        limit: Int
    ) -> (condition: String, order: String, Bindings) {
        switch question {
        case .known(let group):
            return (
                "a.grp = ? AND a.status = 'ACTIVE' AND a.notified_severity IS NOT NULL",
                "a.severity DESC, a.opened_at, a.finding", [group]
            )
        case .open(let group):
            return ("a.grp = ? AND a.status = 'ACTIVE'", "a.opened_at, a.severity DESC, a.finding", [group])
        case .silenced(let silence):
            return ("a.held_by = ? AND a.held = 'silenced' AND a.status = 'ACTIVE'", "a.finding", [silence])
        case .held(let key?, let destination, let number):
            return (
                """
                a.destination = ?1 AND a.finding IN (
                    SELECT problem FROM inhibited WHERE destination = ?1 AND key = ?2 AND problem > ?3
                    ORDER BY problem LIMIT ?4)
                """, "a.finding", [destination, key, number, limit]
            )
        case .held(nil, let destination, let number):
            return (
                """
                a.destination = ?1 AND a.finding IN (
                    SELECT DISTINCT problem FROM inhibited INDEXED BY inhibited_by_problem
                    WHERE problem > ?2 AND destination = ?1 ORDER BY problem LIMIT ?3)
                """, "a.finding", [destination, number, limit]
            )
        }
    }
}
