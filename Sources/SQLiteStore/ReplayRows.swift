import Findings
import FoundationEssentials
import GRDB
import Store

/// Replays that were asked for, and what came of them.
struct ReplayRows {
    /// This opening of the directory: whoever wrote another number is gone.
    let opening: Int64

    private static let columns = """
        id, question, form, candidate, against, since, until, depth, author, state, node, created_at, started_at,
        finished_at, heard_at, progress, failure, revision, draft
        """

    func all(_ db: Database) throws -> [ReplayRecord] {
        try db.all("SELECT \(ReplayRows.columns) FROM replays ORDER BY number DESC", [], record)
    }

    func one(_ id: String, _ db: Database) throws -> ReplayRecord? {
        try db.first("SELECT \(ReplayRows.columns) FROM replays WHERE id = ?", [id], record)
    }

    static func content(_ part: String, of id: String, _ db: Database) throws -> [UInt8]? {
        try db.first(
            """
            SELECT content FROM replay_contents
            WHERE replay = (SELECT number FROM replays WHERE id = ?) AND part = ?
            """,
            [id, part]
        ) { try $0.bytes(0) ?? [] }
    }

    func start(
        _ ask: ReplayAsk,
        _ rules: ReplayedRules,
        isBegun: Bool,
        now: Date,
        _ db: Database
    ) throws -> ReplayAdmission {
        let records = try all(db)
        if let known = ReplayRecord.latest(in: records, asking: ask.question, form: ask.form, now: now) {
            return .known(known)
        }
        guard ReplayRecord.isFull(records) == false else { return .full }
        try forget(ReplayRecord.surplus(of: records, now: now), db)
        let state: ReplayRecord.State = isBegun ? .running : .queued
        try db.run(
            """
            INSERT INTO replays(id, question, form, candidate, against, since, until, depth, author, state, node,
                created_at, started_at, heard_at, draft)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                ask.id, ask.question, ask.form, ask.candidate, ask.against, ask.since.stored, ask.until.stored,
                ask.depth,
                ask.author, state.rawValue, opening, now.stored, isBegun ? now.stored : nil, now.stored,
                ask.draft,
            ]
        )
        let number = db.lastInsertedRowID
        for (part, text) in [("candidate", rules.candidate), ("against", rules.against)] {
            if let text { try ReplayRows.insert(text, part, number, db) }
        }
        return .added(
            ReplayRecord(ask, state: state, createdAt: now, startedAt: isBegun ? now : nil, heardAt: now)
        )
    }

    func begin(_ id: String, now: Date, _ db: Database) throws -> Bool {
        try db.run(
            """
            UPDATE replays SET state = 'running', started_at = ?1, heard_at = ?1, revision = revision + 1
            WHERE id = ?2 AND state = 'queued'
            """,
            [now.stored, id]
        )
        return try isWanted(id, db)
    }

    func note(_ id: String, progress: String?, now: Date, _ db: Database) throws -> Bool {
        if let progress {
            try db.run(
                """
                UPDATE replays SET progress = ?, heard_at = ?, revision = revision + 1
                WHERE id = ? AND state = 'running'
                """,
                [progress, now.stored, id]
            )
        }
        return try isWanted(id, db)
    }

    private func isWanted(_ id: String, _ db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM replays WHERE id = ? AND state = 'running' AND NOT unwanted", [id]) { _ in true }
            ?? false
    }

    func cancel(_ id: String, now: Date, _ db: Database) throws {
        try db.run(
            """
            UPDATE replays SET unwanted = 1, revision = revision + 1,
                finished_at = CASE WHEN state = 'queued' THEN ?1 END,
                state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
            WHERE id = ?2 AND finished_at IS NULL
            """,
            [now.stored, id]
        )
    }

    func end(_ id: String, _ end: ReplayEnd, progress: String?, now: Date, _ db: Database) throws {
        let number = try db.first("SELECT number FROM replays WHERE id = ? AND finished_at IS NULL", [id]) {
            try $0.integer(0)
        }
        guard let number else { return }
        try db.run(
            """
            UPDATE replays SET state = ?1, failure = ?2, progress = coalesce(?3, progress), finished_at = ?4,
                heard_at = ?4, revision = revision + 1
            WHERE number = ?5
            """,
            [end.state.rawValue, end.failure, progress, now.stored, number]
        )
        if let result = end.result { try ReplayRows.insert(result, "result", number, db) }
        try forget(ReplayRecord.surplus(of: all(db), now: now), db)
    }

    private static func insert(_ content: [UInt8], _ part: String, _ replay: Int64, _ db: Database) throws {
        try db.run(
            "INSERT INTO replay_contents(replay, part, content) VALUES (?, ?, ?)",
            [replay, part, Blob(content)]
        )
    }

    private func forget(_ ids: [String], _ db: Database) throws {
        for id in ids {
            try db.run("DELETE FROM replay_contents WHERE replay = (SELECT number FROM replays WHERE id = ?)", [id])
            try db.run("DELETE FROM replays WHERE id = ?", [id])
        }
    }

    private func record(_ row: Columns) throws -> ReplayRecord {
        try ReplayRecord(
            ReplayAsk(
                id: row.text(0),
                question: row.text(1),
                form: row.count(2),
                candidate: row.isNull(3) ? nil : row.count(3),
                against: row.isNull(4) ? nil : row.count(4),
                since: row.moment(5),
                until: row.moment(6),
                depth: row.text(7),
                author: row.text(8),
                draft: row.optionalText(18)
            ),
            // One of a later version is over for this one.
            state: ReplayRecord.State(rawValue: row.text(9)) ?? .failed,
            isAlone: row.integer(10) != opening,
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
