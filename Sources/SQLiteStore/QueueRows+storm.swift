import FoundationEssentials
import GRDB
import Store
import Triage

extension QueueRows {
    /// How many messages wait at a destination; not counted beyond the limit.
    static func pending(at destination: String, upTo limit: Int, _ db: Database) throws -> Int {
        let count = try db.integer(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM notifications INDEXED BY notifications_queue
                WHERE state = 0 AND destination = ? LIMIT ?
            )
            """,
            [destination, limit]
        )
        return Int(count ?? 0)
    }

    /// What the messages say that wait at a destination, oldest first.
    static func news(at destination: String, limit: Int, _ db: Database) throws -> [QueuedNews] {
        try db.rows(
            """
            SELECT n.id, n.number AS number, n.finding, n.observation, coalesce(f.problem, f.number) AS problem, n.transition,
                n.severity, n.received_at, n.units, n.known_severity,
                (n.bundle IS NULL OR n.transition = 'reminder') AND n.fallback_for IS NULL AND n.uncertain = 0
                AND (n.recipient IS NULL OR NOT EXISTS (
                    SELECT 1 FROM notifications o INDEXED BY notifications_by_finding
                    WHERE o.finding = n.finding AND o.number <> n.number AND o.observation = n.observation
                        AND o.destination = n.destination AND o.transition = n.transition AND o.state IN (1, 2)
                )) AS foldable
            FROM notifications n INDEXED BY notifications_queue JOIN findings f ON f.number = n.finding
            WHERE n.state = 0 AND n.destination = ?1
            UNION ALL
            SELECT n.id, n.number AS number, i.finding, i.observation, i.problem, i.transition,
                i.severity, i.received_at, 0, NULL, FALSE
            FROM notifications n INDEXED BY notifications_queue JOIN waiting_items i ON i.notification = n.id
            WHERE n.state = 0 AND n.destination = ?1 AND n.bundle IS NOT NULL
            ORDER BY number LIMIT ?2
            """,
            [destination, limit]
        ).map { row in
            try QueuedNews(
                id: row["id"],
                subject: Subject(
                    finding: row["finding"],
                    observation: row["observation"],
                    problem: row["problem"]
                ),
                transition: try ColumnText.transition(row["transition"]),
                severity: try ColumnText.severity(row["severity"]),
                receivedAt: row.moment("received_at"),
                units: row["units"],
                known: try (row["known_severity"] as Int?).map(ColumnText.severity),
                isFoldable: row["foldable"]
            )
        }
    }

    /// Takes messages out of the queue that a summary tells.
    static func fold(_ notifications: [String], _ db: Database) throws {
        for id in notifications {
            try db.run(
                "UPDATE notifications SET state = 5 WHERE number = ? AND state = 0",
                [NotificationSequence.number(in: id)]
            )
        }
    }
}
