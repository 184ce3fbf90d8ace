import FoundationEssentials
import GRDB
import Store
import Triage

/// Journal entries that stand aside.
enum SetAsideRows {
    static let columns = "position, received_at, observations, set_aside_at, reason, retries, wanted"

    static func entry(_ row: StoredRow) throws -> SetAsideEntry {
        try SetAsideEntry(
            position: row["position"],
            receivedAt: row.moment("received_at"),
            observations: row["observations"],
            setAsideAt: row.moment("set_aside_at"),
            reason: row["reason"],
            retries: row["retries"],
            isWanted: row["wanted"]
        )
    }

    /// Sets aside what follows the applied position, unless another entry than that has failed; what of it cannot be read
    /// does not matter.
    static func setNextAside(
        _ failed: Int64?,
        because reason: String,
        now: Date,
        _ db: Database,
        change: inout TotalsChange
    ) throws -> SetAsideEntry? {
        let applied = try TotalsRows.appliedPosition(db)
        guard let last = try db.integer("SELECT max(position) FROM journal"), last > applied else { return nil }
        let position = applied + 1
        var entry = SetAsideEntry(
            position: position,
            receivedAt: now,
            observations: 0,
            setAsideAt: now,
            reason: reason
        )
        var end = position
        do {
            if let row = try db.row("SELECT received_at, observations FROM journal WHERE position = ?", [position]) {
                entry.receivedAt = try row.moment("received_at")
                entry.observations = try row["observations"]
                if let failed, failed != position { return nil }
            } else {
                end =
                    try (db.integer("SELECT min(position) FROM journal WHERE position > ?", [position]) ?? end + 1) - 1
                entry.reason = "the entries \(position) to \(end) are missing from the journal"
            }
        } catch let error as DatabaseError where error.isDamage {
            entry.reason = "the entry cannot be read: \(error.message ?? "\(error.extendedResultCode)"); \(reason)"
        }
        try db.run(
            "INSERT OR REPLACE INTO set_aside(\(columns)) VALUES (?, ?, ?, ?, ?, 0, 0)",
            [position, entry.receivedAt.stored, entry.observations, now.stored, entry.reason]
        )
        change.move(entry.observations, from: .waiting, to: .setAside)
        try db.run("UPDATE totals SET value = ? WHERE name = 'applied_position'", [end])
        return entry
    }

    static func find(_ position: Int64, _ db: Database) throws -> SetAsideEntry? {
        try db.row("SELECT \(columns) FROM set_aside WHERE position = ?", [position]).map(entry)
    }
}
