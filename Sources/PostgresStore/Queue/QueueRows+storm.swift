import FoundationEssentials
import Store
import Triage

/// What triage asks of the queue.
extension QueueRows {
    /// How many messages wait at a destination; not counted beyond the limit.
    static func pending(at destination: String, upTo limit: Int, _ session: Session) throws -> Int {
        Int(
            try session.integer(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM notifications WHERE state = 0 AND destination = $1 LIMIT $2) AS found
                """,
                [destination, limit]
            ) ?? 0
        )
    }

    /// What the messages say that wait at a destination, oldest first. What a lane is claiming at this moment is left out, and
    /// what is listed stays pending until the transaction ends.
    static func news(at destination: String, limit: Int, _ session: Session) throws -> [QueuedNews] {
        let locked = try session.all(
            """
            SELECT number FROM notifications WHERE state = 0 AND destination = $1 ORDER BY number LIMIT $2
            FOR UPDATE SKIP LOCKED
            """,
            [destination, limit]
        ) { try $0.integer(0) }
        return try session.all(
            """
            SELECT n.id, n.number AS number, n.finding, n.observation, coalesce(f.problem, f.number), n.transition,
                n.severity, n.received_at, n.units, n.known_severity,
                (n.bundle IS NULL OR n.transition = 'reminder') AND n.fallback_for IS NULL AND n.uncertain = 0
                AND (n.recipient IS NULL OR NOT EXISTS (
                    SELECT 1 FROM notifications o
                    WHERE o.finding = n.finding AND o.number <> n.number AND o.observation = n.observation
                        AND o.destination = n.destination AND o.transition = n.transition AND o.state IN (1, 2)
                )), 0 AS part
            FROM notifications n JOIN findings f ON f.number = n.finding WHERE n.number = ANY($1)
            UNION ALL
            SELECT n.id, n.number AS number, i.finding, i.observation, i.problem, i.transition,
                i.severity, i.received_at, 0, NULL, FALSE, 1 AS part
            FROM notifications n JOIN waiting_items i ON i.notification = n.id
            WHERE n.number = ANY($1) AND n.bundle IS NOT NULL
            ORDER BY number, part LIMIT $2
            """,
            [locked, limit]
        ) { row in
            try QueuedNews(
                id: row.text(0),
                subject: Subject(finding: row.integer(2), observation: row.integer(3), problem: row.integer(4)),
                transition: try ColumnText.transition(row.text(5)),
                severity: try ColumnText.severity(row.count(6)),
                receivedAt: row.moment(7),
                units: row.count(8),
                known: row.isNull(9) ? nil : try ColumnText.severity(row.count(9)),
                isFoldable: row.flag(10)
            )
        }
    }

    /// Takes messages out of the queue that a summary tells.
    static func fold(_ notifications: [String], _ session: Session) {
        guard notifications.isEmpty == false else { return }
        session.later(
            "UPDATE notifications SET state = 5 WHERE number = ANY($1) AND state = 0",
            [notifications.compactMap(NotificationSequence.number)]
        )
    }
}
