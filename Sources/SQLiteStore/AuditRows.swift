import FoundationEssentials
import GRDB
import Store

/// Who changed what.
enum AuditRows {
    static func insert(_ entry: AuditEntry, now: Date, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO audit(at, actor, action, subject, before, after, note, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                now.stored, entry.actor, entry.action, entry.subject, entry.before, entry.after, entry.note,
                entry.requestID,
            ]
        )
    }

    static func records(_ filter: AuditFilter, before: Int64, limit: Int, _ db: Database) throws -> [AuditRecord] {
        let (condition, arguments) = condition(filter)
        return try db.rows(
            "SELECT * FROM audit WHERE number < ? AND \(condition) ORDER BY number DESC LIMIT ?",
            StatementArguments([before] + arguments + [limit])
        ).map(record)
    }

    private static func condition(_ filter: AuditFilter) -> (sql: String, [(any DatabaseValueConvertible)?]) {
        var conditions: [String] = []
        var arguments: [(any DatabaseValueConvertible)?] = []
        func want(_ condition: String, _ argument: (any DatabaseValueConvertible)?) {
            guard let argument else { return }
            conditions.append(condition)
            arguments.append(argument)
        }
        want("instr(actor, ?) > 0", filter.actor)
        want("instr(action, ?) = 1", filter.action)
        want("instr(subject, ?) > 0", filter.subject)
        want("at >= ?", filter.since?.stored)
        want("at < ?", filter.until?.stored)
        for excluded in filter.without {
            let (sql, values) = condition(excluded)
            conditions.append("(\(sql)) IS NOT TRUE")
            arguments += values
        }
        return (conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND "), arguments)
    }

    private static func record(_ row: StoredRow) throws -> AuditRecord {
        try AuditRecord(
            number: row["number"],
            at: row.moment("at"),
            entry: AuditEntry(
                actor: row["actor"],
                action: row["action"],
                subject: row["subject"],
                before: row["before"],
                after: row["after"],
                note: row["note"],
                requestID: row["request_id"]
            )
        )
    }
}
