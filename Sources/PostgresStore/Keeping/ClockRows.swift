import Findings
import FoundationEssentials
import Store

/// What is kept of the wall clock, and the moments that move with it.
enum ClockRows {
    static func mark(_ session: Session) throws -> ClockMark? {
        let answers = try session.ask([
            Statement("SELECT wall, uptime, boot FROM clock WHERE wall IS NOT NULL"),
            Statement(
                "SELECT received_at FROM journal ORDER BY accepted_at DESC, stream DESC, sequence DESC LIMIT 1"
            ),
        ])
        if let row = answers.first?.first {
            let uptime = try row.real(1)
            guard abs(uptime) <= 1e12 else { throw StoredFormError("\(uptime) s is not an uptime") }
            return try ClockMark(wall: row.moment(0), uptime: uptime, boot: row.text(2))
        }
        return try answers.last?.first.map { try ClockMark(wall: $0.moment(0), uptime: 0, boot: "") }
    }

    static func save(_ mark: ClockMark, _ session: Session) {
        session.later(
            "UPDATE clock SET wall = $1, uptime = $2, boot = $3",
            [mark.wall.stored, mark.uptime, mark.boot]
        )
    }

    static func allowance(_ session: Session) throws -> ClockAllowance {
        try session.first("SELECT ahead, ahead_until FROM clock") { row in
            let seconds = try row.real(0)
            guard abs(seconds) <= 1e12 else { throw StoredFormError("\(seconds) s is not a step of a clock") }
            return try ClockAllowance(seconds: seconds, until: row.date(1))
        } ?? ClockAllowance()
    }

    static func save(_ allowance: ClockAllowance, _ session: Session) {
        session.later(
            "UPDATE clock SET ahead = $1, ahead_until = $2",
            [allowance.seconds, allowance.until?.stored]
        )
    }

    /// What was written in the moment between the step and its notice is already by the new clock: going forward only what
    /// lies in the past by it is moved, going back only what lies in the future, and nothing further back than now.
    static func move(by seconds: Double, now: Date, _ session: Session) {
        let (shift, now) = (seconds, now.stored)
        // Groups and what holds for all rows are triage's.
        session.later("SELECT one FROM control WHERE one FOR UPDATE")
        if shift > 0 {
            forward(shift, before: now - ClockMark.leastStep, session)
        } else if shift < 0 {
            back(shift, now: now, session)
        }
        session.later(
            "UPDATE notifications SET due_at = $1 WHERE state = 0 AND due_at > $2",
            [now, now + ClockAllowance.longestRest]
        )
        guard shift != 0 else { return }
        // The one that is not NULL, where the other is.
        session.later("UPDATE alert_groups SET next_at = least(due_at, remind_at)")
        // As after an edit of the rules: digests get their next time, and what windows hold is looked at again.
        session.later("UPDATE control SET held_under_version = -1")
    }

    private static func forward(_ shift: Double, before: Double, _ session: Session) {
        for column in ["due_at", "retrying_since"] {
            session.later(
                "UPDATE notifications SET \(column) = \(column) + $1 WHERE state < 2 AND \(column) < $2",
                [shift, before]
            )
        }
        for column in ["due_at", "remind_at", "flushed_at"] {
            session.later(
                "UPDATE alert_groups SET \(column) = \(column) + $1 WHERE \(column) < $2",
                [shift, before]
            )
        }
    }

    private static func back(_ shift: Double, now: Double, _ session: Session) {
        session.later(
            "UPDATE notifications SET due_at = greatest($1, due_at + $2) WHERE state < 2 AND due_at > $1",
            [now, shift]
        )
        session.later(
            """
            UPDATE notifications SET retrying_since = least($1, retrying_since + $2)
            WHERE state < 2 AND retrying_since > $3
            """,
            [now, shift, now + shift]
        )
        for column in ["due_at", "remind_at"] {
            session.later(
                "UPDATE alert_groups SET \(column) = greatest($1, \(column) + $2) WHERE \(column) > $1",
                [now, shift]
            )
        }
        session.later(
            "UPDATE alert_groups SET flushed_at = least($1, flushed_at + $2) WHERE flushed_at > $3",
            [now, shift, now + shift]
        )
        // Their end came by a clock that was ahead: it lies before them again.
        session.later("UPDATE silences SET closed = false WHERE closed AND ends_at > $1", [now])
    }
}
