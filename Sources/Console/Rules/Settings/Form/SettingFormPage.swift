import HTTPSurface
import Operations
import Routing
import Store

/// One part of routes.json as a form.
struct SettingFormPage {
    var bench: Workbench
    /// What is edited.
    let subject: SettingSubject
    /// The same with the name that it is to have.
    var target: SettingSubject
    var reading: SettingReading
    var mistakes: [FormMistake] = []
    /// Of the file as the form would make it; empty while nobody asked.
    var diagnostics: [RouteDiagnostic] = []
    /// Whether it was checked, and nothing is wrong.
    var isGood = false
    /// What is to be said above everything.
    var notice: HTML = ""

    init(bench: Workbench, subject: SettingSubject, reading: SettingReading) {
        self.bench = bench
        self.subject = subject
        target = subject
        self.reading = reading
    }

    var page: Page {
        Page(
            title: subject.title,
            area: .destinations,
            content: """
                \(bench.bar)\(subject.head(isForm: true))\(notice)\
                <div class="grid-main"><form class="card" method="post" action="\(subject.path)" aria-label="\(subject.title)">\
                \(bench.formFields)<button class="vh" name="do" value="keep" tabindex="-1" aria-hidden="true">Keep</button>\
                \(FormFaults.html(mistakes, diagnostics))\(keptNote)\(name)\(reading.form.html(rows))\(foot)</form>\
                <aside class="sticky stack-4" aria-label="About this setting">\(aside)</aside></div>
                """,
            scripts: [.keys]
        )
    }

    private var rows: SettingRows {
        SettingRows(
            choices: RuleFormView.Choices(bench),
            name: subject.name,
            mistakes: mistakes + located,
            kept: reading.kept,
            json: subject.jsonPath
        )
    }

    /// What is wrong with single members, by their names.
    private var located: [FormMistake] {
        let place = target.place.pointer.tokens
        return diagnostics.filter { $0.severity == .error }.compactMap { diagnostic in
            guard let tokens = JSONPointer(diagnostic.pointer)?.tokens, tokens.starts(with: place) else { return nil }
            if subject.part == "accounts" { return FormMistake(field: "accounts", text: diagnostic.text) }
            guard tokens.count > place.count else { return nil }
            return FormMistake(field: tokens[place.count], text: diagnostic.text)
        }
    }

    private var isNew: Bool { subject.place.pointer.value(in: bench.rules.root) == nil }

    private var name: HTML {
        guard let name = target.name else { return "" }
        let hint: HTML =
            switch subject.part {
            case _ where isNew: ""
            case "destinations": "Rules and others that name it follow. What waits for it waits under the old name."
            case "accounts": "Rules that name it follow, and silences do not."
            default: "Rules and others that name it follow."
            }
        return #"<div class="fs">\#(rows.line("name", "Name", name, "name", size: "full", about: hint))</div>"#
    }

    private var keptNote: HTML {
        guard reading.kept.isEmpty == false else { return "" }
        return """
            <div class="fs"><div class="note">\(.icon(.warn, "t-warn"))<div class="grow">What it says of \
            <b>\(reading.kept.joined(separator: ", "))</b> has no field here, and stays as it is. \
            <a class="u" href="\(subject.jsonPath)">Edit as JSON</a></div></div></div>
            """
    }

    private var foot: HTML {
        FormFoot(bench: bench).html(
            beside: #"To take it out of the file, empty <a class="u" href="\#(subject.jsonPath)">its JSON</a>."#
        )
    }

    private var aside: HTML {
        let good: HTML =
            isGood
            ? #"<div class="note" role="status">\#(.icon(.check, "t-ok"))<div class="grow">It can be used.</div></div>"#
            : ""
        let place = (isGood ? target : subject).place.pointer.tokens
        let remarks = (isGood ? diagnostics : bench.claims.map(\.diagnostic)).filter { diagnostic in
            JSONPointer(diagnostic.pointer)?.tokens.starts(with: place) ?? false
        }
        let lines: [HTML] = remarks.prefix(20).map { "<p>\($0.text)</p>" }
        let doubts: HTML =
            remarks.isEmpty
            ? ""
            : """
            <section class="card"><header><h2 class="row">\(.icon(.warn, "t-warn"))\(remarks.count == 1 ? "1 remark" : "\(remarks.count) remarks")\
            </h2></header><div class="body s stack">\(lines)</div></section>
            """
        return "\(good)\(doubts)\(about)"
    }

    private var about: HTML {
        let state: HTML =
            isNew ? "It is not in the file yet." : "A part of routes.json, in the same draft as the rules."
        let hasSecrets = subject.part == "destinations" || subject.part == "email"
        let secrets: HTML =
            hasSecrets ? "<p>Secrets stay where the service reads them, and are only named here.</p>" : ""
        return #"<section class="card"><div class="body s m"><p>\#(state)</p>\#(secrets)</div></section>"#
    }
}
