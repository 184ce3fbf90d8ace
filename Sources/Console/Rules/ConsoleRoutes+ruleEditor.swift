import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Replay
import Routing
import Store

/// The editor of one rule, and of the whole file.
extension ConsoleRoutes {
    func addRuleEditor(to router: Router<SurfaceContext>) {
        show("rules/edit/:name", router) { request, visitor, context in
            let bench = await offering(await looked(try await bench(visitor)))
            let subject = try subject(try parameter("name", context), bench)
            return editor(bench, subject, asJSON: ConsoleRoutes.query(request)["as"] == "json").page
        }
        submit("rules/edit/:name", router, for: .edit, limit: Form.rules) { form, visitor, author, context in
            let bench = await offering(try await bench(visitor))
            return try await edit(form, bench, try subject(try parameter("name", context), bench), author)
        }
        show("rules/new", router) { request, visitor, _ in
            let query = ConsoleRoutes.query(request)
            let bench = await offering(try await bench(visitor))
            var form = RuleForm.new(query["from"], in: bench.rules)
            if query["from"] == "nobody" { form.when = try await conditionOfLost(bench) }
            if let id = query["finding"] {
                form.when = ConditionForm(of: try await operations.findings.finding(id).record.finding)
            }
            return editor(bench, .new(at: nil), asJSON: query["as"] == "json", new: form).page
        }
        submit("rules/new", router, for: .edit, limit: Form.rules) { form, visitor, author, _ in
            let bench = await offering(try await bench(visitor))
            let place = form["place"].flatMap { Int($0) }.map { min(max($0, 1) - 1, bench.rules.document.rules.count) }
            return try await edit(form, bench, .new(at: place), author)
        }
    }

    /// What the findings have in common that the draft lets reach nobody, as far as its samples show; empty where it was not
    /// measured.
    private func conditionOfLost(_ bench: Workbench) async throws -> ConditionForm {
        guard let draft = bench.draft,
            let result = try await operations.replays.latest(of: draft.text, against: draft.active)?.result
        else { return ConditionForm() }
        return ConditionForm(ofAll: result.samples.samples(of: .nobody).map(\.finding))
    }

    /// The same, with values for whoever fills in a form.
    private func offering(_ bench: Workbench) async -> Workbench {
        var bench = bench
        bench.suggestions = RuleSuggestions(
            await operations.accounts.seen(),
            groups: bench.rules.document.accounts.keys
        )
        return bench
    }

    private func subject(_ name: String, _ bench: Workbench) throws -> RuleEditorPage.Subject {
        guard let place = bench.rules.place(of: name) else { throw ConsoleRoutes.noRule }
        return .present(place, name: name)
    }

    // MARK: Shown

    private func editor(
        _ bench: Workbench,
        _ subject: RuleEditorPage.Subject,
        asJSON: Bool,
        new: RuleForm? = nil
    ) -> RuleEditorPage {
        let shown = shownForm(bench, subject) ?? new
        guard let form = shown, form.isShownWhole, asJSON == false else {
            let notice: HTML =
                asJSON
                ? ""
                : #"<div class="note">\#(.icon(.warn, "t-warn"))<div class="grow">This rule holds something that the form cannot show.</div></div><div class="gap"></div>"#
            return RuleEditorPage(
                bench: bench,
                subject: subject,
                content: .json(jsonEditor(bench, subject, form: shown)),
                notice: notice
            )
        }
        let sentence: Phrase? =
            if case .present(let place, _) = subject { bench.rules.document.rules[place].sentence } else { nil }
        let view = RuleFormView(form: form, choices: .init(bench), sentence: sentence)
        return RuleEditorPage(bench: bench, subject: subject, content: .form(view, diagnostics: []))
    }

    private func shownForm(_ bench: Workbench, _ subject: RuleEditorPage.Subject) -> RuleForm? {
        guard case .present(let place, _) = subject else { return nil }
        return bench.rules.json(at: place).flatMap { RuleForm($0) }
    }

    private func jsonEditor(_ bench: Workbench, _ subject: RuleEditorPage.Subject, form: RuleForm?) -> JSONEditor {
        let shown: JSONPlace.Shown
        switch subject {
        case .present(let place, _):
            shown = JSONPlace.rule(place).shown(in: bench.rules) ?? JSONPlace.Shown(text: "", line: 1)
        case .new: shown = JSONPlace.Shown(text: RuleForm.text(form), line: 1)
        }
        return JSONEditor(
            action: "\(subject.action)?as=json",
            label: "JSON of the rule",
            text: shown.text,
            line: shown.line,
            bench: bench
        )
    }

    // MARK: Done

