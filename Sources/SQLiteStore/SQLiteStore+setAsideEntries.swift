package import FoundationEssentials
import GRDB
package import Store
package import Triage

extension SQLiteStore: SetAsideEntries {
    package func setAsideNext(_ failed: Int64?, because reason: String, now: Date) async throws -> SetAsideEntry? {
        try await writer.write(.long) { db, change in
            try SetAsideRows.setNextAside(failed, because: reason, now: now, db, change: &change)
        }
    }

    package func setAside(page: Page) async throws -> Paged<SetAsideEntry> {
        let after = try page.cursor.map { try PageCursor($0, of: "a", count: 1).numbers[0] } ?? 0
        return try await ask { db in
            let rows = try db.rows(
                "SELECT \(SetAsideRows.columns) FROM set_aside WHERE position > ? ORDER BY position LIMIT ?",
                [after, page.rowLimit + 1]
            )
            return try page.cut(rows) { try PageCursor("a", $0["position"]) }.map(SetAsideRows.entry)
        }
    }

    package func requestRetry(_ position: Int64?) async throws -> Int {
        let count = try await writer.write(.asked) { db, _ in
            try db.run("UPDATE set_aside SET wanted = 1 WHERE ? IS NULL OR position = ?", [position, position])
            return db.changesCount
        }
        if count > 0 { acceptedSignal.send() }
        return count
    }

    package func wantedAgain(limit: Int) async throws -> [(entry: SetAsideEntry, journal: JournalEntry?)] {
        try await pipeline.read { db in
            try db.rows(
                "SELECT \(SetAsideRows.columns) FROM set_aside WHERE wanted = 1 ORDER BY position LIMIT ?",
                [limit]
            ).map { row in
                let entry = try SetAsideRows.entry(row)
                do {
                    let rows = try db.cursor(
                        """
                        SELECT position, received_at, observations, source, request_id, body FROM journal
                        WHERE position = ?
                        """,
                        [entry.position]
                    )
                    return (entry, try JournalRows.entries(rows, byteLimit: .max).first)
                } catch let error as DatabaseError where error.isDamage {
                    return (entry, nil)
                }
            }
        }
    }

    package func applyAgain(_ entry: DecidedEntry, now: Date) async throws -> AppliedBatch? {
        let batch = try await writer.write(.long) { [preloading] db, change -> AppliedBatch? in
            guard let aside = try SetAsideRows.find(entry.position, db) else { return nil }
            var transaction = try TriageTransaction(on: StoredTriage(db: db), preloading: preloading)
            let batch = try transaction.applyAgain(entry, counted: aside.observations, now: now, change: &change)
            try db.run("DELETE FROM set_aside WHERE position = ?", [entry.position])
            return batch
        }
        if batch?.notifications ?? 0 > 0 { queuedSignal.send() }
        if batch?.hasTimers ?? false { timerSignal.send() }
        return batch
    }

    package func failedAgain(_ position: Int64, because reason: String) async throws {
        try await writer.write(.short) { db, _ in
            try db.run(
                "UPDATE set_aside SET wanted = 0, retries = retries + 1, reason = ? WHERE position = ?",
                [reason, position]
            )
        }
    }
}
