import Findings
import FoundationEssentials
import Store
import Triage

/// Journal entries that stand aside.
enum SetAsideRows {
    static let columns = "position, received_at, observations, set_aside_at, reason, retries, wanted"

    static func entry(_ row: Columns) throws -> SetAsideEntry {
        try SetAsideEntry(
            position: row.integer(0),
            receivedAt: row.moment(1),
            observations: row.count(2),
            setAsideAt: row.moment(3),
            reason: row.text(4),
            retries: row.count(5),
            isWanted: row.flag(6)
        )
    }

    /// Sets aside the entry that has failed if it is still the next of its stream, or what would be applied next; what of it
    /// cannot be read does not matter.
    static func setNextAside(
        _ failed: Int64?,
        because reason: String,
        now: Date,
        _ session: Session,
        change: inout TotalsChange
    ) throws -> SetAsideEntry? {
        session.later("SELECT one FROM control WHERE one FOR UPDATE")
        // Another stream may have got an entry meanwhile that comes before the one that has failed.
        guard let position = try failed ?? JournalRows.next(after: nil, limit: 1, session).first?.position else {
            return nil
        }
        let (stream, sequence) = (JournalCursor.stream(of: position), JournalCursor.sequence(of: position))
        let applied = try session.integer("SELECT applied FROM journal_streams WHERE stream = $1", [stream])
        guard applied == sequence - 1 else { return nil }
        var entry = SetAsideEntry(
            position: position,
            receivedAt: now,
            observations: 0,
            setAsideAt: now,
            reason: reason
        )
        do {
            let known = try session.first(
                "SELECT received_at, observations FROM journal WHERE stream = $1 AND sequence = $2",
                [stream, sequence]
            ) { row in (receivedAt: try row.moment(0), observations: try row.count(1)) }
            if let known { (entry.receivedAt, entry.observations) = (known.receivedAt, known.observations) }
        } catch let error as StoredFormError {
            entry.reason = "the entry cannot be read: \(error); \(reason)"
        }
        session.later(
            """
            INSERT INTO set_aside(\(columns)) VALUES ($1, $2, $3, $4, $5, 0, false)
            ON CONFLICT (position) DO UPDATE SET received_at = excluded.received_at,
                observations = excluded.observations, set_aside_at = excluded.set_aside_at, reason = excluded.reason,
                retries = 0, wanted = false
            """,
            [position, entry.receivedAt.stored, entry.observations, now.stored, entry.reason]
        )
        change.move(entry.observations, from: .waiting, to: .setAside)
        session.later("UPDATE journal_streams SET applied = $2 WHERE stream = $1", [stream, sequence])
        return entry
    }

    /// The entry, which nobody else applies or takes away until the end of the transaction.
    static func locked(_ position: Int64, _ session: Session) throws -> SetAsideEntry? {
        try session.first("SELECT \(columns) FROM set_aside WHERE position = $1 FOR UPDATE", [position], entry)
    }

    static func entries(after position: Int64, _ page: Page, _ session: Session) throws -> Paged<SetAsideEntry> {
        let rows = try session.rows(
            "SELECT \(columns) FROM set_aside WHERE position > $1 ORDER BY position LIMIT $2",
            [position, page.rowLimit + 1]
        ).map { $0 }
        return try page.cut(rows) { try PageCursor("a", $0.integer(0)) }.map(entry)
    }

    /// - Returns: Each with its journal entry, `nil` where the server cannot read that.
    static func wanted(
        limit: Int,
        _ session: Session
    ) throws -> [(entry: SetAsideEntry, journal: JournalEntry?)] {
        let entries = try session.all(
            "SELECT \(columns) FROM set_aside WHERE wanted ORDER BY position LIMIT $1",
            [limit],
            entry
        )
        return try entries.map { entry in
            session.later("SAVEPOINT entry")
            do {
                return (entry, try JournalRows.entry(at: entry.position, session))
            } catch let error as PostgresError where error.isDamage {
                try session.run("ROLLBACK TO SAVEPOINT entry")
                return (entry, nil)
            }
        }
    }
}

extension PostgresError {
    /// A row cannot be read from the disk: XX001 data_corrupted, XX002 index_corrupted.
    fileprivate var isDamage: Bool { state == "XX001" || state == "XX002" }
}
