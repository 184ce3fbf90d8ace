import FoundationEssentials
import Store
import Triage

/// Deletes what is older than a date, in steps short enough to stand between the commits of senders, triage and lanes.
///
/// Findings that are not resolved and their alerts stay whatever their age: they are what the next observation is compared
/// with. The newest finding and observation always stay, so that numbers are not given twice.
enum Prune {
    /// Each deletes a bounded number of rows after one and says where to go on; `nil` when it is through.
    typealias Step =
        @Sendable (
            _ session: Session, _ scope: Scope, _ after: Int64, _ change: inout TotalsChange
        ) throws -> Int64?

    /// What the steps are about.
    struct Scope: Sendable {
        /// What is older may go.
        var date: Date
        /// The journal's partitions whose rows are deleted one by one.
        var journal: [Partition] = []
        /// The numbers of observations that go with their partitions later.
        var left: [Range<Int64>] = []
    }

    static let steps: [Step] = [
        journal, quarantine, notifications, waitingItems, conversations, observations, findings, redeliveries,
        ruleTexts, ruleHours, fateHours, openHours, totals,
    ]

    /// How a step ended.
    enum Progress: Sendable {
        case goOn(Int64), through
        /// Another node is at it.
        case elsewhere
    }

    /// Runs a step unless another node prunes.
    ///
    /// - Parameters:
    ///   - step: One of ``steps``.
    ///   - scope: What may go.
    ///   - after: Where to go on; 0 for the beginning.
    ///   - session: In a transaction of its own, by index: each step touches few rows of tables that may be large, and that
    ///     statistics may call small.
    ///   - change: What this does to the totals is added here.
    /// - Returns: How it ended.
    /// - Throws: What the session throws.
    static func run(
        _ step: Step,
        _ scope: Scope,
        after: Int64,
        _ session: Session,
        _ change: inout TotalsChange
    ) throws -> Progress {
        guard try AdvisoryLock.prune.takeIfFree(session) else { return .elsewhere }
        return try step(session, scope, after, &change).map { .goOn($0) } ?? .through
    }

    private static let limit = 500

    /// One partition after the other, of each what is applied.
    private static let journal: Step = { session, scope, after, _ in
        let days = scope.journal.filter {
            $0.range.upperBound > after && Double($0.range.lowerBound) * 86_400 < scope.date.timeIntervalSince1970
        }
        guard let partition = days.min(by: { $0.range.lowerBound < $1.range.lowerBound }) else { return nil }
        let name = SQLName.quoted(partition.name)
        let count = try session.run(
            """
            DELETE FROM \(name) WHERE ctid = ANY(ARRAY(
                SELECT j.ctid FROM \(name) j LEFT JOIN journal_streams s ON s.stream = j.stream
                WHERE j.received_at < $1 AND j.sequence <= coalesce(s.applied, \(Int64.max))
                    AND NOT EXISTS (
                        SELECT 1 FROM set_aside a
                        WHERE a.position = (j.stream << \(JournalCursor.sequenceBits)) | j.sequence
                    )
                LIMIT $2))
            """,
            [scope.date.stored, limit * 10]
        )
        return count == limit * 10 ? after : partition.range.upperBound
    }

    private static let quarantine: Step = { session, scope, after, change in
        let rows = try session.rows(
            """
            SELECT id, received_at FROM quarantine WHERE id > $1 AND id < (SELECT max(id) FROM quarantine)
            ORDER BY id LIMIT $2
            """,
            [after, limit]
        )
        return try prefix(rows, before: scope.date) { last in
            // One with a lower number may have come since.
            let gone = try session.first(
                """
                WITH gone AS (
                    DELETE FROM quarantine WHERE id > $1 AND id <= $2 AND received_at < $3 RETURNING size, released
                )
                SELECT coalesce(sum(size), 0)::bigint, count(*) FILTER (WHERE NOT released) FROM gone
                """,
                [after, last, scope.date.stored]
            ) { row in (bytes: try row.count(0), items: try row.count(1)) }
            change.add(-(gone?.bytes ?? 0), to: .quarantineBytes)
            change.add(-(gone?.items ?? 0), to: .quarantineItems)
        }
    }

    private static let notifications: Step = { session, scope, after, _ in
        let rows = try session.rows(
            """
            SELECT number, created_at FROM notifications
            WHERE number > $1 AND number < (SELECT max(number) FROM notifications) ORDER BY number LIMIT $2
            """,
            [after, limit]
        )
        return try prefix(rows, before: scope.date) { last in
            let gone = try session.all(
                "DELETE FROM notifications WHERE number > $1 AND number <= $2 AND state IN (2, 4, 5) RETURNING number",
                [after, last]
            ) { try $0.integer(0) }
            session.later("DELETE FROM attempts WHERE notification = ANY($1)", [gone])
        }
    }

    private static let waitingItems: Step = { session, scope, after, _ in
        let rows = try session.rows(
            "SELECT number, received_at FROM waiting_items WHERE number > $1 ORDER BY number LIMIT $2",
            [after, limit]
        )
        return try prefix(rows, before: scope.date) { last in
            session.later(
                "DELETE FROM waiting_items WHERE number > $1 AND number <= $2 AND state <> 0 AND received_at < $3",
                [after, last, scope.date.stored]
            )
        }
    }

    /// What a destination was told of long ago is not changed any more: what comes of it begins another conversation.
    private static let conversations: Step = { session, scope, _, _ in
        let count = try session.run(
            """
            DELETE FROM conversations WHERE posted_at < $1 AND (destination, thread) IN (
                SELECT destination, thread FROM conversations WHERE posted_at < $1 LIMIT $2)
            """,
            [scope.date.stored, limit]
        )
        return count == limit ? 0 : nil
    }

