import Findings
import FoundationEssentials
import Store

extension QueueRows {
    /// Returns to the queue what nodes left `sending` that are gone.
    ///
    /// - Returns: How many attempts may have been under way when they ended.
    static func recover(now: Date, _ session: Session) throws -> Int {
        struct Left {
            var number: Int64
            var id: String
            var attempts: Int
            var severity: Int
            var claimedAt: Date?
            var claimant: Claimant?
        }
        let rows = try session.all(
            """
            SELECT n.number, n.id, n.attempts, n.severity, n.claimed_at, n.claim_lane, n.claim_concurrency, n.claimed_by
            FROM notifications n WHERE n.state = 1
                AND NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.node = n.claimed_by)
            ORDER BY n.claimed_by, n.claim_order, n.number FOR UPDATE OF n SKIP LOCKED
            """
        ) { row in
            var claimant: Claimant?
            if let lane = try row.optionalText(5), row.isNull(6) == false {
                // Each node has an order of its own.
                claimant = Claimant(lane: "\(try row.integer(7)) \(lane)", concurrency: try row.count(6))
            }
            return try Left(
                number: row.integer(0),
                id: row.text(1),
                attempts: row.count(2),
                severity: row.count(3),
                claimedAt: row.date(4),
                claimant: claimant
            )
        }
        var begun = BegunClaims()
        var waited: [Int64] = []
        var uncertain: [Int64] = []
        for row in rows {
            guard begun.mayInclude(row.claimant, isCritical: row.severity >= Int(Severity.critical.rawValue)) else {
                waited.append(row.number)
                continue
            }
            uncertain.append(row.number)
            let attempt = Attempt(
                notification: row.id,
                number: row.attempts,
                startedAt: row.claimedAt ?? now,
                finishedAt: now,
                verdict: .uncertain,
                errorClass: "process_ended",
                detail: "the process ended while the attempt was under way; nobody knows whether the receiver acted",
                nextDueAt: now
            )
            AttemptRows.insert(attempt, of: row.number, session)
        }
        session.later("UPDATE notifications SET state = 0, attempts = attempts - 1 WHERE number = ANY($1)", [waited])
        session.later(
            """
            UPDATE notifications SET state = 0, due_at = $2, uncertain = uncertain + 1, error_class = 'process_ended'
            WHERE number = ANY($1)
            """,
            [uncertain, now.stored]
        )
        return uncertain.count
    }
}
