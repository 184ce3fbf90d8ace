import FoundationEssentials
import Store
import Triage

/// What becomes of messages that were sent.
extension QueueRows {
    /// What a settlement has to know of its notification.
    private struct Claim {
        /// Whether it is this attempt that is under way, and this node's.
        var isCurrent: Bool
        var isStandIn: Bool
        var isMinimal: Bool
        var units: Int
        var destination: String
        var thread: String
    }

    private struct Place: Hashable {
        var number: Int64
        var attempt: Int
    }

    static func settle(
        _ settlements: [Settlement],
        of node: Int64,
        _ session: Session,
        change: inout TotalsChange
    ) throws {
        var sequence = settlements.contains(where: \.hasFallback) ? try NotificationRows.sequence(session) : nil
        var claims = try claims(of: settlements, node, session)
        for settlement in settlements {
            let attempt = settlement.attempt
            if let lane = settlement.lane { LaneRows.save(lane, session) }
            guard let number = NotificationSequence.number(in: attempt.notification) else { continue }
            let place = Place(number: number, attempt: attempt.number)
            guard let claim = claims[place] else { continue }
            AttemptRows.insert(attempt, of: number, session, isReplacing: claim.isCurrent)
            // Settled before, or recovered meanwhile: the attempt is evidence and nothing else.
            guard claim.isCurrent else { continue }
            claims[place]?.isCurrent = false
            let effect = settlement.effect(
                isStandIn: claim.isStandIn,
                isMinimal: claim.isMinimal,
                units: claim.units
            )
            if let posted = settlement.posted {
                session.later(
                    """
                    INSERT INTO conversations VALUES ($1, $2, $3, $4, $5) ON CONFLICT (destination, thread) DO UPDATE SET
                        channel = excluded.channel, timestamp = excluded.timestamp, posted_at = excluded.posted_at
                    """,
                    [claim.destination, claim.thread, posted.channel, posted.timestamp, attempt.finishedAt.stored]
                )
            }
            save(effect, attempt.errorClass, of: number, session)
            if let fallback = effect.fallback, var next = sequence {
                NotificationRows.insertStandIns(
                    for: [number],
                    to: fallback,
                    now: attempt.finishedAt,
                    &next,
                    session
                )
                sequence = next
            }
            change.merge(effect.change)
        }
    }

    private static func claims(
        of settlements: [Settlement],
        _ node: Int64,
        _ session: Session
    ) throws -> [Place: Claim] {
        let attempts = settlements.compactMap { settlement in
            NotificationSequence.number(in: settlement.attempt.notification).map { ($0, settlement.attempt) }
        }
        var claims: [Place: Claim] = [:]
        let rows = try session.all(
            """
            SELECT n.number, u.attempt, n.state = 1 AND n.attempts = u.attempt AND n.claimed_by = $4,
                n.fallback_for IS NOT NULL, n.minimal, n.units, n.destination, n.thread
            FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(number, id, attempt)
            JOIN notifications n ON n.number = u.number AND n.id = u.id
            ORDER BY n.number FOR UPDATE OF n
            """,
            [attempts.map(\.0), attempts.map(\.1.notification), attempts.map(\.1.number), node]
        ) { row in
            (
                Place(number: try row.integer(0), attempt: try row.count(1)),
                Claim(
                    isCurrent: try row.flag(2),
                    isStandIn: try row.flag(3),
                    isMinimal: try row.flag(4),
                    units: try row.count(5),
                    destination: try row.text(6),
                    thread: try row.text(7)
                )
            )
        }
        for (place, claim) in rows { claims[place] = claim }
        return claims
    }

    private static func save(
        _ effect: Settlement.Effect,
        _ errorClass: String?,
        of number: Int64,
        _ session: Session
    ) {
        session.later(
            """
            UPDATE notifications SET state = $2, due_at = coalesce($3, due_at), minimal = $4, uncertain = uncertain + $5,
                dead_reason = $6, error_class = $7, rendered = coalesce($8, rendered)
            WHERE number = $1
            """,
            [
                number, ColumnText.code(of: effect.state), effect.dueAt?.stored, effect.isMinimal,
                effect.isUncertain ? 1 : 0, effect.deadReason, errorClass, effect.rendered,
            ]
        )
    }
}

extension Settlement {
    /// Whether another destination may get the message.
    fileprivate var hasFallback: Bool {
        if case .dead(_, _, .some) = next { true } else { false }
    }
}
