import FoundationEssentials
import Findings
import GRDB
import Routing
import Store
import Triage

/// Every silence; `closed` is whether triage has dealt with its end.
enum SilenceRows {
    static func insert(_ draft: SilenceDraft, author: String, now: Date, _ db: Database) throws -> Silence {
        let open = try db.integer("SELECT count(*) FROM silences WHERE ends_at > ?", [now.stored]) ?? 0
        guard open < Silence.mostOpen else { throw SilenceRefusal.tooMany }
        let number = 1 + (try db.integer("SELECT max(number) FROM silences") ?? 0)
        let silence = Silence(draft, id: Silence.id(number), author: author, at: now)
        try db.run(
            """
            INSERT INTO silences(number, id, matchers, owner, reason, destinations, breaks_on_raise, starts_at, ends_at,
                created_at, updated_at, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                number, silence.id, silence.when.text, silence.owner, silence.reason, silence.storedDestinations,
                silence.breaksOnRaise, silence.startsAt.stored, silence.endsAt.stored, silence.createdAt.stored,
                silence.updatedAt.stored, silence.createdBy,
            ]
        )
        return silence
    }

    /// Writes what can change of a silence.
    static func update(_ silence: Silence, _ db: Database) throws {
        try db.run(
            """
            UPDATE silences SET owner = ?, reason = ?, breaks_on_raise = ?, starts_at = ?, ends_at = ?, updated_at = ?
            WHERE id = ?
            """,
            [
                silence.owner, silence.reason, silence.breaksOnRaise, silence.startsAt.stored, silence.endsAt.stored,
                silence.updatedAt.stored, silence.id,
            ]
        )
    }

    static func silence(_ id: String, _ db: Database) throws -> Silence? {
        try db.row("SELECT * FROM silences WHERE id = ?", [id]).map(silence)
    }

    static func silence(_ row: StoredRow) throws -> Silence {
        try Silence(
            id: row["id"],
            when: Silence.when(stored: row["matchers"]),
            owner: row["owner"],
            reason: row["reason"],
            destinations: Silence.destinations(stored: row["destinations"]),
            startsAt: row.moment("starts_at"),
            endsAt: row.moment("ends_at"),
            breaksOnRaise: row["breaks_on_raise"],
            createdAt: row.moment("created_at"),
            updatedAt: row.moment("updated_at"),
            createdBy: row["created_by"]
        )
    }

    /// Those of the rows that can be read: one that cannot hides nothing, and must not keep others from doing so.
    static func readable(_ rows: [StoredRow]) -> [Silence] {
        rows.compactMap { row in
            do { return try silence(row) } catch { return nil }
        }
    }

    /// What a person should know of silences that may be in force and cannot be read, one sentence each.
    static func problems(_ db: Database) throws -> [String] {
        try db.rows("SELECT * FROM silences WHERE closed = 0 ORDER BY number").compactMap { row in
            do {
                _ = try silence(row)
                return nil
            } catch {
                return Silence.unreadable(try row["number"], error)
            }
        }
    }

    /// When the next silence ends with which triage has still to deal; in the past when one has ended.
    static func nextEnd(_ db: Database) throws -> Date? {
        try db.row("SELECT min(ends_at) AS at FROM silences WHERE closed = 0")?.date("at")
    }

    /// The silence that ended first of those with which triage has still to deal.
    static func ended(now: Date, _ db: Database) throws -> EndedSilence? {
        try db.row(
            """
            SELECT id, owner, reason, starts_at, ends_at FROM silences
            WHERE closed = 0 AND ends_at <= ? ORDER BY ends_at, number LIMIT 1
            """,
            [now.stored]
        ).map { row in
            try EndedSilence(
                id: row["id"],
                owner: row["owner"],
                reason: row["reason"],
                startsAt: row.moment("starts_at"),
                endsAt: row.moment("ends_at")
            )
        }
    }

    /// When a silence ends with which triage has still to deal.
    static func end(of id: String, _ db: Database) throws -> Date? {
        try db.row("SELECT ends_at FROM silences WHERE id = ? AND closed = 0", [id])?.date("ends_at")
    }

    /// Records that triage has dealt with the end of a silence.
    static func close(_ id: String, _ db: Database) throws {
        try db.run("UPDATE silences SET closed = 1 WHERE id = ?", [id])
    }

    /// The rows in a state; ``Silence/state(at:)`` in SQL.
    static func condition(_ state: Silence.State, at now: Date) -> (sql: String, arguments: StatementArguments) {
        switch state {
        case .pending: ("(starts_at > ? AND ends_at > ?)", [now.stored, now.stored])
        case .active: ("(starts_at <= ? AND ends_at > ?)", [now.stored, now.stored])
        case .expired: ("(ends_at <= ?)", [now.stored])
        }
    }
}
