import FoundationEssentials
import GRDB
import Store

/// Rule sets under way, and the texts before each of their changes.
enum DraftRows {
    private static let columns = """
        number, owner, base, text, buffer, proposal, change, created_at, changed_at,
        (SELECT count(*) FROM draft_steps s WHERE s.draft = drafts.number) AS steps
        """

    static func drafts(_ db: Database) throws -> [RouteDraft] {
        try db.rows("SELECT \(columns) FROM drafts ORDER BY changed_at DESC, number DESC LIMIT ?", [RouteDraft.most])
            .map(draft)
    }

    static func marks(_ db: Database) throws -> [DraftMark] {
        try db.rows(
            "SELECT number, owner, change FROM drafts ORDER BY changed_at DESC, number DESC LIMIT ?",
            [RouteDraft.most]
        )
        .map { row in try DraftMark(number: row["number"], owner: row["owner"], change: row["change"]) }
    }

    static func draft(_ number: Int64, _ db: Database) throws -> RouteDraft? {
        try db.row("SELECT \(columns) FROM drafts WHERE number = ?", [number]).map(draft)
    }

    static func draft(of owner: String, _ db: Database) throws -> RouteDraft? {
        try db.row("SELECT \(columns) FROM drafts WHERE owner = ?", [owner]).map(draft)
    }

    static func count(_ db: Database) throws -> Int {
        try db.row("SELECT count(*) AS count FROM drafts").map { try $0["count"] as Int } ?? 0
    }

    static func insert(of owner: String, _ content: RouteDraft.Content, now: Date, _ db: Database) throws -> RouteDraft
    {
        try db.run(
            """
            INSERT INTO drafts(owner, base, text, buffer, change, created_at, changed_at) VALUES (?, ?, ?, ?, 1, ?, ?)
            """,
            [
                owner, content.base, Data(content.text), content.buffer.map { Data($0) }, now.stored, now.stored,
            ]
        )
        return RouteDraft(
            number: db.lastInsertedRowID,
            owner: owner,
            content: content,
            change: 1,
            steps: 0,
            createdAt: now,
            changedAt: now
        )
    }

    static func update(_ number: Int64, _ content: RouteDraft.Content, now: Date, _ db: Database) throws {
        try db.run(
            "UPDATE drafts SET base = ?, text = ?, buffer = ?, change = change + 1, changed_at = ? WHERE number = ?",
            [content.base, Data(content.text), content.buffer.map { Data($0) }, now.stored, number]
        )
    }

    static func propose(_ number: Int64, _ note: String, now: Date, _ db: Database) throws {
        try db.run(
            "UPDATE drafts SET proposal = ?, change = change + 1, changed_at = ? WHERE number = ?",
            [note, now.stored, number]
        )
    }

    static func give(_ number: Int64, to owner: String, now: Date, _ db: Database) throws {
        try db.run(
            "UPDATE drafts SET owner = ?, change = change + 1, changed_at = ? WHERE number = ?",
            [owner, now.stored, number]
        )
    }

    static func delete(_ number: Int64, _ db: Database) throws {
        try db.run("DELETE FROM draft_steps WHERE draft = ?", [number])
        try db.run("DELETE FROM drafts WHERE number = ?", [number])
    }

    /// Lets the drafts go that nobody has touched since the date.
    static func prune(before date: Date, _ db: Database) throws {
        for row in try db.rows("SELECT number FROM drafts WHERE changed_at < ?", [date.stored]) {
            try delete(row["number"], db)
        }
    }

    /// Keeps the text before a change, and lets the oldest texts go that are too many or weigh too much.
    static func pushStep(_ draft: RouteDraft, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO draft_steps VALUES (
                ?1, (SELECT coalesce(max(step), 0) + 1 FROM draft_steps WHERE draft = ?1), ?2, ?3)
            """,
            [draft.number, draft.content.base, Data(draft.content.text)]
        )
        var (kept, bytes) = (0, 0)
        let steps = try db.rows(
            "SELECT step, length(text) AS size FROM draft_steps WHERE draft = ? ORDER BY step DESC",
            [draft.number]
        )
        for row in steps {
            kept += 1
            bytes += try row["size"] as Int
            guard kept > RouteDraft.mostSteps || bytes > RouteDraft.mostStepBytes else { continue }
            try db.run(
                "DELETE FROM draft_steps WHERE draft = ? AND step = ?",
                [draft.number, row["step"] as Int64]
            )
        }
    }

    /// Takes the newest step off; `nil` when there is none.
    static func popStep(_ number: Int64, _ db: Database) throws -> RouteDraft.Content? {
        let newest = try db.row(
            "SELECT step, base, text FROM draft_steps WHERE draft = ? ORDER BY step DESC LIMIT 1",
            [number]
        )
        guard let newest else { return nil }
        try db.run("DELETE FROM draft_steps WHERE draft = ? AND step = ?", [number, newest["step"] as Int64])
        return try RouteDraft.Content(base: newest["base"], text: newest.bytes("text"))
    }

    private static func draft(_ row: StoredRow) throws -> RouteDraft {
        let hasBuffer: Data? = try row["buffer"]
        return try RouteDraft(
            number: row["number"],
            owner: row["owner"],
            content: RouteDraft.Content(
                base: row["base"],
                text: row.bytes("text"),
                buffer: hasBuffer.map { Array($0) }
            ),
            proposal: row["proposal"],
            change: row["change"],
            steps: row["steps"],
            createdAt: row.moment("created_at"),
            changedAt: row.moment("changed_at")
        )
    }
}
