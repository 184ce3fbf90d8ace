import GRDB
import Store
import Triage

/// What could not be read, as much of it as there is room for.
enum QuarantineRows {
    /// What a row weighs beside its bytes and its reason.
    private static let rowBytes = 128

    /// Keeps items that are not known already, and drops the oldest ones when they become too many.
    ///
    /// - Parameters:
    ///   - request: What was received.
    ///   - limit: How many bytes may be kept.
    ///   - db: The connection that writes, inside a transaction.
    ///   - change: Told what was kept and dropped.
    /// - Throws: When it cannot be written.
    static func insert(_ request: IntakeRequest, limit: Int, _ db: Database, change: inout TotalsChange) throws {
        guard request.quarantine.isEmpty == false else { return }
        for item in request.quarantine {
            let size = item.bytes.count + item.reason.utf8.count + rowBytes
            try db.run(
                "INSERT OR IGNORE INTO quarantine(received_at, reason, bytes, size, key) VALUES (?, ?, ?, ?, ?)",
                [
                    request.receivedAt.stored, item.reason, Blob(item.bytes), size,
                    item.key.map { Blob(Fingerprint.bytes(of: $0)) },
                ]
            )
            guard db.changesCount > 0 else { continue }
            change.add(1, to: .quarantined)
            change.add(1, to: .quarantineItems)
            change.add(size, to: .quarantineBytes)
        }
        try makeRoom(limit, db, &change)
    }

    /// The newest row stays, so that its number is not given twice.
    private static func makeRoom(_ limit: Int, _ db: Database, _ change: inout TotalsChange) throws {
        let stored = try db.first(
            "SELECT value FROM totals WHERE name = ?",
            [TotalsChange.Counter.quarantineBytes.name]
        ) { try $0.integer(0) }
        var excess = Int(stored ?? 0) + (change.amounts[.quarantineBytes] ?? 0) - limit
        guard excess > 0 else { return }
        // A little more at once, so that a full quarantine does not look for its oldest item with every new one.
        excess += limit / 64
        while excess > 0 {
            let rows = try db.rows(
                """
                SELECT id, size, released FROM quarantine WHERE id < (SELECT max(id) FROM quarantine) ORDER BY id LIMIT 64
                """
            )
            guard rows.isEmpty == false else { return }
            var last: Int64 = 0
            for row in rows where excess > 0 {
                let size: Int = try row["size"]
                let isKept = try (row["released"] as Int) == 0
                last = try row["id"]
                excess -= size
                change.add(-size, to: .quarantineBytes)
                guard isKept else { continue }
                change.add(-1, to: .quarantineItems)
                change.add(1, to: .quarantineDropped)
            }
            try db.run("DELETE FROM quarantine WHERE id <= ?", [last])
        }
    }

    static func record(_ row: StoredRow) throws -> QuarantineRecord {
        try QuarantineRecord(
            id: row["id"],
            receivedAt: row.moment("received_at"),
            reason: row["reason"],
            bytes: row.bytes("bytes")
        )
    }

    /// Empties an item's row, which keeps its number and its key: the request that brought it may come once more.
    static func release(_ id: Int64, _ db: Database, _ change: inout TotalsChange) throws -> Bool {
        guard
            let size = try db.first(
                "SELECT size FROM quarantine WHERE id = ? AND released = 0",
                [id],
                { try $0.integer(0) }
            )
        else { return false }
        try db.run(
            "UPDATE quarantine SET released = 1, bytes = NULL, reason = '', size = ? WHERE id = ?",
            [rowBytes, id]
        )
        change.add(rowBytes - Int(size), to: .quarantineBytes)
        change.add(-1, to: .quarantineItems)
        return true
    }

    /// Counts rows that are pruned.
    static func forget(through last: Int64, _ db: Database) throws {
        let rows = try db.rows(
            "SELECT sum(size) AS bytes, sum(released = 0) AS items FROM quarantine WHERE id <= ?",
            [last]
        )
        try db.run("DELETE FROM quarantine WHERE id <= ?", [last])
        for row in rows {
            var change = TotalsChange()
            change.add(-(try row["bytes"] ?? 0), to: .quarantineBytes)
            change.add(-(try row["items"] ?? 0), to: .quarantineItems)
            try TotalsRows.add(change, db)
        }
    }
}
