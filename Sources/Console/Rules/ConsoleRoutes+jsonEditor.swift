import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// Editing of routes.json, or of a part of it, as text.
extension ConsoleRoutes {
    func addJSONEditors(to router: Router<SurfaceContext>) {
        show("rules/json", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            return try await filePage(bench)
        }
        submit("rules/json", router, for: .edit, limit: Form.rules) { form, visitor, author, _ in
            try await editFile(form, try await bench(visitor), author)
        }
        show("settings", router) { _, visitor, _ in SettingsPage(bench: try await bench(visitor)).page }
        for path in ["settings/:part", "settings/:part/:name"] {
            show(path, router) { request, visitor, context in
                let name = context.parameters.get("name") == nil ? nil : try parameter("name", context)
                let named = name ?? ConsoleRoutes.query(request)["name"].flatMap { $0.isEmpty ? nil : $0 }
                return try settingPage(try await bench(visitor), try parameter("part", context), named)
            }
            submit(path, router, for: .edit, limit: Form.rules) { form, visitor, author, context in
                let name = context.parameters.get("name") == nil ? nil : try parameter("name", context)
                return try await editSetting(
                    form,
                    try await bench(visitor),
                    try parameter("part", context),
                    name,
                    author
                )
            }
        }
    }

    // MARK: A part

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
            editor.check(sent.place.text(in: fixed) == nil ? file : fixed)
            return .shown(shown(editor, ""), .ok)
        }
        editor.check(file)
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
        let rules = try await ruleSets.read(file)
        if file != bench.rules.bytes || bench.draft?.record.content.buffer != nil {
            let draft = try await draft(bench, author)
            _ = try await operations.drafts.replace(draft.id, with: file, by: author) { $0 == draft.tag }
        }
        return .done(done(rules))
    }

    /// Keeps what cannot be used yet beside the draft, so that it is not lost.
    private func keepBuffer(_ file: [UInt8], _ bench: Workbench, _ author: Author) async throws {
        let draft = try await draft(bench, author)
        do {
            _ = try await operations.drafts.replace(draft.id, with: file, keepsBuffer: true, by: author) {
                $0 == draft.tag
            }
        } catch DraftRefusal.unusable {
            // It is kept all the same.
        }
    }

    // MARK: Settings

    private func place(_ part: String, _ name: String?) throws -> JSONPlace {
        guard SettingsPage.parts.contains(part), name == nil || SettingsPage.named.contains(part) else {
            throw Problem(.notFound, detail: "routes.json has no such part.")
        }
        return JSONPlace(pointer: JSONPointer([part] + [name].compactMap(\.self)))
    }

    private func settingPage(_ bench: Workbench, _ part: String, _ name: String?) throws -> Page {
        let place = try place(part, name)
        let shown = place.shown(in: bench.rules)
        let template = SettingsPage.template(
            part,
            named: name != nil,
            destinations: bench.rules.document.destinations.map(\.name)
        )
        let editor = JSONEditor(
            action: ConsoleRoutes.action(part, name),
            label: name ?? SettingsPage.title(part),
            text: shown?.text ?? template,
            line: shown?.line ?? 1,
            bench: bench
        )
        return SettingPage(bench: bench, part: part, name: name, editor: editor).page
    }

    private static func action(_ part: String, _ name: String?) -> String {
        name.map { SettingsPage.path(part, $0) } ?? "/settings/\(part)"
    }

    private func editSetting(
        _ form: Form,
        _ bench: Workbench,
        _ part: String,
        _ name: String?,
        _ author: Author
    ) async throws -> Outcome {
        let sent = SentText(try place(part, name), form)
        return try await edit(sent, bench, author) { editor, notice in
            var editor = editor
            editor.action = ConsoleRoutes.action(part, name)
            editor.label = name ?? SettingsPage.title(part)
            return SettingPage(bench: editor.bench, part: part, name: name, editor: editor, notice: notice).page
        } done: { rules in
            sent.place.pointer.value(in: rules.root) == nil ? "/settings" : ConsoleRoutes.action(part, name)
        }
    }

    // MARK: The file

    private func filePage(_ bench: Workbench) async throws -> Page {
        let buffer = bench.draft?.record.content.buffer
        let bytes = buffer ?? bench.rules.bytes
        var editor = fileEditor(String(decoding: bytes, as: UTF8.self), bench)
        editor.check(bytes)
        if buffer == nil { editor.isGood = false }
        return page(editor, bench)
    }

    private func fileEditor(_ text: String, _ bench: Workbench) -> JSONEditor {
        JSONEditor(action: "/rules/json", label: "routes.json", text: text, bench: bench)
    }

    private func page(_ editor: JSONEditor, _ bench: Workbench, notice: HTML = "") -> Page {
        let unfinished: HTML =
            bench.draft?.record.content.buffer == nil
            ? ""
            : """
            <form class="note warn" method="post" action="/rules/json">\(.icon(.warn))<div class="grow"><b>This text is not in the draft \
            yet,</b> since it cannot be used. It is kept here until it can.</div>\(bench.formFields)\
            <button class="b sm" name="do" value="drop">Throw it away</button></form><div class="gap"></div>
            """
        return Page(
            title: "routes.json",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / routes.json</div><div class="head"><div><h1>routes.json</h1>\
                <p>The whole file, as it would be published. What you do not touch stays as it is.</p></div></div>\
                \(notice)\(unfinished)\(editor.html)
                """
        )
    }

    private func editFile(_ form: Form, _ bench: Workbench, _ author: Author) async throws -> Outcome {
        if form["do"] == "drop" {
            guard let draft = bench.draft, form["tag"] == bench.tag else { throw DraftRefusal.changed }
            _ = try await operations.drafts.replace(draft.id, with: draft.text, by: author) { $0 == draft.tag }
            return .done("/rules/json")
        }
        var text = FormText.lines(form["json"] ?? "")
        if bench.rules.bytes.contains(UInt8(ascii: "\r")) { text = text.replacing("\n", with: "\r\n") }
        if bench.rules.bytes.last == UInt8(ascii: "\n"), text.last?.isNewline != true { text += "\n" }
        var file = Array(text.utf8)
        if let fix = form["do"].flatMap(WordFix.init) { file = fix.applied(to: file) }
        var editor = fileEditor(String(decoding: file, as: UTF8.self), bench)
        editor.check(file)
        guard form["do"] == "keep" else { return .shown(page(editor, bench), .ok) }
        guard form["tag"] == bench.tag else {
            return .shown(page(editor, bench, notice: ConsoleRoutes.changedMeanwhile), .preconditionFailed)
        }
        guard editor.isGood else {
            try await keepBuffer(file, bench, author)
            // The draft is another one now that it holds the text.
            let kept = try await self.bench(bench.visitor)
            editor.bench = kept
            return .shown(page(editor, kept), .unprocessableContent)
        }
        let isSame = file == bench.rules.bytes && bench.draft?.record.content.buffer == nil
        if isSame == false {
            let draft = try await draft(bench, author)
            _ = try await operations.drafts.replace(draft.id, with: file, by: author) { $0 == draft.tag }
        }
        return .done("/rules/json")
    }
}

extension JSONEditor {
    /// Notes everything that is wrong with a file.
    mutating func check(_ bytes: [UInt8]) {
        file = bytes
        do throws(RouteDocumentError) {
            diagnostics = try RouteDocument.parse(bytes, file: "routes.json").warnings
            isGood = true
        } catch {
            diagnostics = error.diagnostics
            isGood = false
        }
    }

    /// What keeps a text from being JSON; `nil` when it is.
    static func syntax(of text: String) -> RouteDiagnostic? {
        let bytes = Array(FormText.lines(text).utf8)
        do throws(JSONSyntaxError) {
            _ = try JSONDocument.parse(bytes)
            return nil
        } catch {
            return RouteDiagnostic(
                severity: .error,
                file: "routes.json",
                position: TextPosition(offset: error.offset, in: bytes),
                pointer: "",
                message: "not valid JSON: \(error.reason)"
            )
        }
    }
}

extension JSONPlace {
    /// The part of a file that may be wrong elsewhere; `nil` when it is not JSON.
    fileprivate func text(in file: [UInt8]) -> String? {
        do throws(JSONSyntaxError) {
            return pointer.value(in: try JSONDocument.parse(file)).map(FormText.json)
        } catch {
            return nil
        }
    }
}
