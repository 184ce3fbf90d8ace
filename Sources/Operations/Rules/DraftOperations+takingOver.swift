import Store

extension DraftOperations {
    /// Makes somebody else's draft one's own.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Returns: The draft as it is then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func takeOver(
        _ id: String,
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> Draft {
        let before = try await expected(id, isExpected)
        do {
            let record = try await drafts.takeDraft(
                before.record.number,
                to: author.person,
                after: before.record.change,
                now: now()
            )
            guard let record else { throw DraftRefusal.changed }
            let after = try await view(record)
            await audit.note(
                author.entry("draft.take-over", after.id, before: before.record.owner, after: author.person),
                by: author
            )
            return after
        } catch let present as DraftExists {
            throw DraftRefusal.exists("d\(present.number)")
        }
    }
}
