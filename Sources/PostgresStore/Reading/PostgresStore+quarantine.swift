package import Store

extension PostgresStore: QuarantineArchive {
    package func quarantined(_ id: Int64) async throws -> QuarantineRecord? {
        try await ask { session in
            try session.first(
                "SELECT \(QuarantineRows.columns) FROM quarantine WHERE id = $1 AND NOT released",
                [id],
                QuarantineRows.record
            )
        }
    }

    package func release(quarantined id: Int64) async throws -> Bool {
        try await write(on: desk) { session, change in try QuarantineRows.release(id, session, &change) }
    }

    package var quarantineDrops: AsyncStream<Void> { quarantineSignal.stream() }
}
