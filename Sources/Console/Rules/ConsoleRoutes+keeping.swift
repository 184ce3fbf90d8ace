import Findings
import HTTPSurface
import HTTPTypes
import Operations
import Routing
import Store

extension ConsoleRoutes {
    /// The rules with edits made, which change nothing that is kept.
    ///
    /// - Throws: ``RouteDocumentError`` when they could not be used, `RouteEditError` when an edit does not fit.
    func edited(_ edits: [RouteEdit], _ bench: Workbench) async throws -> RuleSet {
        guard edits.isEmpty == false else { return bench.rules }
        var text = try RouteText(bench.rules.bytes)
        try text.apply(edits)
        return try await operations.rules.read(text.bytes)
    }

    /// Keeps edits in the draft of whoever asks, which is begun if there is none.
    ///
    /// - Parameters:
    ///   - edits: What is changed.
    ///   - bench: What it was changed on.
    ///   - tag: What the page showed on which somebody decided.
    ///   - author: Who asks.
    /// - Throws: What refuses it, before anything is kept.
    func keep(_ edits: [RouteEdit], on bench: Workbench, seen tag: String?, by author: Author) async throws {
        guard tag == bench.tag else { throw DraftRefusal.changed }
        guard edits.isEmpty == false else { return }
        try requireNoBuffer(bench)
        do {
            _ = try await edited(edits, bench)
        } catch let error as RouteDocumentError {
            throw DraftRefusal.unusable(error.diagnostics)
        }
        let draft = try await draft(bench, author)
        _ = try await operations.drafts.edit(draft.id, edits, by: author) { $0 == draft.tag }
    }

    /// The draft that is edited; a new one begins with what was shown.
    func draft(_ bench: Workbench, _ author: Author) async throws -> Draft {
        if let draft = bench.draft { return draft }
        return try await operations.drafts.create(
            from: .text(bench.rules.bytes, base: bench.active?.version),
            by: author
        )
    }

    /// A text that is not finished would undo what is done beside it.
    func requireNoBuffer(_ bench: Workbench) throws {
        guard bench.draft?.record.content.buffer == nil else {
            throw Problem(
                .conflict,
                detail:
                    "The JSON of the draft is not finished, and would undo this. Finish it, or throw it away, at /rules/json."
            )
        }
    }
}
