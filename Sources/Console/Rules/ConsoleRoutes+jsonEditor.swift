import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// Editing of a part of routes.json as text.
extension ConsoleRoutes {
    /// What was sent of a part of the file.
    struct SentText: Sendable {
        var place: JSONPlace
        var text: String
        /// `keep`, `check`, or a ``WordFix``.
        var deed: String
        var tag: String?
        /// Whether what the draft keeps unfinished is an earlier state of this text.
        var ownsBuffer: Bool

        init(_ place: JSONPlace, _ form: Form) {
            self.place = place
            text = form["json"] ?? ""
            deed = form["do"] ?? "keep"
            tag = form["tag"]
            ownsBuffer = form["own"] != nil
        }
    }

    /// Does with a part of the file what its editor asks for.
    ///
    /// - Parameters:
    ///   - sent: What was sent.
    ///   - bench: On what.
    ///   - author: Who asks.
    ///   - shown: The page with the editor on it, and what is to be said above it.
    ///   - done: Where what was kept is shown.
    /// - Returns: The outcome.
    /// - Throws: What refuses it.
    func edit(
        _ sent: SentText,
        _ bench: Workbench,
        _ author: Author,
        shown: (JSONEditor, HTML) -> Page,
        done: (RuleSet) -> String
    ) async throws -> Outcome {
        let present = sent.place.shown(in: bench.rules)
        var editor = JSONEditor(action: "", label: "", text: sent.text, line: present?.line ?? 1, bench: bench)
        editor.ownsBuffer = sent.ownsBuffer
        guard let file = try sent.place.file(with: sent.text, in: bench.rules) else {
            editor.diagnostics = [JSONEditor.syntax(of: sent.text)].compactMap(\.self)
            editor.file = Array(FormText.lines(sent.text).utf8)
            return .shown(shown(editor, ""), .unprocessableContent)
        }
        if let fix = WordFix(sent.deed) {
            let fixed = fix.applied(to: file)
            if let text = sent.place.text(in: fixed) { editor.text = text }
            await editor.check(sent.place.text(in: fixed) == nil ? file : fixed, operations.rules)
            return .shown(shown(editor, ""), .ok)
        }
        await editor.check(file, operations.rules)
        guard sent.deed == "keep" else { return .shown(shown(editor, ""), .ok) }
        guard sent.tag == bench.tag else {
            return .shown(shown(editor, ConsoleRoutes.changedMeanwhile), .preconditionFailed)
        }
        if sent.ownsBuffer == false { try requireNoBuffer(bench) }
        guard editor.isGood else {
            try await keepBuffer(file, bench, author)
            // The draft is another one now that it holds the text.
            editor.bench = try await self.bench(bench.visitor)
            editor.ownsBuffer = true
            return .shown(shown(editor, ""), .unprocessableContent)
        }
        let rules = try await operations.rules.read(file)
        if file != bench.rules.bytes || bench.draft?.record.content.buffer != nil {
            let draft = try await draft(bench, author)
            _ = try await operations.drafts.replace(draft.id, with: file, by: author) { $0 == draft.tag }
        }
        return .done(done(rules))
    }

    /// Keeps what cannot be used yet beside the draft, so that it is not lost.
    func keepBuffer(_ file: [UInt8], _ bench: Workbench, _ author: Author) async throws {
        let draft = try await draft(bench, author)
        do {
            _ = try await operations.drafts.replace(draft.id, with: file, keepsBuffer: true, by: author) {
                $0 == draft.tag
            }
        } catch DraftRefusal.unusable {
            // It is kept all the same.
        }
    }
}
