import FoundationEssentials
import Store
import Triage

/// What observations came to in each hour: as counted when they were applied, and put right by what is unsettled now.
enum FateHourRows {
    /// How many messages that wait or were given up are looked at, of each kind.
    static let mostUnsettled = 200_000

    /// The names with the most observations, most first.
    static func names(_ question: FateQuestion, _ session: Session) throws -> [String] {
        try session.all(
            """
            SELECT name FROM fate_hours WHERE part = $1 AND hour >= $2 GROUP BY name
            ORDER BY sum(told + held + suppressed + unrouted) DESC, name COLLATE "C" LIMIT $3
            """,
            [question.part.rawValue, question.since.utcHour, question.limit]
        ) { try $0.text(0) }
    }

    static func report(_ question: FateQuestion, _ session: Session) throws -> FateReport {
        FateReport(
            names: try names(question, session),
            counted: try session.all(
                """
                SELECT name, hour / $1, sum(told)::bigint, sum(held)::bigint, sum(suppressed)::bigint,
                    sum(unrouted)::bigint
                FROM fate_hours WHERE part = $2 AND hour >= $3 GROUP BY 1, 2
                """,
                [question.bucketHours, question.part.rawValue, question.since.utcHour]
            ) { row in
                try FateReport.Counted(
                    name: row.text(0),
                    bucket: row.count(1),
                    counts: FateCounts(
                        told: row.count(2),
                        held: row.count(3),
                        suppressed: row.count(4),
                        unrouted: row.count(5)
                    )
                )
            },
            moved: try unsettled(question, session),
            firstHour: try session.integer("SELECT min(hour) FROM fate_hours WHERE part = 0")
        )
    }

    /// What is not as it was counted when it was applied.
    private static func unsettled(_ question: FateQuestion, _ session: Session) throws -> [FateReport.Moved] {
        // By destination everything counts that a destination was sent; otherwise observations that were routed.
        let isByDestination = question.part == .destination
        let (name, join): (String, String) =
            switch question.part {
            case .all: ("''", "")
            case .source: ("coalesce(\(FindingRows.source(inColumn: "o.content")), '')", "")
            case .account: ("coalesce(f.account, '')", "JOIN findings f ON f.number = o.finding")
            case .destination: ("u.destination", "")
            }
        return try session.all(
            """
            WITH all_unsettled(observation, destination, rank) AS (
                \(unsettledMessages)
                UNION ALL (SELECT observation, destination, 1 FROM waiting_items
                    WHERE state = 0 AND transition <> 'reminder' LIMIT $1)
                UNION ALL (SELECT observation, destination, 0 FROM waiting_items
                    WHERE state = 2 AND received_at >= $2 LIMIT $1)
            ), u AS (
                SELECT observation, \(isByDestination ? "destination" : "NULL::text AS destination"), max(rank) AS rank
                FROM all_unsettled GROUP BY observation\(isByDestination ? ", destination" : "")
            ), found AS (
                SELECT \(name) AS name, trunc((o.received_at + $3) / 3600)::bigint / $4 AS bucket,
                    EXISTS (SELECT 1 FROM json_array_elements(\(detail)::json -> 'outcomes') AS e(outcome)
                        WHERE e.outcome ->> 3 IS NOT NULL
                            AND \(isByDestination ? "e.outcome ->> 0 = u.destination" : "TRUE")) AS was_held, u.rank
                FROM u JOIN observations o ON o.number = u.observation \(join)
                WHERE o.received_at >= $2 AND \(isByDestination ? "TRUE" : "o.disposition = 'routed'")
                    AND o.number > (SELECT counted_after FROM control)
            )
            SELECT name, bucket, was_held, rank, count(*) FROM found GROUP BY name, bucket, was_held, rank
            """,
            [
                mostUnsettled, Date(timeIntervalSince1970: Double(question.since.utcHour) * 3_600).stored,
                Date.timeIntervalBetween1970AndReferenceDate, question.bucketHours,
            ]
        ) { row in
            let name = try row.text(0)
            return try FateReport.Moved(
                name: question.part == .source ? FindingRows.spelled(name) : name,
                bucket: row.count(1),
                wasHeld: row.flag(2),
                rank: row.count(3),
                count: row.count(4)
            )
        }
    }

    /// The detail of an observation `o` without the one escape that PostgreSQL's functions refuse. Nothing else in it is
    /// refused: it was written by this program, which escapes no other character that they would have to put together.
    private static let detail = #"replace(o.detail, '\u0000', '\ufffd')"#

    /// Messages and the news in them: given up, waiting, or being sent.
    private static let unsettledMessages = [(state: 3, rank: 2), (0, 1), (1, 1)].map { state, rank in
        """
        (SELECT observation, coalesce(fallback_for, destination), \(rank) FROM notifications
            WHERE state = \(state) AND transition <> 'reminder' LIMIT $1)
        UNION ALL (SELECT i.observation, i.destination, \(rank)
            FROM notifications n JOIN waiting_items i ON i.notification = n.id
            WHERE n.state = \(state) AND n.bundle IS NOT NULL AND i.transition <> 'reminder' LIMIT $1)
        """
    }.joined(separator: "\nUNION ALL ")
}
