package import Store

extension PostgresStore: JournalArchive {
    package func journalEntry(at position: Int64) async throws -> JournalEntry? {
        try await ask { try JournalRows.entry(at: position, $0) }
    }
}
