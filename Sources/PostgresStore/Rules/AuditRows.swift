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

    static func records(_ filter: AuditFilter, before: Int64, limit: Int, _ session: Session) throws -> [AuditRecord] {
        var bindings: Bindings = [before]
        var conditions = ["number < $1"]
        if let actor = filter.actor { conditions.append("strpos(actor, \(bindings.place(actor))) > 0") }
        if let action = filter.action { conditions.append("strpos(action, \(bindings.place(action))) = 1") }
        if let subject = filter.subject { conditions.append("strpos(subject, \(bindings.place(subject))) > 0") }
        if let since = filter.since { conditions.append("at >= \(bindings.place(since.stored))") }
        if let until = filter.until { conditions.append("at < \(bindings.place(until.stored))") }
        return try session.all(
            """
            SELECT number, at, actor, action, subject, before, after, note, request_id FROM audit
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY number DESC LIMIT \(bindings.place(limit))
            """,
            bindings,
            record
        )
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
