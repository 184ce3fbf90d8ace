/// What was received, as long as it is kept.
package protocol JournalArchive: Sendable {
    /// The entry at the position, applied or not; `nil` when there never was one or it is no longer kept.
    func journalEntry(at position: Int64) async throws -> JournalEntry?
}
