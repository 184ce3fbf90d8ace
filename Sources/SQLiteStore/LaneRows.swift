import FoundationEssentials
import GRDB
import Store

/// What is kept of lanes over restarts.
enum LaneRows {
    static func save(_ lane: LaneRecord, _ db: Database) throws {
        try db.run(
            "INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?)",
            [lane.lane, lane.pausedReason, lane.failures, lane.notBefore?.stored]
        )
    }

    static func all(_ db: Database) throws -> [LaneRecord] {
        try db.rows("SELECT * FROM lanes ORDER BY lane").map { row in
            LaneRecord(
                lane: row["lane"],
                pausedReason: row["paused_reason"],
                failures: row["failures"],
                notBefore: row.date("not_before")
            )
        }
    }
}
