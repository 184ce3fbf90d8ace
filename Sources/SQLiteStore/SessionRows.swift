import FoundationEssentials
import GRDB
import Store

/// The sign-ins to the console.
enum SessionRows {
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

    static func save(_ session: SessionRecord, now: Date, _ db: Database) throws {
        try db.run(
            "DELETE FROM sessions WHERE created_at < ? OR used_at < ?",
            [(now - SessionRecord.lifetime).stored, (now - SessionRecord.idleTime).stored]
        )
        try db.run(
            """
            INSERT INTO sessions VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET used_at = max(used_at, excluded.used_at)
            """,
            [
                Blob(session.id), session.token, Blob(session.seal), session.createdAt.stored,
                session.usedAt.stored,
            ]
        )
    }

    static func end(_ id: [UInt8], _ db: Database) throws {
        try db.run("DELETE FROM sessions WHERE id = ?", [Blob(id)])
    }
}
