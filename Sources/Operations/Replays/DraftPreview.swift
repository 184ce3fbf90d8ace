package import Replay
package import Routing

/// What a draft, or a text that becomes one, would have made of the newest observations.
package struct DraftPreview: Sendable {
    package var effect: ReplayPreview
    /// The rule that was asked about, in words; `nil` when none was, or the text does not have it.
    package var sentence: Phrase?
    /// What is doubtful: about the rule that was asked about, or about everything.
    package var remarks: [RouteDiagnostic]
}

extension Operations {
    /// Says what a draft would change of the newest observations, without a replay and while somebody writes it.
    ///
    /// - Parameters:
    ///   - id: The draft.
    ///   - text: What it would become; `nil` for the draft as it is.
    ///   - rule: The name of the rule that is being written; `nil` for none in particular.
    /// - Returns: The effect beside the rules in force.
    /// - Throws: ``DraftRefusal/unknown``, ``RuleRefusal`` when the text does not load, ``UnknownName`` for a rule that
    ///   neither it nor the rules in force have, or when something cannot be read.
    package func preview(ofDraft id: String, text: [UInt8]? = nil, rule: String? = nil) async throws -> DraftPreview {
        let draft = try await drafts.draft(id)
        return try await replays.preview(of: text ?? draft.text, rule: rule)
    }
}

extension ReplayOperations {
    /// Says what a text would change of the newest observations, and what is doubtful in it.
    ///
    /// - Parameters:
    ///   - text: A whole routes.json.
    ///   - rule: The name of the rule that is being written; `nil` for none in particular.
    /// - Returns: The effect beside the rules in force.
    /// - Throws: ``RuleRefusal`` when the text does not load, ``UnknownName`` for a rule that neither set has, or when
    ///   something cannot be read.
    package nonisolated func preview(of text: [UInt8], rule: String? = nil) async throws -> DraftPreview {
        let (after, remarks) = try await rules.tableWithRemarks(text)
        let before = try await rules.table(.active)
        let written = after.document.rules
        let place = rule.flatMap { name in written.firstIndex { $0.name == name } }
        if place == nil { try before.document.require(rule: rule) }
        let pointer = place.map { "/rules/\($0)" }
        return DraftPreview(
            effect: try await previews.preview(from: before, to: after, rule: rule),
            sentence: place.map { written[$0].sentence },
            remarks: remarks.filter { remark in
                guard rule != nil else { return true }
                return pointer.map { remark.pointer == $0 || remark.pointer.hasPrefix("\($0)/") } ?? false
            }
        )
    }
}
