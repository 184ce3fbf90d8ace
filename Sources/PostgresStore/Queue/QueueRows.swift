import Findings
import FoundationEssentials
import Store
import Triage

/// What lanes do to the queue.
enum QueueRows {
    /// No older message about the same problem or of the same group waits for the same reader.
    private static let isFirst = """
        NOT EXISTS (
            SELECT 1 FROM notifications o
            WHERE o.state < 2 AND o.turn = n.turn AND o.destination = n.destination AND o.number < n.number
                AND o.recipient IS NOT DISTINCT FROM n.recipient
        )
        """

    /// What a claim takes.
    struct ClaimRequest: Sendable {
        var destinations: [String]
        var limit: Int
        var lowest: Severity
        var claimant: Claimant?
        var node: Int64
        /// The place of the first of them in the order of the node's claims.
        var order: Int64
        var now: Date
    }

    /// What a claim has taken, and its place in the order of the node's claims.
    struct Claimed: Sendable {
        let row: StoredNotification
        let order: Int64
    }

    /// - Returns: The rows in the order in which they are to be sent; reading them is left to the time after the commit.
    ///   None for a node that was taken for gone: whoever takes over has looked for its messages already. None of a
    ///   destination that is paused, which this node may not have heard yet.
    static func claim(_ request: ClaimRequest, _ session: Session) throws -> [Claimed] {
        try session.all(
            """
            WITH me AS (SELECT node FROM nodes WHERE node = $7 FOR KEY SHARE), found AS (
                SELECT c.number, c.severity FROM me CROSS JOIN (
                    SELECT u.destination FROM unnest($1::text[]) AS u(destination)
                    WHERE NOT EXISTS (SELECT 1 FROM pauses p WHERE p.destination = u.destination)
                ) AS d CROSS JOIN LATERAL (
                    SELECT n.number, n.severity FROM notifications n
                    WHERE n.state = 0 AND n.destination = d.destination AND n.severity >= $2 AND n.due_at <= $3
                        AND coalesce(n.recipient, '') <> ALL($4) AND n.id <> ALL($5) AND \(isFirst)
                    ORDER BY n.severity DESC, n.number LIMIT $6 FOR UPDATE SKIP LOCKED
                ) AS c
            ), chosen AS (
                SELECT number, row_number() OVER (ORDER BY severity DESC, number) - 1 AS place
                FROM found ORDER BY severity DESC, number LIMIT $6
            )
            UPDATE notifications n SET state = 1, attempts = n.attempts + 1, claimed_at = $3, claimed_by = $7,
                claim_order = $8 + c.place, claim_lane = $9, claim_concurrency = $10
            FROM chosen c WHERE n.number = c.number
            RETURNING \(StoredNotification.columns), n.claim_order
            """,
            [
                request.destinations, Int(request.lowest.rawValue), request.now.stored,
                (request.claimant?.resting ?? []).sorted(), (request.claimant?.leaving ?? []).sorted(), request.limit,
                request.node, request.order, request.claimant?.lane, request.claimant?.concurrency,
            ]
        ) { row in
            Claimed(row: try StoredNotification(row), order: try row.integer(StoredNotification.width))
        }.sorted { $0.order < $1.order }
    }

    /// Puts back what this node claimed and did not begin, as if it had not been claimed.
    static func release(_ claims: [ClosedRange<Int64>], of node: Int64, _ session: Session) {
        for claim in claims {
            session.later(
                """
                UPDATE notifications SET state = 0, attempts = attempts - 1
                WHERE state = 1 AND claimed_by = $1 AND claim_order BETWEEN $2 AND $3
                """,
                [node, claim.lowerBound, claim.upperBound]
            )
        }
    }

    /// Gives a message up that was claimed and cannot be read, as if it had not been claimed.
    static func bury(
        _ order: Int64,
        of node: Int64,
        because reason: String,
        _ session: Session,
        change: inout TotalsChange
    ) throws {
        let units = try session.all(
            """
            UPDATE notifications SET state = 3, attempts = attempts - 1, dead_reason = $3
            WHERE state = 1 AND claimed_by = $1 AND claim_order = $2 RETURNING units
            """,
            [node, order, reason]
        ) { try $0.count(0) }
        change.move(units.reduce(0, +), from: .pending, to: .dead)
    }

    /// Only messages that may be claimed count: one that waits behind an older one is due when that is settled.
    static func nextDue(_ session: Session) throws -> [String: Date] {
        var next: [String: Date] = [:]
        let rows = try session.all(
            """
            WITH RECURSIVE d(name) AS (
                (SELECT destination FROM notifications WHERE state = 0 ORDER BY destination LIMIT 1)
                UNION ALL
                SELECT (SELECT o.destination FROM notifications o WHERE o.state = 0 AND o.destination > d.name
                    ORDER BY o.destination LIMIT 1) FROM d WHERE d.name IS NOT NULL
            )
            SELECT d.name, (
                SELECT n.due_at FROM notifications n
                WHERE n.state = 0 AND n.destination = d.name AND \(isFirst) ORDER BY n.due_at LIMIT 1
            ) FROM d WHERE d.name IS NOT NULL
            """
        ) { row in (try row.text(0), try row.date(1)) }
        for (name, date) in rows { next[name] = date }
        return next
    }

    static func backlog(_ session: Session) throws -> [DestinationBacklog] {
        let answers = try session.ask([
            Statement(
                """
                SELECT q.destination, q.count, n.created_at, q.critical FROM (
                    SELECT destination, count(*) AS count, min(number) AS first,
                        count(*) FILTER (WHERE severity = $1) AS critical
                    FROM notifications WHERE state = 0 GROUP BY destination
                ) AS q JOIN notifications n ON n.number = q.first
                """,
                [Int(Severity.critical.rawValue)]
            ),
            Statement("SELECT destination, count(*) FROM notifications WHERE state = 1 GROUP BY destination"),
            Statement("SELECT destination, count(*) FROM notifications WHERE state = 3 GROUP BY destination"),
            Statement("SELECT destination, count(*) FROM waiting_items WHERE state = 0 GROUP BY destination"),
        ])
        var backlog: [String: DestinationBacklog] = [:]
        for (place, rows) in answers.enumerated() {
            for index in 0..<rows.count {
                let (name, count) = (try rows[index].text(0), try rows[index].count(1))
                var entry = backlog[name] ?? DestinationBacklog(destination: name)
                switch place {
                case 0:
                    entry.pending = count
                    entry.oldestPendingAt = try rows[index].date(2)
                    entry.critical = try rows[index].count(3)
                case 1: entry.sending = count
                case 2: entry.dead = count
                default: entry.waiting = count
                }
                backlog[name] = entry
            }
        }
        return backlog.values.sorted { $0.destination < $1.destination }
    }
}
