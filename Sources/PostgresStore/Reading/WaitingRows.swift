import Findings
import FoundationEssentials
import Store
import Triage

/// What waits to be told, summed up by what it waits for.
enum WaitingRows {
    /// Everything that waits, in no order. It takes as long as going through what waits, and no longer.
    static func all(_ filter: WaitingFilter, _ session: Session) throws -> [WaitingNews] {
        let answers = try session.ask([inGroups(filter), behindSilences(filter)])
        guard answers.count == 2 else { return [] }
        let found = try answers[0].map(newsOfGroup) + answers[1].map(newsBehindSilence)
        return filter.kind.map { kind in found.filter { $0.kind == kind } } ?? found
    }

    private static func inGroups(_ filter: WaitingFilter) -> Statement {
        Statement(
            """
            SELECT count(*), max(i.severity), min(i.received_at), array_agg(DISTINCT i.rule), g.destination, g.reason,
                coalesce(g.due_at, g.next_at), g.kind, g.labels, g.key, g.number
            FROM waiting_items i JOIN alert_groups g ON g.number = i.grp
            WHERE i.state = 0 AND ($1::text IS NULL OR i.destination = $1) AND ($2::text IS NULL OR i.rule = $2)
            GROUP BY g.number
            """,
            [filter.destination, filter.rule]
        )
    }

    private static func newsOfGroup(_ row: Columns) throws -> WaitingNews {
        let word = try row.text(7)
        guard let kind = AlertGroup.Word(rawValue: word) else {
            throw StoredFormError("a group of the kind \(word) is of a later version")
        }
        return try WaitingNews(
            kind: WaitingNews.Kind(kind),
            destination: row.text(4),
            rules: row.texts(3).sorted(),
            labels: try StoredJSON.value([AlertGroup.Label].self, in: row.optionalText(8)) ?? [],
            reason: row.optionalText(5),
            silence: kind == .silence ? row.text(9) : nil,
            dueAt: row.date(6),
            since: row.moment(2),
            count: row.count(0),
            severity: try ColumnText.severity(row.count(1)),
            identity: "group \(row.integer(10))"
        )
    }

    /// Alerts that a silence hides are looked at again when it ends.
    private static func behindSilences(_ filter: WaitingFilter) -> Statement {
        Statement(
            """
            SELECT count(*), max(a.severity), min(a.opened_at), array_agg(DISTINCT a.rule), a.destination, s.reason,
                s.ends_at, s.id
            FROM alerts a JOIN silences s ON s.id = a.held_by
            WHERE a.held = 'silenced' AND a.status = 'ACTIVE'
                AND ($1::text IS NULL OR a.destination = $1) AND ($2::text IS NULL OR a.rule = $2)
            GROUP BY s.number, a.destination
            """,
            [filter.destination, filter.rule]
        )
    }

    private static func newsBehindSilence(_ row: Columns) throws -> WaitingNews {
        let (id, destination) = try (row.text(7), row.text(4))
        return try WaitingNews(
            kind: .silence,
            destination: destination,
            rules: row.texts(3).sorted(),
            reason: row.optionalText(5),
            silence: id,
            dueAt: row.date(6),
            since: row.moment(2),
            count: row.count(0),
            severity: try ColumnText.severity(row.count(1)),
            identity: "silence \(id) \(destination)"
        )
    }
}
