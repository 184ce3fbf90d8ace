import FoundationEssentials
import Store
import Triage

/// What could not be read, as much of it as there is room for.
enum QuarantineRows {
    /// What a row weighs beside its bytes and its reason.
    static let rowBytes = 128

    /// Keeps items that are not known already, and drops the oldest ones when they become too many.
    ///
    /// - Parameters:
    ///   - items: Each with a key.
    ///   - limit: How many bytes may be kept.
    ///   - session: Inside a transaction.
    ///   - change: Told what was kept and dropped.
    /// - Throws: When it cannot be written.
    static func insert(
        _ items: [IntakeBatch.Item],
        limit: Int,
        _ session: Session,
        change: inout TotalsChange
    ) throws {
        let sizes = try session.all(
            """
            INSERT INTO quarantine(received_at, reason, bytes, size, key)
            SELECT * FROM unnest($1::float8[], $2::text[], $3::bytea[], $4::bigint[], $5::bytea[])
            ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING RETURNING size
            """,
            [
                items.map(\.receivedAt.stored), items.map(\.item.reason), items.map { Blob($0.item.bytes) },
                items.map(\.size), items.map { Blob($0.key) },
            ]
        ) { try $0.count(0) }
        change.add(sizes.count, to: .quarantined)
        change.add(sizes.count, to: .quarantineItems)
        change.add(sizes.reduce(0, +), to: .quarantineBytes)
        guard sizes.isEmpty == false else { return }
        try makeRoom(limit, session, &change)
    }

    private static func makeRoom(_ limit: Int, _ session: Session, _ change: inout TotalsChange) throws {
        let stored = try TotalsRows.value(of: .quarantineBytes, session)
        var excess = stored + (change.amounts[.quarantineBytes] ?? 0) - limit
        guard excess > 0 else { return }
        // A little more at once, so that a full quarantine does not look for its oldest item with every new one.
        excess += limit / 64
        while excess > 0 {
            let rows = try session.all(
                """
                DELETE FROM quarantine WHERE id IN (
                    SELECT id FROM quarantine WHERE id < (SELECT max(id) FROM quarantine) ORDER BY id LIMIT 16
                    FOR UPDATE SKIP LOCKED
                ) RETURNING size, released
                """
            ) { row in (size: try row.count(0), isReleased: try row.flag(1)) }
            guard rows.isEmpty == false else { return }
            for row in rows {
                excess -= row.size
                change.add(-row.size, to: .quarantineBytes)
                guard row.isReleased == false else { continue }
                change.add(-1, to: .quarantineItems)
                change.add(1, to: .quarantineDropped)
            }
        }
    }

    static let columns = "id, received_at, reason, bytes"

    static func record(_ row: Columns) throws -> QuarantineRecord {
        try QuarantineRecord(
            id: row.integer(0),
            receivedAt: row.moment(1),
            reason: row.text(2),
            bytes: row.bytes(3) ?? []
        )
    }

    /// Empties an item's row, which keeps its number and its key: the request that brought it may come once more.
    static func release(_ id: Int64, _ session: Session, _ change: inout TotalsChange) throws -> Bool {
        let size = try session.first(
            "SELECT size FROM quarantine WHERE id = $1 AND NOT released FOR UPDATE",
            [id]
        ) { try $0.count(0) }
        guard let size else { return false }
        session.later(
            "UPDATE quarantine SET released = true, bytes = NULL, reason = '', size = $2 WHERE id = $1",
            [id, rowBytes]
        )
        change.add(rowBytes - size, to: .quarantineBytes)
        change.add(-1, to: .quarantineItems)
        return true
    }
}
