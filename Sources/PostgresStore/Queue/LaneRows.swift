import FoundationEssentials
import Store

/// What is kept of lanes over restarts, and what people have paused.
enum LaneRows {
    static func save(_ lane: LaneRecord, _ session: Session) {
        session.later(
            """
            INSERT INTO lanes(lane, gone_reason, failures, not_before, paid_until) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (lane) DO UPDATE SET gone_reason = excluded.gone_reason, failures = excluded.failures,
                not_before = excluded.not_before, paid_until = excluded.paid_until
            """,
            [lane.lane, lane.goneReason, lane.failures, lane.notBefore?.stored, lane.paidUntil?.stored]
        )
    }

    static func all(_ session: Session) throws -> [LaneRecord] {
        try session.all(
            "SELECT lane, gone_reason, failures, not_before, paid_until FROM lanes ORDER BY lane COLLATE \"C\""
        ) { row in
            try LaneRecord(
                lane: row.text(0),
                goneReason: row.optionalText(1),
                failures: row.count(2),
                notBefore: row.date(3),
                paidUntil: row.date(4)
            )
        }
    }

    static func pauses(_ session: Session) throws -> [DestinationPause] {
        try session.all(
            "SELECT destination, reason, author, paused_at FROM pauses ORDER BY destination COLLATE \"C\""
        ) { row in
            try DestinationPause(
                destination: row.text(0),
                reason: row.text(1),
                author: row.optionalText(2),
                pausedAt: row.moment(3)
            )
        }
    }

    static func save(_ pause: DestinationPause, _ session: Session) {
        session.later(
            """
            INSERT INTO pauses(destination, reason, author, paused_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (destination) DO UPDATE SET reason = excluded.reason, author = excluded.author,
                paused_at = excluded.paused_at
            """,
            [pause.destination, pause.reason, pause.author, pause.pausedAt.stored]
        )
    }

    static func endPause(of destination: String, now: Date, _ session: Session) throws {
        guard try session.run("DELETE FROM pauses WHERE destination = $1", [destination]) > 0 else { return }
        session.later(
            "UPDATE notifications SET retrying_since = $2 WHERE state = 0 AND destination = $1",
            [destination, now.stored]
        )
    }
}