    private static let observations: Step = { session, scope, after, _ in
        let from = scope.left.first { $0.contains(after + 1) }.map { $0.upperBound - 1 } ?? after
        let end = scope.left.map(\.lowerBound).filter { $0 > from }.min() ?? .max
        let rows = try session.rows(
            """
            SELECT number, received_at FROM observations
            WHERE number > $1 AND number < $3 AND number < (SELECT max(number) FROM observations)
            ORDER BY number LIMIT $2
            """,
            [from, limit, end]
        )
        let next = try prefix(rows, before: scope.date) { last in
            session.later(
                """
                DELETE FROM observations o WHERE number > $1 AND number <= $2
                    AND NOT EXISTS (
                        SELECT 1 FROM findings f WHERE f.number = o.finding AND f.observation = o.number
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM notifications n WHERE n.finding = o.finding AND n.observation = o.number
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM waiting_items i
                        WHERE i.finding = o.finding AND i.observation = o.number AND i.state = 0
                    )
                """,
                [from, last]
            )
        }
        // What comes after what is left may be older, where a clock was set.
        return next ?? (end < .max ? end - 1 : nil)
    }

    private static let findings: Step = { session, scope, after, _ in
        let last = try session.integer(
            "SELECT max(number) FROM (SELECT number FROM findings WHERE number > $1 ORDER BY number LIMIT $2) AS f",
            [after, limit * 10]
        )
        guard let last else { return nil }
        // So that none of them is observed again meanwhile.
        session.later("SELECT one FROM control WHERE one FOR UPDATE")
        let numbers = try session.all(
            """
            SELECT number FROM findings f
            WHERE number > $1 AND number <= $2 AND status = 'RESOLVED' AND last_seen_at < $3
                AND number < (SELECT max(number) FROM findings)
                AND observation < (SELECT max(number) FROM observations)
                AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.finding = f.number)
                AND NOT EXISTS (SELECT 1 FROM waiting_items i WHERE i.finding = f.number AND i.state = 0)
                AND NOT EXISTS (SELECT 1 FROM findings m WHERE m.problem = f.number AND m.number <> f.number)
            ORDER BY number LIMIT $4
            """,
            [after, last, scope.date.stored, limit]
        ) { try $0.integer(0) }
        if numbers.isEmpty == false {
            for table in ["alerts", "observations", "problems"] {
                session.later("DELETE FROM \(table) WHERE finding = ANY($1)", [numbers])
            }
            session.later("DELETE FROM findings WHERE number = ANY($1)", [numbers])
        }
        return numbers.count == limit ? numbers.last : last
    }

    /// The keys are hashes, so that each first byte stands for a 256th of them.
    private static let redeliveries: Step = { session, scope, after, _ in
        guard let first = UInt8(exactly: after) else { return nil }
        let isLast = first == .max
        let count = try session.run(
            """
            DELETE FROM redeliveries WHERE key IN (
                SELECT key FROM redeliveries WHERE key >= $1 AND ($2 OR key < $3) AND received_at < $4 LIMIT $5)
            """,
            [Blob([first]), isLast, Blob([isLast ? first : first + 1]), scope.date.stored, limit * 10]
        )
        if count == limit * 10 { return after }
        return isLast ? nil : after + 1
    }

    private static let ruleTexts: Step = { session, scope, _, _ in
        RevisionRows.pruneTexts(before: scope.date, session)
        return nil
    }

    private static let ruleHours: Step = { session, scope, _, _ in
        let count = try session.run(
            """
            DELETE FROM rule_hours WHERE (rule, hour) IN (SELECT rule, hour FROM rule_hours WHERE hour < $1 LIMIT $2)
            """,
            [scope.date.utcHour, limit * 10]
        )
        return count == limit * 10 ? 0 : nil
    }

    private static let fateHours: Step = { session, scope, _, _ in
        for part in CountedPart.allCases {
            let count = try session.run(
                """
                DELETE FROM fate_hours WHERE (part, hour, name) IN (
                    SELECT part, hour, name FROM fate_hours WHERE part = $1 AND hour < $2 LIMIT $3)
                """,
                [Int(part.rawValue), scope.date.utcHour, limit * 10]
            )
            if count == limit * 10 { return 0 }
        }
        return nil
    }

    private static let openHours: Step = { session, scope, _, _ in
        let count = try session.run(
            """
            DELETE FROM open_hours WHERE (hour, account) IN (
                SELECT hour, account FROM open_hours WHERE hour < $1 LIMIT $2)
            """,
            [scope.date.utcHour, limit * 10]
        )
        return count == limit * 10 ? 0 : nil
    }

    /// What processes counted that are gone.
    private static let totals: Step = { session, _, _, _ in
        try TotalsRows.fold(session)
        return nil
    }

    /// Deletes up to the last of the rows, number and date each, that are older than the date.
    ///
    /// - Returns: That number, when there may be more.
    private static func prefix(
        _ rows: Rows?,
        before date: Date,
        delete: (Int64) throws -> Void
    ) throws -> Int64? {
        let rows = rows.map { rows in rows.map { $0 } } ?? []
        let old = try rows.prefix { try $0.real(1) < date.stored }
        guard let last = try old.last?.integer(0) else { return nil }
        try delete(last)
        return old.count == limit ? last : nil
    }
}
