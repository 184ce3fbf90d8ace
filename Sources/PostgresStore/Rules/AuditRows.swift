import FoundationEssentials
import Store

/// Who changed what.
enum AuditRows {
    static func insert(_ entry: AuditEntry, now: Date, _ session: Session) {
        session.later(
            """
            INSERT INTO audit(at, actor, action, subject, before, after, note, request_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                now.stored, entry.actor, entry.action, entry.subject, entry.before, entry.after, entry.note,
                entry.requestID,
            ]
        )
    }

    /// Whether the entry was made at that moment.
    static func isKnown(_ entry: AuditEntry, at moment: Date, _ session: Session) throws -> Bool {
        // What is still being committed under the same keys is waited for: nothing else writes in this mode.
        session.later("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")
        return try session.first(
            """
            SELECT 1 FROM audit WHERE at = $1 AND actor = $2 AND action = $3 AND subject IS NOT DISTINCT FROM $4
                AND note IS NOT DISTINCT FROM $5 AND request_id IS NOT DISTINCT FROM $6
            """,
            [moment.stored, entry.actor, entry.action, entry.subject, entry.note, entry.requestID]
        ) { _ in true } ?? false
    }

    static func records(_ filter: AuditFilter, before: Int64, limit: Int, _ session: Session) throws -> [AuditRecord] {
        var bindings: Bindings = [before]
        let condition = condition(filter, &bindings)
        return try session.all(
            """
            SELECT number, at, actor, action, subject, before, after, note, request_id FROM audit
            WHERE number < $1 AND \(condition) ORDER BY number DESC LIMIT \(bindings.place(limit))
            """,
            bindings,
            record
        )
    }

    private static func condition(_ filter: AuditFilter, _ bindings: inout Bindings) -> String {
        var conditions: [String] = []
        if let actor = filter.actor { conditions.append("strpos(actor, \(bindings.place(actor))) > 0") }
        if let action = filter.action { conditions.append("strpos(action, \(bindings.place(action))) = 1") }
        if let subject = filter.subject { conditions.append("strpos(subject, \(bindings.place(subject))) > 0") }
        if let since = filter.since { conditions.append("at >= \(bindings.place(since.stored))") }
        if let until = filter.until { conditions.append("at < \(bindings.place(until.stored))") }
        for excluded in filter.without {
            conditions.append("(\(condition(excluded, &bindings))) IS NOT TRUE")
        }
        return conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
    }

    private static func record(_ row: Columns) throws -> AuditRecord {
        try AuditRecord(
            number: row.integer(0),
            at: row.moment(1),
            entry: AuditEntry(
                actor: row.text(2),
                action: row.text(3),
                subject: row.text(4),
                before: row.optionalText(5),
                after: row.optionalText(6),
                note: row.optionalText(7),
                requestID: row.optionalText(8)
            )
        )
    }
}
