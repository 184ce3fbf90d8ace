import Findings
import FoundationEssentials
import Routing
import Store

/// Rules under way: each person's own, kept in the store, and put in force by nothing but publishing.
package struct DraftOperations: Sendable {
    let drafts: any Drafts
    let revisions: any RouteRevisions
    let activation: any RouteActivation
    let audit: Audit
    let now: @Sendable () -> Date
    /// What a finished replay said of this text beside that version; `nil` when there is none.
    let measured: @Sendable (_ text: [UInt8], _ version: Int) async throws -> MeasuredEffect?
    let expectations: ExpectationOperations
    let sets: RuleSets
    let comparisons = RecentComparisons()

    /// Every draft, the last changed first.
    ///
    /// - Throws: When they cannot be read.
    package func list() async throws -> [Draft] {
        let active = try await revisions.activeRevision()?.version ?? 0
        var list: [Draft] = []
        for record in try await drafts.drafts() { list.append(try await view(record, active: active)) }
        return list
    }

    /// The draft of a person; `nil` when they have none.
    ///
    /// - Throws: When it cannot be read.
    package func draft(of person: String) async throws -> Draft? {
        guard let record = try await drafts.draft(of: person) else { return nil }
        return try await view(record)
    }

    /// One draft.
    ///
    /// - Throws: ``DraftRefusal/unknown``, or when it cannot be read.
    package func draft(_ id: String) async throws -> Draft { try await view(try await record(id)) }

    /// Begins a draft for whoever asks.
    ///
    /// - Parameters:
    ///   - source: What it begins with.
    ///   - author: Who asks.
    /// - Returns: The draft.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func create(from source: DraftSource, by author: Author) async throws -> Draft {
        let active = try await revisions.activeRevision()?.version ?? 0
        let content: RouteDraft.Content
        switch source {
        case .active: content = RouteDraft.Content(base: active, text: try await text(ofVersion: active))
        case .version(let number): content = RouteDraft.Content(base: active, text: try await text(ofVersion: number))
        case .text(let text, let base):
            if let base { _ = try await self.text(ofVersion: base) }
            content = RouteDraft.Content(base: base ?? active, text: text)
        }
        try await check(content.text)
        do {
            let record = try await drafts.createDraft(of: author.person, content, now: now())
            let draft = try await view(record, active: active)
            await note("draft.create", draft, author)
            return draft
        } catch let present as DraftExists {
            throw DraftRefusal.exists("d\(present.number)")
        } catch is TooManyDrafts {
            throw DraftRefusal.tooMany
        }
    }

    /// Throws a draft away.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Throws: ``DraftRefusal``, or when the commit failed.
    package func discard(
        _ id: String,
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws {
        let draft = try await expected(id, isExpected)
        guard try await drafts.discardDraft(draft.record.number, after: draft.record.change) else {
            throw DraftRefusal.changed
        }
        let entry = author.entry("draft.discard", draft.id, before: draft.comparison?.summary, after: "discarded")
        await audit.note(entry, by: author)
    }

    /// What was measured lately of a text that is to be put in force, as publishing asks.
    ///
    /// - Parameters:
    ///   - text: A whole routes.json.
    ///   - version: The one in force.
    /// - Returns: `nil` when nobody has measured it, or too long ago.
    /// - Throws: When it cannot be read.
    package func effect(of text: [UInt8], over version: Int) async throws -> MeasuredEffect? {
        try await measured(text, version)
    }

    // MARK: Inside

    func record(_ id: String) async throws -> RouteDraft {
        guard let number = Draft.number(id), let record = try await drafts.draft(number) else {
            throw DraftRefusal.unknown
        }
        return record
    }

    func expected(_ id: String, _ isExpected: @Sendable (String) -> Bool) async throws -> Draft {
        let draft = try await draft(id)
        guard isExpected(draft.tag) else { throw DraftRefusal.changed }
        return draft
    }

    func text(ofVersion version: Int) async throws -> [UInt8] {
        guard let (_, text) = try await revisions.revision(version) else { throw DraftRefusal.noVersion(version) }
        return text
    }

    func view(_ record: RouteDraft, active: Int? = nil) async throws -> Draft {
        let inForce: Int
        if let active { inForce = active } else { inForce = try await revisions.activeRevision()?.version ?? 0 }
        let comparison = try await comparisons.comparison(of: record) {
            let base = try await revisions.revision(record.content.base)?.text
            return try await DraftOperations.comparison(base, record.content.text)
        }
        return Draft(record: record, comparison: comparison, active: inForce)
    }

    func note(_ action: String, _ draft: Draft, _ author: Author, before: Draft? = nil) async {
        let entry = author.entry(
            action,
            draft.id,
            before: before.flatMap { $0.comparison?.summary },
            after: draft.comparison?.summary
        )
        await audit.note(entry, by: author)
    }

    @concurrent private static func comparison(_ base: [UInt8]?, _ text: [UInt8]) async throws -> RouteComparison? {
        guard let base else { return nil }
        return RouteComparison(from: try JSONDocument.parse(base), to: try JSONDocument.parse(text))
    }

    /// Reads a text as it would be read to be put in force.
    func check(_ text: [UInt8]) async throws {
        do throws(RouteDocumentError) {
            _ = try await sets.read(text)
        } catch {
            throw DraftRefusal.unusable(error.diagnostics)
        }
    }
}
