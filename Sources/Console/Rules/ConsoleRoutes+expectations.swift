import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// What is expected of the rules: the list, and the page on which one is written.
extension ConsoleRoutes {
    /// A form with an event in it, of which each byte may be three, as on the page Try it.
    private static let asked = BodyLimit(bytes: 3 << 20)

    func addExpectations(to router: Router<SurfaceContext>) {
        show("expectations", router) { _, visitor, _ in
            let bench = try await bench(visitor)
            let active = try await operations.rules.active()?.text ?? bench.rules.bytes
            let isDrafted = bench.draft != nil && bench.draftProblems.isEmpty
            return ExpectationsPage(
                bench: bench,
                active: await expectations(of: active) ?? ExpectationReport(),
                draft: isDrafted ? await expectations(of: bench.rules.bytes) : nil
            ).page
        }
        show("expectations/new", router) { request, visitor, _ in
            let bench = try await bench(visitor)
            return shown(bench, .new, asJSON: ConsoleRoutes.query(request)["as"] == "json").page
        }
        submit("expectations/new", router, for: .edit, limit: ConsoleRoutes.asked) { form, visitor, author, _ in
            try await editExpectation(form, try await bench(visitor), .new, author)
        }
        submit("expectations/from", router, for: .edit, limit: ConsoleRoutes.asked) { form, visitor, _, _ in
            let bench = try await bench(visitor)
            let suggestion = try await suggestion(form)
            let filled = ExpectationForm(suggestion, in: bench.rules)
            let notice = ConsoleRoutes.words(suggestion)
            let content = ExpectationFormPage.Content.form(filled, mistakes: [], nil)
            return .shown(
                ExpectationFormPage(bench: bench, subject: .new, content: content, notice: notice).page,
                .ok
            )
        }
        show("expectations/edit/:name", router) { request, visitor, context in
            let bench = try await bench(visitor)
            let subject = try expectation(try parameter("name", context), bench)
            return shown(bench, subject, asJSON: ConsoleRoutes.query(request)["as"] == "json").page
        }
        submit("expectations/edit/:name", router, for: .edit, limit: Form.rules) { form, visitor, author, context in
            let bench = try await bench(visitor)
            let subject = try expectation(try parameter("name", context), bench)
            return try await editExpectation(form, bench, subject, author)
        }
    }

    /// What comes of the expectations of a text; `nil` when it does not load.
    func expectations(of text: [UInt8]) async -> ExpectationReport? {
        do {
            return try await operations.expectations.report(of: text)
        } catch {
            // A draft that was begun under an earlier version of the program: the bar above the page says what is wrong.
            return nil
        }
    }

    private func expectation(_ name: String, _ bench: Workbench) throws -> ExpectationFormPage.Subject {
        guard let place = bench.rules.document.expectations.firstIndex(where: { $0.name == name }) else {
            throw Problem(.notFound, detail: "There is no expectation with this name.")
        }
        return .present(place, name: name)
    }

    // MARK: Suggested

    private func suggestion(_ form: Form) async throws -> ExpectationSuggestion {
        let index = form["index"].flatMap(Int.init) ?? 0
        let subject: ExpectedFinding
        switch form["as"] {
        case "event": subject = .body(Array(FormText.lines(form["event"] ?? "").utf8))
        case "fields": subject = .fields(Array((form["fields"] ?? "").utf8))
        default:
            let story = try await operations.findings.finding(form["finding"] ?? "")
            subject = .stored(story.record.finding.key.rawValue)
        }
        return try await operations.findings.suggestion(for: subject, at: index)
    }

    private static func words(_ suggestion: ExpectationSuggestion) -> HTML {
        let decision = suggestion.decision
        let told: String
        switch decision.verdict {
        case .routed: told = "By the rules in force it is told at \(decision.destinations.joined(separator: ", "))."
        case .suppressed(let rule, let reason): told = "By the rules in force “\(rule)” suppresses it: \(reason)."
        case .unrouted: told = "By the rules in force nobody is told of it. Say who is to be."
        }
        let apart =
            suggestion.isDecidedAlike
            ? ""
            : suggestion.event == nil
                ? " Neither the fields nor an event that is at hand are decided as the finding is: look at what is missing."
                : " The fields alone are decided in another way, so that the whole event is taken."
        let isGood = suggestion.isDecidedAlike
        return """
            <div class="note\(isGood ? "" : " warn")">\(.icon(isGood ? .send : .warn, isGood ? "" : "t-warn"))\
            <div class="grow">\(told)\(apart)</div></div><div class="gap"></div>
            """
    }

    // MARK: Shown

