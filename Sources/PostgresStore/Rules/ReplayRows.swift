import Findings
import FoundationEssentials
import Store

/// Replays that were asked for, and what came of them.
enum ReplayRows {
    private static let columns = """
        id, question, form, candidate, against, since, until, depth, author, state,
        NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.node = replays.node), created_at, started_at, finished_at, heard_at,
        progress, failure, revision, draft
        """

    static func all(_ session: Session) throws -> [ReplayRecord] {
        try session.all("SELECT \(columns) FROM replays ORDER BY number DESC", [], record)
    }

    static func one(_ id: String, _ session: Session) throws -> ReplayRecord? {
        try session.first("SELECT \(columns) FROM replays WHERE id = $1", [id], record)
    }

    static func content(_ part: String, of id: String, _ session: Session) throws -> [UInt8]? {
        try session.first(
            """
            SELECT content FROM replay_contents
            WHERE replay = (SELECT number FROM replays WHERE id = $1) AND part = $2
            """,
            [id, part]
        ) { try $0.bytes(0) ?? [] }
    }

    /// Adds a replay, in a transaction that holds ``AdvisoryLock/replays``.
    static func start(
        _ ask: ReplayAsk,
        _ rules: ReplayedRules,
        isBegun: Bool,
        node: Int64,
        now: Date,
        _ session: Session
    ) throws -> ReplayAdmission {
        let records = try all(session)
        if let known = ReplayRecord.latest(in: records, asking: ask.question, form: ask.form, now: now) {
            return .known(known)
        }
        guard ReplayRecord.isFull(records) == false else { return .full }
        forget(ReplayRecord.surplus(of: records, now: now), session)
        let state: ReplayRecord.State = isBegun ? .running : .queued
        session.later(
            """
            WITH added AS (
                INSERT INTO replays(id, question, form, candidate, against, since, until, depth, author, state, node,
                    created_at, started_at, heard_at, draft)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $16) RETURNING number
            )
            INSERT INTO replay_contents(replay, part, content)
            SELECT number, part, content
            FROM added, (VALUES ('candidate', $14::bytea), ('against', $15::bytea)) AS given(part, content)
            WHERE content IS NOT NULL
            """,
            [
                ask.id, ask.question, ask.form, ask.candidate, ask.against, ask.since.stored, ask.until.stored,
                ask.depth,
                ask.author, state.rawValue, node, now.stored, isBegun ? now.stored : nil,
                rules.candidate.map { Blob($0) }, rules.against.map { Blob($0) },
                ask.draft,
            ]
        )
        return .added(
            ReplayRecord(ask, state: state, createdAt: now, startedAt: isBegun ? now : nil, heardAt: now)
        )
    }

    static func begin(_ id: String, node: Int64, now: Date, _ session: Session) throws -> Bool {
        session.later(
            """
            UPDATE replays SET state = 'running', node = $1, started_at = $2, heard_at = $2, revision = revision + 1
            WHERE id = $3 AND state = 'queued'
            """,
            [node, now.stored, id]
        )
        return try isWanted(id, session)
    }

    static func note(_ id: String, progress: String?, node: Int64, now: Date, _ session: Session) throws -> Bool {
        // A node that was taken for gone has another number, and goes on with what it runs.
        session.later(
            """
            UPDATE replays SET progress = coalesce($1, progress), node = $2, heard_at = $3, revision = revision + 1
            WHERE id = $4 AND state = 'running' AND ($1 IS NOT NULL OR node <> $2)
            """,
            [progress, node, now.stored, id]
        )
        return try isWanted(id, session)
    }

    private static func isWanted(_ id: String, _ session: Session) throws -> Bool {
        try session.first("SELECT 1 FROM replays WHERE id = $1 AND state = 'running' AND NOT unwanted", [id]) { _ in
            true
        }
            ?? false
    }

    static func cancel(_ id: String, now: Date, _ session: Session) {
        session.later(
            """
            UPDATE replays SET unwanted = true, revision = revision + 1,
                finished_at = CASE WHEN state = 'queued' THEN $1::float8 END,
                state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
            WHERE id = $2 AND finished_at IS NULL
            """,
            [now.stored, id]
        )
    }

    /// Ends a replay, in a transaction that holds ``AdvisoryLock/replays``.
    static func end(_ id: String, _ end: ReplayEnd, progress: String?, now: Date, _ session: Session) throws {
        session.later(
            """
            WITH ended AS (
                UPDATE replays SET state = $1, failure = $2, progress = coalesce($3, progress), finished_at = $4,
                    heard_at = $4, revision = revision + 1
                WHERE id = $5 AND finished_at IS NULL RETURNING number
            )
            INSERT INTO replay_contents(replay, part, content)
            SELECT number, 'result', $6::bytea FROM ended WHERE $6::bytea IS NOT NULL
            """,
            [end.state.rawValue, end.failure, progress, now.stored, id, end.result.map { Blob($0) }]
        )
        forget(ReplayRecord.surplus(of: try all(session), now: now), session)
    }

    private static func forget(_ ids: [String], _ session: Session) {
        guard ids.isEmpty == false else { return }
        session.later(
            """
            WITH gone AS (DELETE FROM replays WHERE id = ANY($1) RETURNING number)
            DELETE FROM replay_contents WHERE replay IN (SELECT number FROM gone)
            """,
            [ids]
        )
    }

    private static func record(_ row: Columns) throws -> ReplayRecord {
        try ReplayRecord(
            ReplayAsk(
                id: row.text(0),
                question: row.text(1),
                form: row.count(2),
                candidate: row.optionalInteger(3).map { Int($0) },
                against: row.optionalInteger(4).map { Int($0) },
                since: row.moment(5),
                until: row.moment(6),
                depth: row.text(7),
                author: row.text(8),
                draft: row.optionalText(18)
            ),
            // One of a later version is over for this one.
            state: ReplayRecord.State(rawValue: row.text(9)) ?? .failed,
            isAlone: row.flag(10),
            createdAt: row.moment(11),
            startedAt: row.date(12),
            finishedAt: row.date(13),
            heardAt: row.moment(14),
            progress: row.optionalText(15),
            failure: row.optionalText(16),
            revision: row.count(17)
        )
    }
}
