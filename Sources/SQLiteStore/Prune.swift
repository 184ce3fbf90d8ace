import FoundationEssentials
import GRDB
import Store
import Triage

/// Deletes what is older than a date, in steps short enough to stand between two commits of senders and lanes.
///
/// The newest row of a table always stays, so that numbers are not given twice. Findings that are not resolved and their
/// alerts stay whatever their age: they are what the next observation is compared with.
enum Prune {
    /// Each deletes a bounded number of rows after one and says where to go on; `nil` when it is through.
    typealias Step = @Sendable (_ db: Database, _ date: Date, _ after: Int64) throws -> Int64?

    static let steps: [Step] = [
        journal, quarantine, notifications, waitingItems, conversations, observations, findings, redeliveries,
        ruleTexts, ruleHours, fateHours, openHours,
    ]

    private static let limit = 500

    private static let journal: Step = { db, date, after in
        try prefix(
            db.rows(
                """
                SELECT position, received_at FROM journal
                WHERE position > ? AND position <= (SELECT value FROM totals WHERE name = 'applied_position')
                    AND position < (SELECT max(position) FROM journal)
                ORDER BY position LIMIT ?
                """,
                [after, limit]
            ),
            before: date
        ) { last in
            try db.run(
                "DELETE FROM journal WHERE position <= ? AND position NOT IN (SELECT position FROM set_aside)",
                [last]
            )
        }
    }

    private static let quarantine: Step = { db, date, after in
        try prefix(
            db.rows(
                """
                SELECT id, received_at FROM quarantine WHERE id > ? AND id < (SELECT max(id) FROM quarantine)
                ORDER BY id LIMIT ?
                """,
                [after, limit]
            ),
            before: date
        ) { try QuarantineRows.forget(through: $0, db) }
    }

    private static let notifications: Step = { db, date, after in
        try prefix(
            db.rows(
                """
                SELECT number, created_at FROM notifications
                WHERE number > ? AND number < (SELECT max(number) FROM notifications) ORDER BY number LIMIT ?
                """,
                [after, limit]
            ),
            before: date
        ) { last in
            let finished = "number > ? AND number <= ? AND state IN (2, 4, 5)"
            try db.run(
                "DELETE FROM attempts WHERE notification IN (SELECT number FROM notifications WHERE \(finished))",
                [after, last]
            )
            try db.run("DELETE FROM notifications WHERE \(finished)", [after, last])
        }
    }

    private static let waitingItems: Step = { db, date, after in
        try prefix(
            db.rows(
                "SELECT number, received_at FROM waiting_items WHERE number > ? ORDER BY number LIMIT ?",
                [after, limit]
            ),
            before: date
        ) { last in
            try db.run(
                "DELETE FROM waiting_items WHERE number > ? AND number <= ? AND state <> 0 AND received_at < ?",
                [after, last, date.stored]
            )
        }
    }

    /// What a destination was told of long ago is not changed any more: what comes of it begins another conversation.
    private static let conversations: Step = { db, date, _ in
        try db.run("DELETE FROM conversations WHERE posted_at < ?", [date.stored])
        return nil
    }

    private static let observations: Step = { db, date, after in
        try prefix(
            db.rows(
                """
                SELECT number, received_at FROM observations
                WHERE number > ? AND number < (SELECT max(number) FROM observations) ORDER BY number LIMIT ?
                """,
                [after, limit]
            ),
            before: date
        ) { last in
            try db.run(
                """
                DELETE FROM observations WHERE number > ? AND number <= ?
                    AND NOT EXISTS (
                        SELECT 1 FROM findings f
                        WHERE f.number = observations.finding AND f.observation = observations.number
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM notifications n
                        WHERE n.finding = observations.finding AND n.observation = observations.number
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM waiting_items i
                        WHERE i.finding = observations.finding AND i.observation = observations.number AND i.state = 0
                    )
                """,
                [after, last]
            )
        }
    }

    private static let findings: Step = { db, date, after in
        let last = try db.integer(
            "SELECT max(number) FROM (SELECT number FROM findings WHERE number > ? ORDER BY number LIMIT ?)",
            [after, limit * 10]
        )
        guard let last else { return nil }
        let rows = try db.rows(
            """
            SELECT number FROM findings f
            WHERE number > ? AND number <= ? AND status = 'RESOLVED' AND last_seen_at < ?
                AND number < (SELECT max(number) FROM findings)
                AND observation < (SELECT max(number) FROM observations)
                AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.finding = f.number)
                AND NOT EXISTS (SELECT 1 FROM waiting_items i WHERE i.finding = f.number AND i.state = 0)
                AND NOT EXISTS (SELECT 1 FROM findings m WHERE m.problem = f.number AND m.number <> f.number)
            """,
            [after, last, date.stored]
        )
        for row in rows {
            let number: Int64 = try row[0]
            try db.run("DELETE FROM alerts WHERE finding = ?", [number])
            try db.run("DELETE FROM observations WHERE finding = ?", [number])
            try db.run("DELETE FROM problems WHERE finding = ?", [number])
            try db.run("DELETE FROM findings WHERE number = ?", [number])
        }
        return last
    }

    private static let ruleTexts: Step = { db, date, _ in
        try RevisionRows.pruneTexts(before: date, db)
        return nil
    }

    private static let ruleHours: Step = { db, date, _ in
        try RuleHourRows.prune(before: date.utcHour, limit: limit * 10, db) ? 0 : nil
    }

    private static let fateHours: Step = { db, date, _ in
        try FateHourRows.prune(before: date.utcHour, limit: limit * 10, db) ? 0 : nil
    }

    private static let openHours: Step = { db, date, _ in
        try OpenHourRows.prune(before: date.utcHour, limit: limit * 10, db) ? 0 : nil
    }

    /// The keys are hashes, so that each first byte stands for a 256th of them.
    private static let redeliveries: Step = { db, date, after in
        guard let first = UInt8(exactly: after) else { return nil }
        let isLast = first == .max
        try db.run(
            "DELETE FROM redeliveries WHERE key >= ? AND (? OR key < ?) AND received_at < ?",
            [Data([first]), isLast, Data([isLast ? first : first + 1]), date.stored]
        )
        return isLast ? nil : after + 1
    }

    /// Deletes up to the last of the rows, number and date each, that are older than the date.
    private static func prefix(
        _ rows: [StoredRow],
        before date: Date,
        delete: (Int64) throws -> Void
    ) throws -> Int64? {
        let old = try rows.prefix { try $0[1] < date.stored }
        guard let last = try old.last?[0] as Int64? else { return nil }
        try delete(last)
        return old.count == limit ? last : nil
    }
}
