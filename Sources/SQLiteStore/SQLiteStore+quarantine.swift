import GRDB
package import Store

extension SQLiteStore: QuarantineArchive {
    package func quarantined(_ id: Int64) async throws -> QuarantineRecord? {
        try await ask { db in
            try db.row("SELECT * FROM quarantine WHERE id = ? AND released = 0", [id]).map(QuarantineRows.record)
        }
    }

    package func release(quarantined id: Int64) async throws -> Bool {
        try await writer.write(.short) { db, change in try QuarantineRows.release(id, db, &change) }
    }

    package var quarantineDrops: AsyncStream<Void> { quarantineSignal.stream() }
}
