import Findings
import Store
import Triage

/// One row per problem and destination.
enum AlertRows {
    private static let columns = """
        a.destination, a.status, a.severity, a.notified_severity, a.announced, a.observed_at, a.first_seen_at,
        a.last_seen_at, a.count, a.opened_at, a.rule, a.version, a.grp, a.waiting, a.waiting_transition,
        a.waiting_severity, a.held, a.held_by, a.held_severity, a.untold_text, a.finding
        """

    static func select(_ keys: [AlertKey]) -> Statement? {
        guard keys.isEmpty == false else { return nil }
        return Statement(
            """
            SELECT \(columns) FROM unnest($1::bigint[], $2::text[]) AS u(finding, destination)
            JOIN alerts a ON a.finding = u.finding AND a.destination = u.destination
            """,
            [keys.map(\.problem), keys.map(\.destination)]
        )
    }

    /// Alerts whose keys are for the caller to say.
    static func alerts(in rows: Rows) throws -> [AlertKey: Alert] {
        var found: [AlertKey: Alert] = [:]
        for index in 0..<rows.count {
            let alert = try alert(rows[index], finding: FindingKey(""))
            found[AlertKey(problem: try rows[index].integer(20), destination: alert.destination)] = alert
        }
        return found
    }

    /// Every alert of a problem.
    static func alerts(of problem: Int64, _ session: Session) throws -> [Alert] {
        try session.all("SELECT \(columns) FROM alerts a WHERE a.finding = $1", [problem]) {
            try alert($0, finding: FindingKey(""))
        }
    }

    private static func alert(_ row: Columns, finding: FindingKey) throws -> Alert {
        try Alert(
            finding: finding,
            destination: row.text(0),
            status: try ColumnText.status(row.text(1)),
            severity: try ColumnText.severity(row.count(2)),
            notifiedSeverity: row.isNull(3) ? nil : try ColumnText.severity(row.count(3)),
            wasAnnounced: row.flag(4),
            observedAt: row.moment(5),
            firstSeenAt: row.moment(6),
            lastSeenAt: row.moment(7),
            count: row.count(8),
            openedAt: row.moment(9),
            rule: row.text(10),
            version: row.count(11),
            group: row.optionalInteger(12),
            waiting: row.isNull(13)
                ? nil
                : Alert.Waiting(
                    item: row.integer(13),
                    transition: try ColumnText.transition(row.text(14)),
                    severity: try ColumnText.severity(row.count(15))
                ),
            held: row.isNull(16) ? nil : try held(row),
            hasUntoldText: row.flag(19)
        )
    }

    private static func held(_ row: Columns) throws -> Alert.Held {
        guard let reason = HeldReason(rawValue: try row.text(16)) else {
            throw StoredFormError("the reason \(try row.text(16)) is of a later version")
        }
        return try Alert.Held(
            reason: reason,
            by: row.optionalText(17),
            severity: try ColumnText.severity(row.count(18))
        )
    }

    /// Alerts with the key and the newest observation of their finding; of several that report the problem, the most severe
    /// active one.
    static func list(_ question: AlertQuestion, limit: Int, _ session: Session) throws -> [FoundAlert] {
        var (condition, order, bindings) = terms(of: question, limit: limit)
        let last = bindings.place(limit)
        return try session.all(
            """
            SELECT \(columns), f.number, f.key, f.observation
            FROM alerts a JOIN findings f ON f.number = coalesce((
                SELECT m.number FROM findings m WHERE m.problem = a.finding AND m.status = 'ACTIVE'
                ORDER BY m.severity DESC, m.number LIMIT 1
            ), a.finding) WHERE \(condition) ORDER BY \(order) LIMIT \(last)
            """,
            bindings
        ) { row in
            let subject = try Subject(finding: row.integer(21), observation: row.integer(23), problem: row.integer(20))
            return FoundAlert(alert: try alert(row, finding: FindingKey(row.text(22))), subject: subject)
        }
    }

    static func count(_ question: AlertQuestion, upTo limit: Int, _ session: Session) throws -> Int {
        var (condition, _, bindings) = terms(of: question, limit: limit)
        let last = bindings.place(limit)
        return Int(
            try session.integer(
                "SELECT count(*) FROM (SELECT 1 FROM alerts a WHERE \(condition) LIMIT \(last)) AS found",
                bindings
            ) ?? 0
        )
    }

    /// The limit stands in the inner queries as well, so that a page never costs more than a page.
    private static func terms(
        of question: AlertQuestion,
        limit: Int
    ) -> (condition: String, order: String, Bindings) {
        switch question {
        case .known(let group):
            return (
                "a.grp = $1 AND a.status = 'ACTIVE' AND a.notified_severity IS NOT NULL",
                "a.severity DESC, a.opened_at, a.finding", [group]
            )
        case .open(let group):
            return ("a.grp = $1 AND a.status = 'ACTIVE'", "a.opened_at, a.severity DESC, a.finding", [group])
        case .silenced(let silence):
            return (
                "a.held_by = $1 AND a.held = 'silenced' AND a.status = 'ACTIVE'",
                "a.finding, a.destination COLLATE \"C\"", [silence]
            )
        case .held(let key?, let destination, let number):
            return (
                """
                a.destination = $1 AND a.finding IN (
                    SELECT problem FROM inhibited WHERE destination = $1 AND key = $2 AND problem > $3
                    ORDER BY problem LIMIT $4)
                """, "a.finding", [destination, key, number, limit]
            )
        case .held(nil, let destination, let number):
            return (
                """
                a.destination = $1 AND a.finding IN (
                    SELECT DISTINCT problem FROM inhibited WHERE problem > $2 AND destination = $1
                    ORDER BY problem LIMIT $3)
                """, "a.finding", [destination, number, limit]
            )
        }
    }
}
