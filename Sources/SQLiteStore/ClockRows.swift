import Findings
import FoundationEssentials
import GRDB
import Store

/// What is kept of the wall clock, and the moments that move with it.
enum ClockRows {
    static func mark(_ db: Database) throws -> ClockMark? {
        if let row = try db.row("SELECT wall, uptime, boot FROM clock WHERE wall IS NOT NULL") {
            let uptime: Double = try row["uptime"]
            guard abs(uptime) <= 1e12 else { throw StoredFormError("\(uptime) s is not an uptime") }
            return try ClockMark(wall: row.moment("wall"), uptime: uptime, boot: row["boot"])
        }
        return try db.row("SELECT received_at FROM journal ORDER BY position DESC LIMIT 1").map {
            try ClockMark(wall: $0.moment("received_at"), uptime: 0, boot: "")
        }
    }

    static func save(_ mark: ClockMark, _ db: Database) throws {
        try db.run("UPDATE clock SET wall = ?, uptime = ?, boot = ?", [mark.wall.stored, mark.uptime, mark.boot])
    }

    static func allowance(_ db: Database) throws -> ClockAllowance {
        guard let row = try db.row("SELECT ahead, ahead_until FROM clock") else { return ClockAllowance() }
        let seconds: Double = try row["ahead"]
        guard abs(seconds) <= 1e12 else { throw StoredFormError("\(seconds) s is not a step of a clock") }
        return try ClockAllowance(seconds: seconds, until: row.date("ahead_until"))
    }

    static func save(_ allowance: ClockAllowance, _ db: Database) throws {
        try db.run("UPDATE clock SET ahead = ?, ahead_until = ?", [allowance.seconds, allowance.until?.stored])
    }

    /// What was written in the moment between the step and its notice is already by the new clock: going forward only what
    /// lies in the past by it is moved, going back only what lies in the future, and nothing further back than now.
    static func move(by seconds: Double, now: Date, _ db: Database) throws {
        let (shift, now) = (seconds, now.stored)
        if shift > 0 {
            let before = now - ClockMark.leastStep
            try db.run(
                "UPDATE notifications SET due_at = due_at + ? WHERE state < 2 AND due_at < ?",
                [shift, before]
            )
            try db.run(
                "UPDATE notifications SET retrying_since = retrying_since + ? WHERE state < 2 AND retrying_since < ?",
                [shift, before]
            )
            for column in ["due_at", "remind_at", "flushed_at"] {
                try db.run("UPDATE alert_groups SET \(column) = \(column) + ? WHERE \(column) < ?", [shift, before])
            }
        } else if shift < 0 {
            try db.run(
                "UPDATE notifications SET due_at = max(?, due_at + ?) WHERE state < 2 AND due_at > ?",
                [now, shift, now]
            )
            try db.run(
                "UPDATE notifications SET retrying_since = min(?, retrying_since + ?) WHERE state < 2 AND retrying_since > ?",
                [now, shift, now + shift]
            )
            for column in ["due_at", "remind_at"] {
                try db.run(
                    "UPDATE alert_groups SET \(column) = max(?, \(column) + ?) WHERE \(column) > ?",
                    [now, shift, now]
                )
            }
            try db.run(
                "UPDATE alert_groups SET flushed_at = min(?, flushed_at + ?) WHERE flushed_at > ?",
                [now, shift, now + shift]
            )
            // Their end came by a clock that was ahead: it lies before them again.
            try db.run("UPDATE silences SET closed = 0 WHERE closed = 1 AND ends_at > ?", [now])
        }
        try db.run(
            "UPDATE notifications SET due_at = ? WHERE state = 0 AND due_at > ?",
            [now, now + ClockAllowance.longestRest]
        )
        guard shift != 0 else { return }
        try db.run(
            """
            UPDATE alert_groups SET next_at =
                CASE WHEN due_at IS NULL THEN remind_at WHEN remind_at IS NULL THEN due_at
                    ELSE min(due_at, remind_at) END
            """
        )
        // As after an edit of the rules: digests get their next time, and what windows hold is looked at again.
        try db.run("UPDATE totals SET value = -1 WHERE name = 'held_under_version'")
    }
}
