import FoundationEssentials
import Store

/// The sign-ins to the console.
enum SessionRows {
    private static let columns = "id, token, seal, created_at, used_at"

    static func formSecret(_ session: Session) throws -> FormSecret? {
        try session.first("SELECT secret FROM form_secret") { FormSecret(bytes: try $0.bytes(0) ?? []) }
    }

    /// - Returns: The one that is kept; the given one if there was none, which is kept from now on.
    static func formSecret(orElse fresh: FormSecret, _ session: Session) throws -> FormSecret {
        session.later("INSERT INTO form_secret(secret) VALUES ($1) ON CONFLICT DO NOTHING", [Blob(fresh.bytes)])
        return try formSecret(session) ?? fresh
    }

    static func session(_ id: [UInt8], _ session: Session) throws -> SessionRecord? {
        try session.first("SELECT \(columns) FROM sessions WHERE id = $1", [Blob(id)], record)
    }

    static func sessions(openAt now: Date, _ session: Session) throws -> [SessionRecord] {
        try session.all(
            """
            SELECT \(columns) FROM sessions WHERE created_at >= $1 AND used_at >= $2 ORDER BY used_at DESC, id LIMIT $3
            """,
            [
                (now - SessionRecord.lifetime).stored, (now - SessionRecord.idleTime).stored,
                SessionRecord.mostListed,
            ],
            record
        ).filter { $0.isOpen(at: now) }
    }

    private static func record(_ row: Columns) throws -> SessionRecord {
        try SessionRecord(
            id: row.bytes(0) ?? [],
            token: row.text(1),
            seal: row.bytes(2) ?? [],
            createdAt: row.moment(3),
            usedAt: row.moment(4)
        )
    }

    static func insert(_ record: SessionRecord, _ session: Session) {
        let now = record.createdAt
        session.later(
            "DELETE FROM sessions WHERE created_at < $1 OR used_at < $2",
            [(now - SessionRecord.lifetime).stored, (now - SessionRecord.idleTime).stored]
        )
        session.later(
            "INSERT INTO sessions(\(columns)) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [Blob(record.id), record.token, Blob(record.seal), record.createdAt.stored, record.usedAt.stored]
        )
    }

    static func noteUse(of id: [UInt8], at moment: Date, _ session: Session) {
        session.later(
            "UPDATE sessions SET used_at = greatest(used_at, $1) WHERE id = $2",
            [moment.stored, Blob(id)]
        )
    }

    static func end(_ id: [UInt8], _ session: Session) {
        session.later("DELETE FROM sessions WHERE id = $1", [Blob(id)])
    }

    /// - Returns: How many of those that were deleted had not ended by themselves.
    static func end(but kept: [UInt8]?, of token: String?, openAt now: Date, _ session: Session) throws -> Int {
        let open = try session.integer(
            """
            WITH gone AS (
                DELETE FROM sessions WHERE id IS DISTINCT FROM $1 AND ($2::text IS NULL OR token = $2)
                RETURNING created_at, used_at
            )
            SELECT count(*) FROM gone WHERE created_at >= $3 AND used_at >= $4
            """,
            [
                kept.map { Blob($0) }, token, (now - SessionRecord.lifetime).stored,
                (now - SessionRecord.idleTime).stored,
            ]
        )
        return Int(open ?? 0)
    }
}
