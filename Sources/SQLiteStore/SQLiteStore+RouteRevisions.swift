package import FoundationEssentials
import GRDB
package import Store

extension SQLiteStore: RouteRevisions {
    package func activate(_ text: [UInt8], author: String, now: Date) async throws -> RouteRevision {
        let hash = Fingerprint.hexadecimal(of: text)
        // Rules that held something back may be gone.
        defer { timerSignal.send() }
        return try await writer.write(.short) { db, _ in
            let active = try RevisionRows.active(db)
            if let active, active.hash == hash { return active }
            let revision = RouteRevision(
                version: (active?.version ?? 0) + 1,
                hash: hash,
                author: author,
                activatedAt: now
            )
            try RevisionRows.insert(revision, text: text, db)
            return revision
        }
    }

    package func activeRevision() async throws -> RouteRevision? {
        try await pipeline.read { try RevisionRows.active($0) }
    }

    package func revisions(page: Page) async throws -> Paged<RouteRevision> {
        let before = try page.cursor.map { try PageCursor($0, of: "r", count: 1).numbers[0] } ?? .max
        return try await ask { db in
            try page.cut(RevisionRows.revisions(before: before, limit: page.rowLimit + 1, db)) { revision in
                PageCursor("r", Int64(revision.version))
            }.map { $0 }
        }
    }

    package func revision(_ version: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
        try await ask { try RevisionRows.revision(version, $0) }
    }
}

/// Every rule set that was ever active.
enum RevisionRows {
    static func insert(_ revision: RouteRevision, text: [UInt8], _ db: Database) throws {
        try db.run(
            "INSERT INTO revisions VALUES (?, ?, ?, ?, ?)",
            [revision.version, revision.hash, revision.author, revision.activatedAt.stored, Data(text)]
        )
    }

    static func active(_ db: Database) throws -> RouteRevision? {
        try revisions(before: .max, limit: 1, db).first
    }

    static func revisions(before version: Int64, limit: Int, _ db: Database) throws -> [RouteRevision] {
        try db.rows(
            """
            SELECT version, hash, author, activated_at FROM revisions
            WHERE version < ? ORDER BY version DESC LIMIT ?
            """,
            [version, limit]
        ).map(revision)
    }

    static func revision(_ version: Int, _ db: Database) throws -> (revision: RouteRevision, text: [UInt8])? {
        try db.row("SELECT * FROM revisions WHERE version = ?", [version]).map { row in
            (revision: revision(row), text: row.bytes("text"))
        }
    }

    private static func revision(_ row: Row) -> RouteRevision {
        RouteRevision(
            version: row["version"],
            hash: row["hash"],
            author: row["author"],
            activatedAt: row.moment("activated_at")
        )
    }
}
