import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// What waits to be told, summed up by what it waits for.
enum WaitingRows {
    /// Everything that waits, in no order. It takes as long as going through what waits, and no longer.
    static func all(_ filter: WaitingFilter, _ db: Database) throws -> [WaitingNews] {
        let found = try inGroups(filter, db) + behindSilences(filter, db)
        return filter.kind.map { kind in found.filter { $0.kind == kind } } ?? found
    }

    private static func inGroups(_ filter: WaitingFilter, _ db: Database) throws -> [WaitingNews] {
        try db.rows(
            """
            SELECT g.number, g.kind, g.destination, g.labels, g.reason, g.key, coalesce(g.due_at, g.next_at) AS due_at,
                count(*) AS count, max(i.severity) AS severity, min(i.received_at) AS since,
                json_group_array(DISTINCT i.rule) AS rules
            FROM waiting_items i INDEXED BY waiting_items_waiting JOIN alert_groups g ON g.number = i.grp
            WHERE i.state = 0 AND (?1 IS NULL OR i.destination = ?1) AND (?2 IS NULL OR i.rule = ?2)
            GROUP BY g.number
            """,
            [filter.destination, filter.rule]
        ).map { row in
            let word: String = try row["kind"]
            guard let kind = AlertGroup.Word(rawValue: word) else {
                throw StoredFormError("a group of the kind \(word) is of a later version")
            }
            return try WaitingNews(
                kind: WaitingNews.Kind(kind),
                destination: row["destination"],
                rules: try rules(row),
                labels: try StoredJSON.value([AlertGroup.Label].self, in: row["labels"]) ?? [],
                reason: row["reason"],
                silence: kind == .silence ? row["key"] : nil,
                dueAt: row.date("due_at"),
                since: row.moment("since"),
                count: row["count"],
                severity: try ColumnText.severity(row["severity"]),
                identity: "group \(row["number"] as Int64)"
            )
        }
    }

    /// Alerts that a silence hides are looked at again when it ends.
    private static func behindSilences(_ filter: WaitingFilter, _ db: Database) throws -> [WaitingNews] {
        try db.rows(
            """
            SELECT s.id, s.reason, s.ends_at, a.destination, count(*) AS count, max(a.severity) AS severity,
                min(a.opened_at) AS since, json_group_array(DISTINCT a.rule) AS rules
            FROM alerts a INDEXED BY alerts_silenced JOIN silences s ON s.id = a.held_by
            WHERE a.held = 'silenced' AND a.status = 'ACTIVE'
                AND (?1 IS NULL OR a.destination = ?1) AND (?2 IS NULL OR a.rule = ?2)
            GROUP BY s.id, a.destination
            """,
            [filter.destination, filter.rule]
        ).map { row in
            let (id, destination): (String, String) = try (row["id"], row["destination"])
            return try WaitingNews(
                kind: .silence,
                destination: destination,
                rules: try rules(row),
                reason: row["reason"],
                silence: id,
                dueAt: row.date("ends_at"),
                since: row.moment("since"),
                count: row["count"],
                severity: try ColumnText.severity(row["severity"]),
                identity: "silence \(id) \(destination)"
            )
        }
    }

    private static func rules(_ row: StoredRow) throws -> [String] {
        try StoredJSON.value([String].self, in: row["rules"])?.sorted() ?? []
    }
}
