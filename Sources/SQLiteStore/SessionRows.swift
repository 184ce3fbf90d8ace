import FoundationEssentials
import GRDB
import Store

/// The sign-ins to the console.
enum SessionRows {
    /// - Returns: The one that is kept; the given one if there was none, which is kept from now on.
    static func formSecret(orElse fresh: FormSecret, _ db: Database) throws -> FormSecret {
        try db.run("INSERT OR IGNORE INTO form_secret VALUES (1, ?)", [Blob(fresh.bytes)])
        let kept = try db.row("SELECT secret FROM form_secret WHERE id = ?", [1]).map { try $0.bytes("secret") }
        return kept.map { FormSecret(bytes: $0) } ?? fresh
    }

    static func session(_ id: [UInt8], _ db: Database) throws -> SessionRecord? {
        try db.row("SELECT * FROM sessions WHERE id = ?", [Data(id)]).map(record)
    }

    static func sessions(openAt now: Date, _ db: Database) throws -> [SessionRecord] {
        try db.rows(
            "SELECT * FROM sessions WHERE created_at >= ? AND used_at >= ? ORDER BY used_at DESC, id LIMIT ?",
            [
                (now - SessionRecord.lifetime).stored, (now - SessionRecord.idleTime).stored,
                SessionRecord.mostListed,
            ]
        ).map(record).filter { $0.isOpen(at: now) }
    }

    private static func record(_ row: StoredRow) throws -> SessionRecord {
        try SessionRecord(
            id: row.bytes("id"),
            token: row["token"],
            seal: row.bytes("seal"),
            createdAt: row.moment("created_at"),
            usedAt: row.moment("used_at")
        )
    }

    static func insert(_ session: SessionRecord, _ db: Database) throws {
        let now = session.createdAt
        try db.run(
            "DELETE FROM sessions WHERE created_at < ? OR used_at < ?",
            [(now - SessionRecord.lifetime).stored, (now - SessionRecord.idleTime).stored]
        )
        try db.run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
            [
                Blob(session.id), session.token, Blob(session.seal), session.createdAt.stored,
                session.usedAt.stored,
            ]
        )
    }

    static func noteUse(of id: [UInt8], at moment: Date, _ db: Database) throws {
        try db.run("UPDATE sessions SET used_at = max(used_at, ?) WHERE id = ?", [moment.stored, Blob(id)])
    }

    static func end(_ id: [UInt8], _ db: Database) throws {
        try db.run("DELETE FROM sessions WHERE id = ?", [Blob(id)])
    }

    /// - Returns: How many of those that were deleted had not ended by themselves.
    static func end(but kept: [UInt8]?, of token: String?, openAt now: Date, _ db: Database) throws -> Int {
        let those = "id IS NOT ?1 AND (?2 IS NULL OR token = ?2)"
        let which: Bindings = [kept.map { Blob($0) }, token]
        let open = try db.first(
            "SELECT count(*) FROM sessions WHERE \(those) AND created_at >= ?3 AND used_at >= ?4",
            which + [(now - SessionRecord.lifetime).stored, (now - SessionRecord.idleTime).stored]
        ) { try $0.count(0) }
        try db.run("DELETE FROM sessions WHERE \(those)", which)
        return open ?? 0
    }
}
