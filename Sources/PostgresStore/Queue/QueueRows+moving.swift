import FoundationEssentials
import Store
import Triage

/// Messages that go another way: to a fallback, to the dead letters, and back into the queue.
extension QueueRows {
    /// The messages that can be handed on, oldest first.
    static func divertible(from destination: String, _ session: Session) throws -> [Int64] {
        try session.all(
            """
            SELECT number FROM notifications
            WHERE state = 0 AND destination = $1 AND fallback_for IS NULL ORDER BY number
            """,
            [destination]
        ) { try $0.integer(0) }
    }

    /// Hands these messages on, as far as they are still pending.
    ///
    /// - Returns: How many were handed on.
    static func divert(
        _ numbers: [Int64],
        to fallback: FallbackTarget,
        now: Date,
        _ session: Session,
        change: inout TotalsChange
    ) throws -> Int {
        var sequence = try NotificationRows.sequence(session)
        let moved = try session.all(
            "UPDATE notifications SET state = 4 WHERE number = ANY($1) AND state = 0 RETURNING number, units",
            [numbers]
        ) { row in (number: try row.integer(0), units: try row.count(1)) }.sorted { $0.number < $1.number }
        NotificationRows.insertStandIns(for: moved.map(\.number), to: fallback, now: now, &sequence, session)
        for row in moved { change.merge(fallback.change(units: row.units)) }
        return moved.count
    }

    static func makeDue(_ destinations: [String], now: Date, _ session: Session) {
        session.later(
            "UPDATE notifications SET due_at = $2 WHERE state = 0 AND destination = ANY($1) AND due_at > $2",
            [destinations, now.stored]
        )
    }

    /// The messages that have been retried since then or for longer, oldest first.
    static func expirable(_ destination: String, retryingSince date: Date, _ session: Session) throws -> [Int64] {
        try session.all(
            """
            SELECT number FROM notifications
            WHERE state = 0 AND destination = $1 AND retrying_since <= $2 ORDER BY number
            """,
            [destination, date.stored]
        ) { try $0.integer(0) }
    }

    /// Gives these messages up, as far as they are still pending and nobody has begun anew with them or paused their
    /// destination meanwhile.
    ///
    /// - Returns: How many were given up.
    static func expire(
        _ listed: [Int64],
        retryingSince date: Date,
        reason: String,
        fallback: FallbackTarget?,
        now: Date,
        _ session: Session,
        change: inout TotalsChange
    ) throws -> Int {
        let rows = try session.all(
            """
            SELECT number, fallback_for IS NULL FROM notifications n
            WHERE number = ANY($1) AND state = 0 AND retrying_since <= $2
                AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.destination = n.destination)
            ORDER BY number FOR UPDATE OF n
            """,
            [listed, date.stored]
        ) { row in (number: try row.integer(0), isOwn: try row.flag(1)) }
        let numbers = rows.map(\.number)
        var diverted = 0
        if let fallback {
            let own = rows.filter(\.isOwn).map(\.number)
            diverted = try divert(own, to: fallback, now: now, session, change: &change)
        }
        let units = try session.all(
            """
            UPDATE notifications SET state = 3, dead_reason = $2 WHERE number = ANY($1) AND state = 0 RETURNING units
            """,
            [numbers, reason]
        ) { try $0.count(0) }
        change.move(units.reduce(0, +), from: .pending, to: .dead)
        return diverted + units.count
    }

    /// - Returns: How many dead notifications are due again.
    static func redrive(
        _ filter: NotificationFilter,
        now: Date,
        _ session: Session,
        change: inout TotalsChange
    ) throws -> Int {
        var bindings: Bindings = [now.stored]
        let condition = try NotificationRows.condition(filter, &bindings, session)
        let units = try session.all(
            """
            UPDATE notifications AS n SET state = 0, due_at = $1, retrying_since = $1, dead_reason = NULL, minimal = false
            WHERE n.state = 3 AND \(condition) RETURNING n.units
            """,
            bindings
        ) { try $0.count(0) }
        change.move(units.reduce(0, +), from: .dead, to: .pending)
        return units.count
    }

    static func deadCount(_ filter: NotificationFilter, _ session: Session) throws -> Int {
        var bindings: Bindings = []
        let condition = try NotificationRows.condition(filter, &bindings, session)
        return Int(
            try session.integer("SELECT count(*) FROM notifications n WHERE n.state = 3 AND \(condition)", bindings)
                ?? 0
        )
    }

    static func oldestDead(_ filter: NotificationFilter, _ session: Session) throws -> Date? {
        var bindings: Bindings = []
        let condition = try NotificationRows.condition(filter, &bindings, session)
        let sql = "SELECT min(n.created_at) FROM notifications n WHERE n.state = 3 AND \(condition)"
        return try session.first(sql, bindings) { try $0.date(0) } ?? nil
    }

    /// - Returns: Whether there was a pending or dead notification with this id.
    static func retry(_ id: String, now: Date, _ session: Session, change: inout TotalsChange) throws -> Bool {
        guard let number = try NotificationRows.number(of: id, session) else { return false }
        let isDue = try session.run(
            "UPDATE notifications SET due_at = $2 WHERE number = $1 AND state = 0",
            [number, now.stored]
        )
        if isDue > 0 { return true }
        let units = try session.first(
            """
            UPDATE notifications SET state = 0, due_at = $2, retrying_since = $2, dead_reason = NULL, minimal = false
            WHERE number = $1 AND state = 3 RETURNING units
            """,
            [number, now.stored]
        ) { try $0.count(0) }
        guard let units else { return false }
        change.move(units, from: .dead, to: .pending)
        return true
    }
}
