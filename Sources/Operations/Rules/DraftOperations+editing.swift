import FoundationEssentials
package import Routing
import Store

/// What is done to a draft before it is put in force.
extension DraftOperations {
    /// Replaces the whole text.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - text: A whole routes.json.
    ///   - keepsBuffer: Whether a text that does not load is kept as what stands in an editor; the refusal is the same.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Returns: The draft as it is then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func replace(
        _ id: String,
        with text: [UInt8],
        keepsBuffer: Bool = false,
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> Draft {
        let before = try await expected(id, isExpected)
        do {
            try await check(text)
        } catch DraftRefusal.unusable(let diagnostics) {
            if keepsBuffer, text.count <= RouteDraft.mostStepBytes {
                var content = before.record.content
                content.buffer = text
                _ = try await save(content, over: before, author)
            }
            throw DraftRefusal.unusable(diagnostics)
        }
        let after = try await save(
            RouteDraft.Content(base: before.record.content.base, text: text),
            over: before,
            author
        )
        await note("draft.edit", after, author, before: before)
        return after
    }

    /// Changes members of the text, and leaves every other byte as it is.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - edits: Made one after another; after an error none is made.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Returns: The draft as it is then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func edit(
        _ id: String,
        _ edits: [RouteEdit],
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> Draft {
        let before = try await expected(id, isExpected)
        let text = try await DraftOperations.edited(before.text, edits)
        try await check(text)
        var content = RouteDraft.Content(base: before.record.content.base, text: text)
        content.buffer = before.record.content.buffer
        let after = try await save(content, over: before, author)
        await note("draft.edit", after, author, before: before)
        return after
    }

    /// Takes the newest change back; the draft stays as it is when there is none.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Returns: The draft as it is then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func undo(
        _ id: String,
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> Draft {
        let before = try await expected(id, isExpected)
        guard let record = try await drafts.undoDraft(before.record.number, after: before.record.change, now: now())
        else { throw DraftRefusal.changed }
        let after = try await view(record)
        await note("draft.undo", after, author, before: before)
        return after
    }

    /// Puts a draft onto the version that is in force meanwhile. With conflicts left nothing is changed.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - choices: Decisions about conflicts, by their pointers.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Returns: The draft, on the new version when nothing is left to be decided, and what both sides come to.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func merge(
        _ id: String,
        choices: [String: RouteMerge.Choice] = [:],
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> (draft: Draft, merge: RouteMerge) {
        let before = try await expected(id, isExpected)
        let base = try await text(ofVersion: before.record.content.base)
        let theirs = try await text(ofVersion: before.active)
        let merge = try await DraftOperations.merged(base, before.text, theirs, choices)
        guard merge.conflicts.isEmpty else { return (before, merge) }
        try await check(merge.text.bytes)
        let after = try await save(
            RouteDraft.Content(base: before.active, text: merge.text.bytes),
            over: before,
            author
        )
        await note("draft.merge", after, author, before: before)
        return (after, merge)
    }

    /// What both sides would come to, without changing anything.
    ///
    /// - Throws: ``DraftRefusal``, or when the texts cannot be read.
    package func mergePreview(_ id: String) async throws -> (draft: Draft, merge: RouteMerge) {
        let draft = try await draft(id)
        let base = try await text(ofVersion: draft.record.content.base)
        let theirs = try await text(ofVersion: draft.active)
        return (draft, try await DraftOperations.merged(base, draft.text, theirs, [:]))
    }

    /// The difference from the version that the draft was begun on, as `patch` and `git apply` take it.
    ///
    /// - Throws: ``DraftRefusal``, or when the texts cannot be read.
    package func patch(_ id: String) async throws -> String {
        let record = try await record(id)
        let base = try await text(ofVersion: record.content.base)
        return await DraftOperations.patch(base, record.content.text)
    }

    private func save(_ content: RouteDraft.Content, over before: Draft, _ author: Author) async throws -> Draft {
        let saved = try await drafts.saveDraft(
            before.record.number,
            after: before.record.change,
            content,
            now: now()
        )
        guard let saved else { throw DraftRefusal.changed }
        return try await view(saved, active: before.active)
    }

    @concurrent private static func edited(_ text: [UInt8], _ edits: [RouteEdit]) async throws -> [UInt8] {
        var edited = try RouteText(text)
        for (index, edit) in edits.enumerated() {
            do throws(RouteEditError) {
                try edited.apply(edit)
            } catch {
                throw DraftRefusal.edit(index, error)
            }
        }
        return edited.bytes
    }

    @concurrent private static func merged(
        _ base: [UInt8],
        _ mine: [UInt8],
        _ theirs: [UInt8],
        _ choices: [String: RouteMerge.Choice]
    ) async throws -> RouteMerge {
        try RouteMerge.merge(base: base, mine: mine, theirs: theirs, choices: choices)
    }

    @concurrent private static func patch(_ base: [UInt8], _ text: [UInt8]) async -> String {
        TextDifference(from: base, to: text).unified(before: "a/routes.json", after: "b/routes.json")
    }
}
