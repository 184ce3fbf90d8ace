import Findings
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

    /// Takes waiting messages that a summary can tell out of the queue and puts their news into the group.
    ///
    /// A message to several recipients is several rows, and one piece of news. A summary of another kind stays.
    ///
    /// - Returns: Their units.
    static func fold(at destination: String, into group: Int64, limit: Int, _ db: Database) throws -> Int {
        let rows = try db.rows(
            """
            SELECT n.*, coalesce(f.problem, f.number) AS problem FROM notifications n
            JOIN findings f ON f.number = n.finding
            WHERE n.state = 0 AND n.destination = ? ORDER BY n.severity, n.number LIMIT ?
            """,
            [destination, limit]
        )
        var units = 0
        for row in rows {
            let transition = try ColumnText.transition(row["transition"])
            let severity = try ColumnText.severity(row["severity"])
            guard Storm.folds(severity, transition) else { continue }
            if let bundle = try StoredJSON.value(Notification.Bundle.self, in: row["bundle"]) {
                guard bundle.occasion == .group || bundle.occasion == .held else { continue }
                try db.run(
                    """
                    UPDATE waiting_items SET grp = ?, kind = 'storm', state = 0, units = 0
                    WHERE notification = ? AND state = 1
                    """,
                    [group, row["id"] as String]
                )
            } else {
                try db.run(
                    """
                    INSERT INTO waiting_items(grp, kind, finding, observation, problem, destination, rule, version,
                        transition, severity, received_at, opened_at, first_seen_at, count, units)
                    SELECT ?1, 'storm', n.finding, n.observation, ?2, n.destination, n.rule, n.version, n.transition,
                        n.severity, n.received_at, n.opened_at, n.first_seen_at, n.count, 0
                    FROM notifications n WHERE n.number = ?3 AND NOT EXISTS (
                        SELECT 1 FROM waiting_items i
                        WHERE i.finding = n.finding AND i.observation = n.observation AND i.grp = ?1
                            AND i.transition = n.transition AND i.state = 0
                    )
                    """,
                    [group, row["problem"] as Int64, row["number"] as Int64]
                )
            }
            try db.run("UPDATE notifications SET state = 5 WHERE number = ?", [row["number"] as Int64])
            units += row["units"] as Int
        }
        return units
    }
}
