package import FoundationEssentials
import GRDB
package import Store
import Triage

extension SQLiteStore: RouteRevisions {
    package func activate(_ text: [UInt8], _ activation: Activation, now: Date) async throws -> RouteRevision {
        let hash = Fingerprint.hexadecimal(of: text)
        return try await writer.write(.asked) { db, _ in
            let active = try RevisionRows.active(db)
            if let expected = activation.expected, active?.version != expected { throw NotActive(active: active) }
            if let draft = activation.draft { try DraftRows.delete(draft, db) }
            if let active, active.hash == hash { return active }
            let revision = RouteRevision(
                version: (active?.version ?? 0) + 1,
                hash: hash,
                author: activation.author,
                activatedAt: now,
                note: activation.note,
                parent: active?.version,
                origin: activation.origin
            )
            try RevisionRows.insert(revision, text: text, db)
            if let audit = activation.audit { try AuditRows.insert(audit, now: now, db) }
            return revision
        }
    }

    package func activeRevision() async throws -> RouteRevision? {
        try await pipeline.read { try RevisionRows.active($0) }
    }

    package func lastRevision(withHash hash: String) async throws -> RouteRevision? {
        try await pipeline.read { try RevisionRows.last(withHash: hash, $0) }
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

/// Every rule set that was ever active; its text once, however often it was put in force again.
enum RevisionRows {
    /// What the texts of all rule sets together may weigh, in bytes; those that were in force last are kept.
    static let mostTextBytes = 16 << 20

    static func insert(_ revision: RouteRevision, text: [UInt8], _ db: Database) throws {
        try db.run(
            """
            INSERT INTO revisions(version, hash, author, activated_at, note, parent, origin) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                revision.version, revision.hash, revision.author, revision.activatedAt.stored, revision.note,
                revision.parent, revision.origin.rawValue,
            ]
        )
        try db.run("INSERT OR IGNORE INTO rule_texts(hash, text) VALUES (?, ?)", [revision.hash, Data(text)])
        try dropTexts(beyond: mostTextBytes, db)
    }

    /// Lets the texts go that were in force longest ago, until the rest weighs no more than that; never the active one.
    private static func dropTexts(beyond most: Int, _ db: Database) throws {
        var kept = 0
        let texts = try db.rows(
            """
            SELECT t.number, length(t.text) AS size,
                (SELECT max(version) FROM revisions r WHERE r.hash = t.hash) AS version
            FROM rule_texts t ORDER BY version DESC
            """
        )
        for (index, row) in texts.enumerated() {
            kept += try row["size"] as Int
            guard index > 0, kept > most else { continue }
            try db.run("DELETE FROM rule_texts WHERE number = ?", [row["number"] as Int64])
        }
    }

    /// Lets the texts go that have not been in force since the date.
    static func pruneTexts(before date: Date, _ db: Database) throws {
        try db.run(
            """
            DELETE FROM rule_texts WHERE NOT EXISTS (
                SELECT 1 FROM revisions r LEFT JOIN revisions later ON later.version = r.version + 1
                WHERE r.hash = rule_texts.hash AND (later.version IS NULL OR later.activated_at >= ?)
            )
            """,
            [date.stored]
        )
    }

    static func active(_ db: Database) throws -> RouteRevision? {
        try revisions(before: .max, limit: 1, db).first
    }

    static func revisions(before version: Int64, limit: Int, _ db: Database) throws -> [RouteRevision] {
        try db.rows(
            """
            SELECT version, hash, author, activated_at, note, parent, origin FROM revisions
            WHERE version < ? ORDER BY version DESC LIMIT ?
            """,
            [version, limit]
        ).map(revision)
    }

    static func last(withHash hash: String, _ db: Database) throws -> RouteRevision? {
        try db.row(
            """
            SELECT version, hash, author, activated_at, note, parent, origin FROM revisions
            WHERE hash = ? ORDER BY version DESC LIMIT 1
            """,
            [hash]
        ).map(revision)
    }

    static func revision(_ version: Int, _ db: Database) throws -> (revision: RouteRevision, text: [UInt8])? {
        try db.row(
            """
            SELECT r.version, r.hash, r.author, r.activated_at, r.note, r.parent, r.origin, t.text
            FROM revisions r JOIN rule_texts t ON t.hash = r.hash WHERE r.version = ?
            """,
            [version]
        ).map { row in
            try (revision: revision(row), text: row.bytes("text"))
        }
    }

    private static func revision(_ row: StoredRow) throws -> RouteRevision {
        try RouteRevision(
            version: row["version"],
            hash: row["hash"],
            author: row["author"],
            activatedAt: row.moment("activated_at"),
            note: row["note"],
            parent: row["parent"],
            origin: (row["origin"] as String?).flatMap(RouteOrigin.init) ?? .file
        )
    }
}
