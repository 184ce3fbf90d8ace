import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// Messages that go another way: to a fallback, to the dead letters, and back into the queue.
extension QueueRows {
    /// The messages that can be handed on, oldest first.
    static func divertible(from destination: String, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT number FROM notifications
                    WHERE state = 0 AND destination = ? AND fallback_for IS NULL ORDER BY number
                    """
            ),
            arguments: [destination]
        )
    }

    /// Hands these messages on, as far as they are still pending.
    ///
    /// - Returns: How many were handed on.
    static func divert(
        _ numbers: some Sequence<Int64>,
        to fallback: FallbackTarget,
        now: Date,
        _ db: Database,
        change: inout TotalsChange
    ) throws -> Int {
        var diverted = 0
        for number in numbers {
            let units = try db.integer("SELECT units FROM notifications WHERE number = ? AND state = 0", [number])
            guard let units else { continue }
            try db.run("UPDATE notifications SET state = 4 WHERE number = ?", [number])
            try NotificationRows.insertStandIns(for: number, to: fallback, now: now, db)
            change.merge(fallback.change(units: Int(units)))
            diverted += 1
        }
        return diverted
    }

    static func makeDue(_ destination: String, now: Date, _ db: Database) throws {
        try db.run(
            "UPDATE notifications SET due_at = ? WHERE state = 0 AND destination = ? AND due_at > ?",
            [now.stored, destination, now.stored]
        )
    }

    /// The messages that have been retried since then or for longer, oldest first.
    static func expirable(_ destination: String, retryingSince date: Date, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT number FROM notifications
                    WHERE state = 0 AND destination = ? AND retrying_since <= ? ORDER BY number
                    """
            ),
            arguments: [destination, date.stored]
        )
    }

    /// Gives these messages up, as far as they are still pending.
    ///
    /// - Returns: How many were given up.
    static func expire(
        _ numbers: some Sequence<Int64>,
        reason: String,
        fallback: FallbackTarget?,
        now: Date,
        _ db: Database,
        change: inout TotalsChange
    ) throws -> Int {
        var expired = 0
        for number in numbers {
            let row = try db.row(
                "SELECT units, fallback_for IS NOT NULL FROM notifications WHERE number = ? AND state = 0",
                [number]
            )
            guard let row else { continue }
            let units: Int = try row[0]
            let isStandIn: Bool = try row[1]
            if let fallback, isStandIn == false {
                try db.run("UPDATE notifications SET state = 4 WHERE number = ?", [number])
                try NotificationRows.insertStandIns(for: number, to: fallback, now: now, db)
                change.merge(fallback.change(units: units))
            } else {
                try db.run("UPDATE notifications SET state = 3, dead_reason = ? WHERE number = ?", [reason, number])
                change.move(units, from: .pending, to: .dead)
            }
            expired += 1
        }
        return expired
    }

    /// - Returns: How many dead notifications are due again.
    static func redrive(
        _ filter: NotificationFilter,
        now: Date,
        _ db: Database,
        change: inout TotalsChange
    ) throws -> Int {
        let (condition, arguments) = try NotificationRows.condition(filter, db)
        let dates: StatementArguments = [now.stored, now.stored]
        let units = try db.integer(
            "SELECT sum(n.units) FROM notifications n WHERE n.state = 3 AND \(condition)",
            arguments
        )
        try db.run(
            """
            UPDATE notifications AS n SET state = 0, due_at = ?, retrying_since = ?, dead_reason = NULL, minimal = 0
            WHERE n.state = 3 AND \(condition)
            """,
            dates + arguments
        )
        let count = db.changesCount
        change.move(Int(units ?? 0), from: .dead, to: .pending)
        return count
    }

    static func deadCount(_ filter: NotificationFilter, _ db: Database) throws -> Int {
        let (condition, arguments) = try NotificationRows.condition(filter, db)
        return Int(
            try db.integer("SELECT count(*) FROM notifications n WHERE n.state = 3 AND \(condition)", arguments) ?? 0
        )
    }

    static func oldestDead(_ filter: NotificationFilter, _ db: Database) throws -> Date? {
        let (condition, arguments) = try NotificationRows.condition(filter, db)
        let sql = "SELECT min(n.created_at) FROM notifications n WHERE n.state = 3 AND \(condition)"
        return try db.all(sql, arguments) { try $0.date(0) }.first ?? nil
    }

    /// - Returns: Whether there was a pending or dead notification with this id.
    static func retry(_ id: String, now: Date, _ db: Database, change: inout TotalsChange) throws -> Bool {
        guard let number = try NotificationRows.number(of: id, db) else { return false }
        try db.run("UPDATE notifications SET due_at = ? WHERE number = ? AND state = 0", [now.stored, number])
        if db.changesCount > 0 { return true }
        try db.run(
            """
            UPDATE notifications SET state = 0, due_at = ?, retrying_since = ?, dead_reason = NULL, minimal = 0
            WHERE number = ? AND state = 3
            """,
            [now.stored, now.stored, number]
        )
        guard db.changesCount > 0 else { return false }
        let units = try db.integer("SELECT units FROM notifications WHERE number = ?", [number])
        change.move(Int(units ?? 0), from: .dead, to: .pending)
        return true
    }
}
