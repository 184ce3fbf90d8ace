import FoundationEssentials
import Store

/// Rule sets under way, and the texts before each of their changes.
enum DraftRows {
    private static let columns = """
        number, owner, base, text, buffer, change, created_at, changed_at,
        (SELECT count(*) FROM draft_steps s WHERE s.draft = drafts.number) AS steps, proposal
        """

    static func drafts(_ session: Session) throws -> [RouteDraft] {
        try session.all(
            "SELECT \(columns) FROM drafts ORDER BY changed_at DESC, number DESC LIMIT $1",
            [RouteDraft.most],
            draft
        )
    }

    static func marks(_ session: Session) throws -> [DraftMark] {
        try session.all(
            "SELECT number, owner, change FROM drafts ORDER BY changed_at DESC, number DESC LIMIT $1",
            [RouteDraft.most]
        ) { row in try DraftMark(number: row.integer(0), owner: row.text(1), change: row.count(2)) }
    }

    static func draft(_ number: Int64, _ session: Session) throws -> RouteDraft? {
        try session.first("SELECT \(columns) FROM drafts WHERE number = $1", [number], draft)
    }

    /// The draft, which nobody else changes until the end of the transaction.
    static func locked(_ number: Int64, _ session: Session) throws -> RouteDraft? {
        try session.first("SELECT \(columns) FROM drafts WHERE number = $1 FOR UPDATE", [number], draft)
    }

    static func draft(of owner: String, _ session: Session) throws -> RouteDraft? {
        try session.first("SELECT \(columns) FROM drafts WHERE owner = $1", [owner], draft)
    }

    /// Which draft is this person's, and how many there are.
    static func present(of owner: String, _ session: Session) throws -> (number: Int64?, count: Int) {
        try session.first("SELECT (SELECT number FROM drafts WHERE owner = $1), (SELECT count(*) FROM drafts)", [owner])
        { row in
            try (number: row.optionalInteger(0), count: row.count(1))
        } ?? (nil, 0)
    }

    static func insert(
        of owner: String,
        _ content: RouteDraft.Content,
        now: Date,
        _ session: Session
    ) throws -> RouteDraft {
        let number = try session.integer(
            """
            INSERT INTO drafts(owner, base, text, buffer, change, created_at, changed_at)
            VALUES ($1, $2, $3, $4, 1, $5, $5) RETURNING number
            """,
            [owner, content.base, Blob(content.text), content.buffer.map { Blob($0) }, now.stored]
        )
        return RouteDraft(
            number: number ?? 0,
            owner: owner,
            content: content,
            change: 1,
            steps: 0,
            createdAt: now,
            changedAt: now
        )
    }

    static func update(_ number: Int64, _ content: RouteDraft.Content, now: Date, _ session: Session) {
        session.later(
            "UPDATE drafts SET base = $1, text = $2, buffer = $3, change = change + 1, changed_at = $4 WHERE number = $5",
            [content.base, Blob(content.text), content.buffer.map { Blob($0) }, now.stored, number]
        )
    }

    static func propose(_ number: Int64, _ note: String, now: Date, _ session: Session) {
        session.later(
            "UPDATE drafts SET proposal = $1, change = change + 1, changed_at = $2 WHERE number = $3",
            [note, now.stored, number]
        )
    }

    static func give(_ number: Int64, to owner: String, now: Date, _ session: Session) {
        session.later(
            "UPDATE drafts SET owner = $1, change = change + 1, changed_at = $2 WHERE number = $3",
            [owner, now.stored, number]
        )
    }

    static func delete(_ number: Int64, _ session: Session) {
        // First the draft: whoever is about to add a step to it holds it, and that step is seen by what follows.
        session.later("DELETE FROM drafts WHERE number = $1", [number])
        session.later("DELETE FROM draft_steps WHERE draft = $1", [number])
    }

    /// Lets the drafts go that nobody has touched since the date.
    static func prune(before date: Date, _ session: Session) {
        session.later(
            """
            WITH gone AS (DELETE FROM drafts WHERE changed_at < $1 RETURNING number)
            DELETE FROM draft_steps WHERE draft IN (SELECT number FROM gone)
            """,
            [date.stored]
        )
    }

    /// Keeps the text before a change, and lets the oldest texts go that are too many or weigh too much.
    static func pushStep(_ draft: RouteDraft, _ session: Session) {
        session.later(
            """
            INSERT INTO draft_steps(draft, step, base, text)
            SELECT $1, coalesce(max(step), 0) + 1, $2, $3 FROM draft_steps WHERE draft = $1
            """,
            [draft.number, draft.content.base, Blob(draft.content.text)]
        )
        session.later(
            """
            DELETE FROM draft_steps WHERE draft = $1 AND step IN (
                SELECT step FROM (
                    SELECT step, row_number() OVER newest AS kept, sum(octet_length(text)) OVER newest AS bytes
                    FROM draft_steps WHERE draft = $1 WINDOW newest AS (ORDER BY step DESC)
                ) AS s
                WHERE kept > $2 OR bytes > $3
            )
            """,
            [draft.number, RouteDraft.mostSteps, RouteDraft.mostStepBytes]
        )
    }

    /// Takes the newest step off; `nil` when there is none.
    static func popStep(_ number: Int64, _ session: Session) throws -> RouteDraft.Content? {
        try session.first(
            """
            DELETE FROM draft_steps WHERE draft = $1 AND step = (SELECT max(step) FROM draft_steps WHERE draft = $1)
            RETURNING base, text
            """,
            [number]
        ) { row in try RouteDraft.Content(base: row.count(0), text: row.bytes(1) ?? []) }
    }

    private static func draft(_ row: Columns) throws -> RouteDraft {
        try RouteDraft(
            number: row.integer(0),
            owner: row.text(1),
            content: RouteDraft.Content(base: row.count(2), text: row.bytes(3) ?? [], buffer: row.bytes(4)),
            proposal: row.optionalText(9),
            change: row.count(5),
            steps: row.count(8),
            createdAt: row.moment(6),
            changedAt: row.moment(7)
        )
    }
}
