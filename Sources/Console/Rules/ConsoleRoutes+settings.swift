import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// The parts of routes.json beside the rules.
extension ConsoleRoutes {
    func addSettings(to router: Router<SurfaceContext>) {
        show("settings", router) { _, visitor, _ in SettingsPage(bench: try await bench(visitor)).page }
        for path in ["settings/:part", "settings/:part/:name"] {
            show(path, router) { request, visitor, context in
                let query = ConsoleRoutes.query(request)
                let new = query["name"].flatMap { $0.isEmpty ? nil : $0 }
                let subject = try subject(context, new: new)
                return try settingPage(try await bench(visitor), subject, asJSON: query["as"] == "json")
            }
            submit(path, router, for: .edit, limit: Form.rules) { form, visitor, author, context in
                let subject = try subject(context)
                let bench = try await bench(visitor)
                guard form["json"] == nil, let type = subject.form else {
                    return try await editText(form, bench, subject, author)
                }
                return try await edit(type.init(form.fields), form, bench, subject, author)
            }
        }
    }

    private func subject(_ context: SurfaceContext, new: String? = nil) throws -> SettingSubject {
        let name = context.parameters.get("name") == nil ? new : try parameter("name", context)
        guard let subject = SettingSubject(try parameter("part", context), name) else {
            throw Problem(.notFound, detail: "routes.json has no such part.")
        }
        return subject
    }

    // MARK: Shown

    private func settingPage(_ bench: Workbench, _ subject: SettingSubject, asJSON: Bool) throws -> Page {
        guard asJSON == false, let form = subject.form else { return textPage(bench, subject) }
        guard let reading = try reading(form, bench, subject) else {
            let notice: HTML = """
                <div class="note">\(.icon(.warn, "t-warn"))<div class="grow">It holds something that the form cannot show.</div></div>\
                <div class="gap"></div>
                """
            return textPage(bench, subject, notice)
        }
        return SettingFormPage(bench: bench, subject: subject, reading: reading).page
    }

    /// What the form shows to begin with: what is in the file, or what something new begins with.
    private func reading(
        _ form: any SettingForm.Type,
        _ bench: Workbench,
        _ subject: SettingSubject
    ) throws -> SettingReading? {
        let present = subject.place.pointer.value(in: bench.rules.root)
        let value = try present ?? JSONDocument.parse(template(bench, subject))
        return try form.reading(value)
    }

    private func template(_ bench: Workbench, _ subject: SettingSubject) -> String {
        SettingsPage.template(
            subject.part,
            named: subject.name != nil,
            destinations: bench.rules.document.destinations.map(\.name)
        )
    }

    private func textPage(_ bench: Workbench, _ subject: SettingSubject, _ notice: HTML = "") -> Page {
        let shown = subject.place.shown(in: bench.rules)
        let editor = JSONEditor(
            action: subject.jsonPath,
            label: subject.title,
            text: shown?.text ?? template(bench, subject),
            line: shown?.line ?? 1,
            bench: bench
        )
        return SettingPage(subject: subject, editor: editor, notice: notice).page
    }

    // MARK: Done

    private func editText(
        _ form: Form,
        _ bench: Workbench,
        _ subject: SettingSubject,
        _ author: Author
    ) async throws -> Outcome {
        try await edit(SentText(subject.place, form), bench, author) { editor, notice in
            var editor = editor
            editor.action = subject.jsonPath
            editor.label = subject.title
            return SettingPage(subject: subject, editor: editor, notice: notice).page
        } done: { rules in
            subject.place.pointer.value(in: rules.root) == nil ? "/settings" : subject.jsonPath
        }
    }

    private func edit(
        _ filled: any SettingForm,
        _ form: Form,
        _ bench: Workbench,
        _ subject: SettingSubject,
        _ author: Author
    ) async throws -> Outcome {
        var filled = filled
        let act = form["do"].flatMap(FormAct.init)
        if let act { filled.perform(act) }
        let present = subject.place.pointer.value(in: bench.rules.root)
        let kept = try present.flatMap { try type(of: filled).reading($0)?.kept } ?? []
        var shown = SettingFormPage(bench: bench, subject: subject, reading: SettingReading(form: filled, kept: kept))
        if subject.name != nil, let name = form["name"] { shown.target.name = name }
        guard act == nil else { return .shown(shown.page, .ok) }
        let isCheck = form["do"] == "check"
        let value = filled.value(&shown.mistakes)
        let target = shown.target
        if target != subject, target.place.pointer.value(in: bench.rules.root) != nil {
            shown.mistakes.append(FormMistake(field: "name", text: "The name is taken."))
        }
        guard shown.mistakes.isEmpty else { return .shown(shown.page, isCheck ? .ok : .unprocessableContent) }
        let edits = try SettingEdits.edits(value, keeping: Set(kept), of: subject, as: target, in: bench.rules)
        do {
            let rules = try await edited(edits, bench)
            guard isCheck == false else {
                shown.diagnostics = rules.warnings
                shown.isGood = true
                return .shown(shown.page, .ok)
            }
            try await keep(edits, on: bench, seen: form["tag"], by: author)
            return .done(target.path)
        } catch let error as RouteDocumentError {
            shown.diagnostics = error.diagnostics
            return .shown(shown.page, isCheck ? .ok : .unprocessableContent)
        } catch DraftRefusal.changed {
            shown.notice = ConsoleRoutes.changedMeanwhile
            return .shown(shown.page, .preconditionFailed)
        }
    }
}
