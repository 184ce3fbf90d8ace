import GRDB
package import Store

extension SQLiteStore: JournalArchive {
    package func journalEntry(at position: Int64) async throws -> JournalEntry? {
        try await ask { db in
            try db.row(
                """
                SELECT position, received_at, observations, source, request_id, body FROM journal WHERE position = ?
                """,
                [position]
            ).map { row in
                try JournalEntry(
                    position: row["position"],
                    receivedAt: row.moment("received_at"),
                    source: row["source"],
                    requestID: row["request_id"],
                    body: row.bytes("body"),
                    observations: row["observations"]
                )
            }
        }
    }
}