    private func shown(
        _ bench: Workbench,
        _ subject: ExpectationFormPage.Subject,
        asJSON: Bool
    ) -> ExpectationFormPage {
        var form = ExpectationForm()
        if case .present(let place, _) = subject, let json = bench.rules.expectation(at: place) {
            form = ExpectationForm(json)
        }
        guard asJSON || form.isShownWhole == false else {
            return ExpectationFormPage(bench: bench, subject: subject, content: .form(form, mistakes: [], nil))
        }
        let written = place(subject, bench).shown(in: bench.rules)
        let editor = JSONEditor(
            action: "\(subject.action)?as=json",
            label: "JSON of the expectation",
            text: written?.text ?? "{\n  \"name\": \"\",\n  \"finding\": { \"severity\": \"HIGH\" },\n  \"to\": []\n}",
            line: written?.line ?? 1,
            bench: bench
        )
        return ExpectationFormPage(bench: bench, subject: subject, content: .json(editor))
    }

    private func place(_ subject: ExpectationFormPage.Subject, _ bench: Workbench) -> JSONPlace {
        let place =
            switch subject {
            case .present(let place, _): place
            case .new: bench.rules.document.expectations.count
            }
        return JSONPlace(pointer: JSONPointer(["expectations", "\(place)"]))
    }

    // MARK: Done

    private func editExpectation(
        _ form: Form,
        _ bench: Workbench,
        _ subject: ExpectationFormPage.Subject,
        _ author: Author
    ) async throws -> Outcome {
        if form["json"] != nil {
            return try await edit(SentText(place(subject, bench), form), bench, author) { editor, notice in
                var editor = editor
                editor.action = "\(subject.action)?as=json"
                editor.label = "JSON of the expectation"
                return ExpectationFormPage(
                    bench: editor.bench,
                    subject: subject,
                    content: .json(editor),
                    notice: notice
                ).page
            } done: { _ in
                "/expectations"
            }
        }
        if form["do"] == "delete", case .present(let place, _) = subject {
            let isLast = bench.rules.document.expectations.count == 1
            let edit = RouteEdit.remove(isLast ? "/expectations" : "/expectations/\(place)")
            try await keep([edit], on: bench, seen: form["tag"], by: author)
            return .done("/expectations")
        }
        return try await keepExpectation(ExpectationForm(form.fields), form, bench, subject, author)
    }

    private func keepExpectation(
        _ filled: ExpectationForm,
        _ form: Form,
        _ bench: Workbench,
        _ subject: ExpectationFormPage.Subject,
        _ author: Author
    ) async throws -> Outcome {
        func again(
            _ mistakes: [String],
            _ status: HTTPResponse.Status,
            _ result: ExpectationReport.Result? = nil,
            notice: HTML = ""
        ) -> Outcome {
            let content = ExpectationFormPage.Content.form(filled, mistakes: mistakes, result)
            let page = ExpectationFormPage(bench: bench, subject: subject, content: content, notice: notice)
            return .shown(page.page, status)
        }
        let value: JSONValue
        switch filled.json {
        case .failure(let mistakes): return again(mistakes.all, .unprocessableContent)
        case .success(let made): value = made
        }
        let edits = try RuleEdits.edits(value, subject, bench.rules)
        do {
            let rules = try await edited(edits, bench)
            guard form["do"] != "check" else {
                let report = await expectations(of: rules.bytes)
                let result = report?.results.first { $0.name == value.members.first?.value.shownText }
                return again([], .ok, result)
            }
            try await keep(edits, on: bench, seen: form["tag"], by: author)
            return .done("/expectations")
        } catch let error as RouteDocumentError {
            let errors = error.diagnostics.filter { $0.severity == .error }
            return again(errors.map { ConsoleRoutes.sentence($0.text) }, .unprocessableContent)
        } catch DraftRefusal.changed {
            return again([], .preconditionFailed, notice: ConsoleRoutes.changedMeanwhile)
        }
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + (text.last == "?" ? "" : ".")
    }
}

extension JSONValue {
    /// Of a string.
    fileprivate var shownText: String? { if case .string(let text) = self { text } else { nil } }
}

extension RuleSet {
    /// An expectation as it is written.
    func expectation(at place: Int) -> JSON? {
        let list = root["expectations"]?.elements ?? []
        return list.indices.contains(place) ? list[place] : nil
    }
}

extension RuleEdits {
    /// What makes an expectation what a form says, be it there already or not.
    fileprivate static func edits(
        _ value: JSONValue,
        _ subject: ExpectationFormPage.Subject,
        _ set: RuleSet
    ) throws -> [RouteEdit] {
        switch subject {
        case .new where set.root["expectations"] == nil: return [.set("/expectations", .array([value]))]
        case .new: return [.insert("/expectations", value, before: nil)]
        case .present(let place, _):
            guard let present = set.expectation(at: place) else {
                throw Problem(.notFound, detail: "There is no expectation with this name.")
            }
            return try edits(value, over: present, at: "/expectations/\(place)")
        }
    }
}
