import FoundationEssentials
import GRDB
import Store

/// What is kept of lanes over restarts.
enum LaneRows {
    static func save(_ lane: LaneRecord, _ db: Database) throws {
        try db.run(
            "INSERT OR REPLACE INTO lanes(lane, paused_reason, failures, not_before, paid_until) VALUES (?, ?, ?, ?, ?)",
            [lane.lane, lane.goneReason, lane.failures, lane.notBefore?.stored, lane.paidUntil?.stored]
        )
    }

    static func all(_ db: Database) throws -> [LaneRecord] {
        try db.rows("SELECT * FROM lanes ORDER BY lane").map { row in
            try LaneRecord(
                lane: row["lane"],
                goneReason: row["paused_reason"],
                failures: row["failures"],
                notBefore: row.date("not_before"),
                paidUntil: row.date("paid_until")
            )
        }
    }

    static func pauses(_ db: Database) throws -> [DestinationPause] {
        try db.rows("SELECT * FROM pauses ORDER BY destination").map { row in
            try DestinationPause(
                destination: row["destination"],
                reason: row["reason"],
                author: row["author"],
                pausedAt: row.moment("paused_at")
            )
        }
    }

    static func save(_ pause: DestinationPause, _ db: Database) throws {
        try db.run(
            "INSERT OR REPLACE INTO pauses(destination, reason, author, paused_at) VALUES (?, ?, ?, ?)",
            [pause.destination, pause.reason, pause.author, pause.pausedAt.stored]
        )
    }

    static func endPause(of destination: String, now: Date, _ db: Database) throws {
        try db.run("DELETE FROM pauses WHERE destination = ?", [destination])
        guard db.changesCount > 0 else { return }
        try db.run(
            "UPDATE notifications SET retrying_since = ? WHERE state = 0 AND destination = ?",
            [now.stored, destination]
        )
    }
}
