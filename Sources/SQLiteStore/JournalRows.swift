import FoundationEssentials
import GRDB
import Store
import Triage

/// The intake journal and the quarantine.
enum JournalRows {
    /// - Returns: The position of the entry, 0 when none was written.
    static func insert(
        _ request: IntakeRequest,
        quarantineLimit: Int,
        _ db: Database,
        change: inout TotalsChange
    ) throws -> Int64 {
        try QuarantineRows.insert(request, limit: quarantineLimit, db, change: &change)
        guard request.observations > 0 || request.quarantine.isEmpty else { return 0 }
        try db.run(
            "INSERT INTO journal(received_at, observations, source, request_id, body) VALUES (?, ?, ?, ?, ?)",
            [request.receivedAt.stored, request.observations, request.source, request.requestID, Blob(request.body)]
        )
        change.add(request.observations, to: .received)
        change.add(request.observations, to: .waiting)
        return db.lastInsertedRowID
    }

    /// Takes the place up to which entries were applied back to the end of the journal, should it lie behind that.
    ///
    /// The newest entry is never pruned, so that only damage leads there. What is accepted from now on would get places
    /// that count as applied, and be answered and never decided. What was applied in truth nobody knows: to go by what the
    /// observations name could tell again of what was told, and a start that is refused would take nothing at all.
    ///
    /// - Returns: What a person should know when that was so; `nil` otherwise.
    static func bringBackApplied(_ db: Database) throws -> String? {
        let applied = try TotalsRows.appliedPosition(db)
        let last = try db.integer("SELECT max(position) FROM journal") ?? 0
        guard applied > last else { return nil }
        let known = try db.integer("SELECT max(position) FROM observations") ?? 0
        try db.run("UPDATE totals SET value = ? WHERE name = 'applied_position'", [last])
        return "the journal ends at \(last), and the database said that entries up to \(applied) were applied, which "
            + "is damage. It goes on from the end; of the entries after \(min(known, last)) nobody knows whether they were "
            + "decided: post again what you miss"
    }

    static func unapplied(
        after position: Int64?,
        limit: Int,
        byteLimit: Int,
        _ db: Database
    ) throws -> [JournalEntry] {
        let applied = try TotalsRows.appliedPosition(db)
        let rows = try db.cursor(
            """
            SELECT position, received_at, observations, source, request_id, body FROM journal
            WHERE position > ? ORDER BY position LIMIT ?
            """,
            [max(position ?? 0, applied), max(1, limit)]
        )
        return try entries(rows, byteLimit: byteLimit)
    }

    /// The entries of the rows, until one is not wanted, or until their bodies would exceed the limit; at least one.
    static func entries(
        _ rows: StoredRows,
        byteLimit: Int,
        while isWanted: (JournalEntry) -> Bool = { _ in true }
    ) throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var byteCount = 0
        while let row = try rows.next() {
            let entry = try JournalEntry(
                position: row["position"],
                receivedAt: row.moment("received_at"),
                source: row["source"],
                requestID: row["request_id"],
                body: row.bytes("body"),
                observations: row["observations"]
            )
            byteCount += entry.body.count
            guard isWanted(entry), entries.isEmpty || byteCount <= byteLimit else { break }
            entries.append(entry)
        }
        return entries
    }
}
