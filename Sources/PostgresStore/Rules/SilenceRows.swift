import FoundationEssentials
import Routing
import Store
import Triage

/// Every silence; `closed` is whether triage has dealt with its end.
enum SilenceRows {
    private static let columns = """
        number, id, matchers, owner, reason, destinations, starts_at, ends_at, breaks_on_raise, created_at, updated_at,
        created_by
        """

    /// Adds a silence, in a transaction that holds ``AdvisoryLock/silences``.
    static func insert(_ draft: SilenceDraft, author: String, now: Date, _ session: Session) throws -> Silence {
        let known = try session.first(
            "SELECT (SELECT count(*) FROM silences WHERE ends_at > $1), (SELECT max(number) FROM silences)",
            [now.stored]
        ) { row in (open: try row.count(0), last: try row.integer(1)) }
        guard known?.open ?? 0 < Silence.mostOpen else { throw SilenceRefusal.tooMany }
        let number = 1 + (known?.last ?? 0)
        let silence = Silence(draft, id: Silence.id(number), author: author, at: now)
        session.later(
            """
            INSERT INTO silences(number, id, matchers, owner, reason, destinations, breaks_on_raise, starts_at, ends_at,
                created_at, updated_at, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [
                number, silence.id, silence.when.text, silence.owner, silence.reason, silence.storedDestinations,
                silence.breaksOnRaise, silence.startsAt.stored, silence.endsAt.stored, silence.createdAt.stored,
                silence.updatedAt.stored, silence.createdBy,
            ]
        )
        return silence
    }

    /// The silence that somebody made of the draft at that moment.
    static func written(
        _ draft: SilenceDraft,
        author: String,
        at moment: Date,
        _ session: Session
    ) throws -> Silence? {
        let wanted = Silence(draft, id: "", author: author, at: moment)
        let rows = try session.rows(
            "SELECT \(columns) FROM silences WHERE created_at = $1 AND created_by = $2 ORDER BY number DESC",
            [wanted.createdAt.stored, author]
        ).map { $0 }
        return readable(rows).first { $0 == Silence(draft, id: $0.id, author: author, at: moment) }
    }

    /// Writes what can change of a silence.
    static func update(_ silence: Silence, now: Date, _ session: Session) {
        // By the clock of the node that applies, it may have ended a moment before somebody prolonged it here.
        session.later(
            """
            UPDATE silences SET owner = $1, reason = $2, breaks_on_raise = $3, starts_at = $4, ends_at = $5,
                updated_at = $6, closed = closed AND $5 <= $7
            WHERE id = $8
            """,
            [
                silence.owner, silence.reason, silence.breaksOnRaise, silence.startsAt.stored, silence.endsAt.stored,
                silence.updatedAt.stored, now.stored, silence.id,
            ]
        )
    }

    static func silence(_ id: String, _ session: Session) throws -> Silence? {
        try session.first("SELECT \(columns) FROM silences WHERE id = $1", [id], silence)
    }

    /// The silence, which nobody else changes until the end of the transaction.
    static func locked(_ id: String, _ session: Session) throws -> Silence? {
        try session.first("SELECT \(columns) FROM silences WHERE id = $1 FOR UPDATE", [id], silence)
    }

    private static func silence(_ row: Columns) throws -> Silence {
        try Silence(
            id: row.text(1),
            when: Silence.when(stored: row.text(2)),
            owner: row.text(3),
            reason: row.text(4),
            destinations: Silence.destinations(stored: row.optionalText(5)),
            startsAt: row.moment(6),
            endsAt: row.moment(7),
            breaksOnRaise: row.flag(8),
            createdAt: row.moment(9),
            updatedAt: row.moment(10),
            createdBy: row.text(11)
        )
    }

    /// Those of the rows that can be read: one that cannot hides nothing, and must not keep others from doing so.
    private static func readable(_ rows: [Columns]) -> [Silence] {
        rows.compactMap { row in
            do { return try silence(row) } catch { return nil }
        }
    }

    static func page(
        _ states: Set<Silence.State>?,
        now: Date,
        before: Int64,
        _ page: Page,
        _ session: Session
    ) throws -> Paged<Silence> {
        let terms = Silence.State.allCases.filter { states?.contains($0) ?? true }.map(condition)
        // The moment is named even where no state is asked for, so that its type is known.
        let rows = try session.rows(
            """
            SELECT \(columns) FROM silences WHERE (\((["$1::float8 IS NULL"] + terms).joined(separator: " OR ")))
                AND number < $2 ORDER BY number DESC LIMIT $3
            """,
            [now.stored, before, page.rowLimit + 1]
        ).map { $0 }
        let found = try page.cut(rows) { try PageCursor("s", $0.integer(0)) }
        return Paged(items: readable(found.items), next: found.next)
    }

    static func open(at now: Date, _ session: Session) throws -> [Silence] {
        readable(
            try session.rows("SELECT \(columns) FROM silences WHERE ends_at > $1 ORDER BY number", [now.stored])
                .map { $0 }
        )
    }

    static func counts(at now: Date, _ session: Session) throws -> [Silence.State: Int] {
        let states = Silence.State.allCases
        let sums = states.map { "count(*) FILTER (WHERE \(condition($0)))" }
        return try session.first("SELECT \(sums.joined(separator: ", ")) FROM silences", [now.stored]) { row in
            Dictionary(uniqueKeysWithValues: try states.enumerated().map { ($1, try row.count($0)) })
        } ?? [:]
    }

    /// What a person should know of silences that may be in force and cannot be read, one sentence each.
    static func problems(_ session: Session) throws -> [String] {
        try session.all("SELECT \(columns) FROM silences WHERE NOT closed ORDER BY number") { row in
            do {
                _ = try silence(row)
                return nil
            } catch {
                return Silence.unreadable(try row.integer(0), error)
            }
        }.compactMap(\.self)
    }

    /// The rows in a state at the moment `$1`; ``Silence/state(at:)`` in SQL.
    private static func condition(_ state: Silence.State) -> String {
        switch state {
        case .pending: "(starts_at > $1 AND ends_at > $1)"
        case .active: "(starts_at <= $1 AND ends_at > $1)"
        case .expired: "(ends_at <= $1)"
        }
    }
}
