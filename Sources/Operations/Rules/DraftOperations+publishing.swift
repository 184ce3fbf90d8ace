import FoundationEssentials
import Logging
import Routing
package import Store

/// Putting rules in force that did not come from the file.
extension DraftOperations {
    /// How long a note may be, in characters.
    package static let longestNote = 500

    /// What somebody wants who publishes.
    package struct Publication: Sendable {
        /// Why, for whoever reads the versions.
        package var note: String
        package var acknowledged: Acknowledgement
        /// Whether the rules in force are the ones that were seen.
        package var isActiveExpected: @Sendable (RouteRevision) -> Bool
        /// Whether the draft is the one that was seen, by its tag.
        package var isDraftExpected: @Sendable (String) -> Bool

        package init(
            note: String,
            acknowledged: Acknowledgement = Acknowledgement(),
            ifActive isActiveExpected: @escaping @Sendable (RouteRevision) -> Bool,
            ifDraft isDraftExpected: @escaping @Sendable (String) -> Bool = { _ in true }
        ) {
            self.note = note
            self.acknowledged = acknowledged
            self.isActiveExpected = isActiveExpected
            self.isDraftExpected = isDraftExpected
        }
    }

    /// Puts a draft in force, which ends it.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - publication: What was seen and accepted.
    ///   - author: Who asks.
    /// - Returns: The version that is in force then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func publish(
        _ id: String,
        _ publication: Publication,
        by author: Author
    ) async throws -> RouteRevision {
        try requireWritable()
        let draft = try await expected(id, publication.isDraftExpected)
        let active = try await requireActive(publication)
        guard draft.record.content.base == active?.version ?? 0 else {
            throw DraftRefusal.behind(draft: draft.id, active: draft.active)
        }
        return try await activate(
            draft.text,
            publication,
            over: active,
            draft: draft.record,
            by: author
        )
    }

    /// Puts a whole text in force, for automation, which has measured elsewhere: of what was accepted only the expectations
    /// count.
    ///
    /// - Parameters:
    ///   - text: A whole routes.json.
    ///   - publication: What was seen and accepted.
    ///   - author: Who asks.
    /// - Returns: The version that is in force then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func publish(
        text: [UInt8],
        _ publication: Publication,
        by author: Author
    ) async throws -> RouteRevision {
        try requireWritable()
        let active = try await requireActive(publication)
        try await check(text)
        return try await activate(text, publication, over: active, draft: nil, by: author, asks: false)
    }

    /// Puts the text of an earlier version in force, as a new one.
    ///
    /// - Parameters:
    ///   - version: The earlier one.
    ///   - publication: What was seen and accepted; its note may be empty.
    ///   - author: Who asks.
    /// - Returns: The version that is in force then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func rollBack(
        to version: Int,
        _ publication: Publication,
        by author: Author
    ) async throws -> RouteRevision {
        try requireWritable()
        let active = try await requireActive(publication)
        let text = try await text(ofVersion: version)
        try await check(text)
        var publication = publication
        let words = publication.note.trimmed
        publication.note = "Roll back to v\(version)" + (words.isEmpty ? "" : ": \(words)")
        return try await activate(text, publication, over: active, draft: nil, by: author)
    }

    /// Proposes a draft to whoever keeps the rules file: it ends when a file is loaded that means the same, and its note
    /// becomes that of the version.
    ///
    /// - Parameters:
    ///   - id: The draft; one that is proposed already gets another note.
    ///   - note: Why, for whoever reads the versions.
    ///   - author: Who asks.
    ///   - isExpected: Whether the draft as it is now is the one that was meant, by its tag.
    /// - Returns: The draft as it is then.
    /// - Throws: ``DraftRefusal``, or when it cannot be written.
    package func propose(
        _ id: String,
        note: String,
        by author: Author,
        if isExpected: @Sendable (String) -> Bool
    ) async throws -> Draft {
        guard keeping != .store else { throw DraftRefusal.keptInStore }
        let note = try DraftOperations.note(note)
        let before = try await expected(id, isExpected)
        let record = try await drafts.proposeDraft(
            before.record.number,
            note: note,
            after: before.record.change,
            now: now()
        )
        guard let record else { throw DraftRefusal.changed }
        let after = try await view(record, active: before.active)
        await audit.note(
            author.entry("draft.propose", after.id, after: after.comparison?.names, note: note),
            by: author
        )
        return after
    }

    /// Where the rules are kept, and who may change them there.
    package var keeping: RouteKeeping { activation.keeping }

    /// A note without what surrounds it.
    ///
    /// - Throws: ``DraftRefusal/noNote(most:)`` when nothing is left, or it is not one text.
    private static func note(_ words: String) throws -> String {
        let note = words.trimmed
        guard (1...longestNote).contains(note.count), note.isOneText else {
            throw DraftRefusal.noNote(most: longestNote)
        }
        return note
    }

    private func requireWritable() throws {
        guard keeping != .file else { throw DraftRefusal.keptInFile("") }
    }

    private func requireActive(_ publication: Publication) async throws -> RouteRevision? {
        let active = try await revisions.activeRevision()
        if let active, publication.isActiveExpected(active) == false {
            throw DraftRefusal.otherActive(active.version)
        }
        return active
    }

    private func activate(
        _ text: [UInt8],
        _ publication: Publication,
        over active: RouteRevision?,
        draft: RouteDraft?,
        by author: Author,
        asks: Bool = true
    ) async throws -> RouteRevision {
        let note = try DraftOperations.note(publication.note)
        let broken = try await requireAcknowledged(text, publication.acknowledged, active, asks: asks)
        let before = active.map { "v\($0.version)" }
        let changes = try await changes(to: text, over: active)
        do {
            let revision = try await activation.publish(
                text,
                Activation(
                    author: author.name,
                    origin: author.origin,
                    note: note,
                    expected: active?.version,
                    draft: draft?.number,
                    audit: author.entry(
                        "routes.publish",
                        "v\((active?.version ?? 0) + 1)",
                        before: before,
                        after: DraftOperations.words(changes, broken),
                        note: note
                    ),
                    replacesBadFile: publication.acknowledged.badFile
                )
            )
            author.log(
                "rules were published",
                ["version": .stringConvertible(revision.version), "note": .string(note)]
            )
            return revision
        } catch let other as NotActive {
            let active = other.active?.version ?? 0
            throw draft.map { DraftRefusal.behind(draft: "d\($0.number)", active: active) } ?? .otherActive(active)
        } catch let error as RouteDocumentError {
            throw DraftRefusal.unusable(error.diagnostics)
        } catch let error as PublicationError {
            switch error {
            case .keptInFile(let path): throw DraftRefusal.keptInFile(path)
            case .fileChanged(let path): throw DraftRefusal.fileChanged(path)
            case .fileBad(let path): throw DraftRefusal.fileBad(path)
            case .unwritable(let path, let reason): throw DraftRefusal.unwritable(path, reason)
            }
        }
    }

    /// What a text changes in what is in force, by name; `nil` where there is nothing to compare it with.
    private func changes(to text: [UInt8], over active: RouteRevision?) async throws -> String? {
        guard let active, let before = try await revisions.revision(active.version)?.text else { return nil }
        return try await RuleOperations.compare(before, with: text).names
    }

    /// The expectations that do not hold, all of them acknowledged.
    private func requireAcknowledged(
        _ text: [UInt8],
        _ acknowledged: Acknowledgement,
        _ active: RouteRevision?,
        asks: Bool
    ) async throws -> [ExpectationReport.Result] {
        let effect = asks ? try await measured(text, active?.version ?? 0) : nil
        let broken = try await expectations.report(of: text).broken
        let isMissing =
            asks && effect == nil && acknowledged.unmeasured == false
            || effect?.nobody ?? 0 > 0 && acknowledged.nobody == false
            || effect?.suppressed ?? 0 > 0 && acknowledged.suppressed == false
            || broken.contains { acknowledged.expectations.contains($0.name) == false }
        guard isMissing else { return broken }
        throw DraftRefusal.unacknowledged(
            nobody: effect?.nobody ?? 0,
            suppressed: effect?.suppressed ?? 0,
            isMeasured: asks == false || effect != nil,
            expectations: broken
        )
    }

    /// How many expectations an entry of the audit names.
    private static let mostNamed = 20

    /// What the audit says of a publication.
    private static func words(_ summary: String?, _ broken: [ExpectationReport.Result]) -> String? {
        guard broken.isEmpty == false else { return summary }
        let names = broken.prefix(mostNamed).map { "“\(EscapedText.visible($0.name))”" }.joined(separator: ", ")
        let more = broken.count > mostNamed ? " and \(broken.count - mostNamed) more" : ""
        let accepted = "acknowledged that these expectations do not hold: \(names)\(more)"
        return [summary, accepted].compactMap(\.self).joined(separator: "; ")
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Whether it holds no control characters but line ends.
    fileprivate var isOneText: Bool {
        unicodeScalars.allSatisfy { $0.properties.generalCategory != .control || $0 == "\n" || $0 == "\r" }
    }
}
