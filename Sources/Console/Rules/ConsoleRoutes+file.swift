import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// Editing of the whole routes.json as text.
extension ConsoleRoutes {
    func addFileEditor(to router: Router<SurfaceContext>) {
        show("rules/json", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            return try await filePage(bench)
        }
        submit("rules/json", router, for: .edit, limit: Form.rules) { form, visitor, author, _ in
            try await editFile(form, try await bench(visitor), author)
        }
    }

    private func filePage(_ bench: Workbench) async throws -> Page {
        let buffer = bench.draft?.record.content.buffer
        let bytes = buffer ?? bench.rules.bytes
        var editor = fileEditor(String(decoding: bytes, as: UTF8.self), bench)
        await editor.check(bytes, operations.rules)
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
                """,
            scripts: [.keys, .editor]
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
        await editor.check(file, operations.rules)
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