    private func edit(
        _ form: Form,
        _ bench: Workbench,
        _ subject: RuleEditorPage.Subject,
        _ author: Author
    ) async throws -> Outcome {
        if form["json"] != nil {
            let place: JSONPlace =
                switch subject {
                case .present(let place, _): .rule(place)
                case .new: .rule(bench.rules.document.rules.count)
                }
            return try await edit(SentText(place, form), bench, author) { editor, notice in
                var editor = editor
                editor.action = "\(subject.action)?as=json"
                editor.label = "JSON of the rule"
                return RuleEditorPage(bench: editor.bench, subject: subject, content: .json(editor), notice: notice)
                    .page
            } done: { rules in
                let rule = place.pointer.tokens.last.flatMap(Int.init).flatMap { place in
                    rules.document.rules.indices.contains(place) ? rules.document.rules[place].name : nil
                }
                return rule.map { "\(ConsolePath.rule($0))?as=json" } ?? "/rules"
            }
        }
        var filled = RuleForm(form.fields)
        if let act = form["do"].flatMap(FormAct.init) {
            filled.perform(act)
            return .shown(page(filled, bench, subject).page, .ok)
        }
        let value: JSONValue
        switch filled.json {
        case .failure(let mistakes):
            return refused(page(filled, bench, subject, mistakes: mistakes.all), mistakes.all.map(\.text), form)
        case .success(let made): value = made
        }
        let edits = try RuleEdits.edits(value, subject, bench.rules)
        do {
            let rules = try await edited(edits, bench)
            guard form["do"] != "check" else {
                let place = rules.place(of: filled.name)
                let preview = try await operations.replays.preview(of: rules.bytes, rule: filled.name)
                var shown = page(filled, bench, subject, rule: place.map { rules.document.rules[$0] })
                let endsNothing = place.map { $0 + 1 == rules.document.rules.count && rules.document.rules[$0].stop }
                shown.preview =
                    RulePreviewView(
                        preview,
                        await operations.accounts.book(),
                        endsNothing: endsNothing ?? false
                    ).html
                return .shown(shown.page, .ok)
            }
            try await keep(edits, on: bench, seen: form["tag"], by: author)
            return .done(ConsolePath.rule(filled.name))
        } catch let error as RouteDocumentError {
            let errors = error.diagnostics.filter { $0.severity == .error }.map(\.message)
            return refused(page(filled, bench, subject, diagnostics: error.diagnostics), errors, form)
        } catch DraftRefusal.changed {
            return .shown(
                page(filled, bench, subject, notice: ConsoleRoutes.changedMeanwhile).page,
                .preconditionFailed
            )
        }
    }

    /// The form with what is wrong with it; whoever only wanted it checked has an answer, and no failure.
    private func refused(_ page: RuleEditorPage, _ reasons: [String], _ form: Form) -> Outcome {
        var shown = page
        shown.preview = RulePreviewView.unfinished(reasons)
        return .shown(shown.page, form["do"] == "check" ? .ok : .unprocessableContent)
    }

    static let changedMeanwhile: HTML = """
        <div class="note warn" role="alert">\(.icon(.warn))<div class="grow"><b>The draft has changed since you opened this \
        page.</b> Nothing was kept yet. What you wrote is still here: look whether it still fits, and keep it again.</div></div>\
        <div class="gap"></div>
        """

    private func page(
        _ form: RuleForm,
        _ bench: Workbench,
        _ subject: RuleEditorPage.Subject,
        mistakes: [FormMistake] = [],
        diagnostics: [RouteDiagnostic] = [],
        rule: Rule? = nil,
        notice: HTML = ""
    ) -> RuleEditorPage {
        let view = RuleFormView(
            form: form,
            choices: .init(bench),
            mistakes: mistakes,
            sentence: rule?.sentence
        )
        return RuleEditorPage(
            bench: bench,
            subject: subject,
            content: .form(view, diagnostics: diagnostics),
            notice: notice
        )
    }
}

extension RuleEdits {
    /// What makes a rule what a form says, be it there already or not.
    fileprivate static func edits(
        _ value: JSONValue,
        _ subject: RuleEditorPage.Subject,
        _ set: RuleSet
    ) throws -> [RouteEdit] {
        switch subject {
        case .new(let at):
            let before = at.flatMap { set.document.rules.indices.contains($0) ? $0 : nil }
            return [.insert("/rules", value, before: before)]
        case .present(let place, let name):
            guard let present = set.json(at: place) else { throw ConsoleRoutes.noRule }
            let changed = try edits(value, over: present, at: place)
            guard case .string(let new)? = value.members.first(where: { $0.key == "name" })?.value else {
                return changed
            }
            return changed + renaming(name, to: new, in: set)
        }
    }
}

extension RuleForm {
    /// A form to begin with.
    static func new(_ template: String?, in set: RuleSet) -> RuleForm {
        let first = set.document.destinations.first.map { [$0.name] } ?? []
        switch template {
        case "critical":
            let line = ConditionForm.FieldLine(field: "severity", values: "critical")
            return RuleForm(
                name: "critical",
                when: ConditionForm(lines: [.field(line)]),
                send: first,
                terms: TermsForm(group: TermsForm.GroupForm(isEach: true, wait: "0s", again: "24h"))
            )
        case "digest":
            return RuleForm(name: "the rest", send: first, terms: TermsForm(digest: TermsForm.DigestForm(at: "08:30")))
        case "suppress", "nobody":
            return RuleForm(when: ConditionForm(lines: [ConditionForm.NewLine.field.line]), effect: .suppress)
        default: return RuleForm(when: ConditionForm(lines: [ConditionForm.NewLine.field.line]))
        }
    }

    /// The form as text to go on with.
    static func text(_ form: RuleForm?) -> String {
        """
        {
          "name": "",
          "when": {},
          "send": [\(form?.send.first.map { JSONValue.string($0).text } ?? "")]
        }
        """
    }
}
