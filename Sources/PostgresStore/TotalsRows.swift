import Store
import Triage

/// The table of stored numbers.
enum TotalsRows {
    /// Which part of a node counts: each has rows of its own, so that no commit waits for another.
    enum Part: Int64 {
        case intake, triage, queue, desk
    }

    static func shard(_ node: Int64, _ part: Part) -> Int64 { node * 4 + part.rawValue }

    static func add(_ change: TotalsChange, to shard: Int64, _ session: Session) {
        let amounts = change.amounts.filter { $0.value != 0 }.map { ($0.key.name, $0.value) }.sorted { $0.0 < $1.0 }
        guard amounts.isEmpty == false else { return }
        session.later(
            """
            INSERT INTO totals SELECT n, $1, v FROM unnest($2::text[], $3::bigint[]) AS u(n, v)
            ON CONFLICT (name, shard) DO UPDATE SET value = totals.value + excluded.value
            """,
            [shard, amounts.map(\.0), amounts.map(\.1)]
        )
    }

    /// Entries of streams that were closed, all of them applied.
    private static let closedEntries = "closed_entries"

    /// The totals; positions are counts of entries over every stream.
    static func read(_ session: Session) throws -> Totals {
        var numbers: [String: Int] = [:]
        let rows = try session.all("SELECT name, sum(value)::bigint FROM totals GROUP BY name") { row in
            (try row.text(0), try row.count(1))
        }
        for (name, value) in rows { numbers[name] = value }
        let positions = try session.first(
            """
            SELECT coalesce(sum(s.applied), 0)::bigint, coalesce(sum(greatest(s.applied, coalesce(
                (SELECT max(j.sequence) FROM journal j WHERE j.stream = s.stream), 0))), 0)::bigint
            FROM journal_streams s
            """
        ) { row in (applied: try row.integer(0), last: try row.integer(1)) }
        let closed = Int64(numbers[closedEntries] ?? 0)
        return Totals(
            appliedPosition: closed + (positions?.applied ?? 0),
            lastPosition: closed + (positions?.last ?? 0)
        ) { numbers[$0] }
    }

    /// The value of one counter.
    static func value(of counter: TotalsChange.Counter, _ session: Session) throws -> Int {
        Int(try session.integer("SELECT sum(value)::bigint FROM totals WHERE name = $1", [counter.name]) ?? 0)
    }

    /// Adds what processes counted that are gone into one row for each counter, and closes their streams that are applied.
    static func fold(_ session: Session) throws {
        // A node that was taken for gone may be writing into its stream at this moment. What it commits is seen by the
        // statement after the lock, and by none that began before.
        let left = try session.all(
            """
            SELECT stream FROM journal_streams s WHERE NOT EXISTS (SELECT 1 FROM nodes n WHERE n.node = s.stream)
            FOR UPDATE SKIP LOCKED
            """
        ) { try $0.integer(0) }
        try session.run(
            """
            WITH closed AS (
                DELETE FROM journal_streams s WHERE s.stream = ANY($2)
                    AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.stream = s.stream AND j.sequence > s.applied)
                RETURNING s.applied
            ), gone AS (
                DELETE FROM totals t WHERE t.shard >= 0
                    AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.node = t.shard / 4) RETURNING t.name, t.value
            )
            INSERT INTO totals SELECT name, -1, sum(value)::bigint FROM (
                SELECT name, value FROM gone UNION ALL SELECT $1, applied FROM closed WHERE applied > 0
            ) AS a GROUP BY name
            ON CONFLICT (name, shard) DO UPDATE SET value = totals.value + excluded.value
            """,
            [closedEntries, left]
        )
    }
}
