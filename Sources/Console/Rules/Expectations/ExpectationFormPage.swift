import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// The page on which one expectation is written.
struct ExpectationFormPage {
    var bench: Workbench
    var subject: Subject
    var content: Content
    /// What is to be said above everything.
    var notice: HTML = ""

    enum Subject: Sendable, Hashable {
        /// 0 or more.
        case present(Int, name: String)
        case new

        var action: String {
            switch self {
            case .present(_, let name): ConsolePath.expectation(name)
            case .new: "/expectations/new"
            }
        }
    }

    enum Content {
        /// With what is wrong in it, in sentences, and what came of asking the rules.
        case form(ExpectationForm, mistakes: [String], ExpectationReport.Result?)
        case json(JSONEditor)
    }

    /// Destinations that are offered to tick; others are named.
    private static let mostTicks = 60

    var page: Page {
        Page(
            title: title,
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / <a href="/expectations">Expectations</a></div>\
                <div class="head"><div><h1>\(title)</h1><p>What must become of a finding, whatever else the rules say. Nothing is \
                decided by it.</p></div><div class="row">\(kinds)</div></div>\(notice)\(main)
                """,
            scripts: [.keys, .editor]
        )
    }

    private var title: String {
        switch subject {
        case .present(_, let name): name
        case .new: "New expectation"
        }
    }

    private var kinds: HTML {
        let isForm = if case .form = content { true } else { false }
        func link(_ text: String, _ query: String, _ isCurrent: Bool) -> HTML {
            #"<a href="\#(subject.action)\#(query)"\#(isCurrent ? #" aria-current="true""# as HTML : "")>\#(text)</a>"#
        }
        return #"<div class="seg">\#(link("Form", "", isForm))\#(link("JSON", "?as=json", isForm == false))</div>"#
    }

    private var main: HTML {
        switch content {
        case .json(let editor): editor.html
        case .form(let form, let mistakes, let result):
            """
            \(faults(mistakes))\(said(result))<form class="card" method="post" action="\(subject.action)" aria-label="\(title)">\
            \(bench.formFields)\(names(form))\(finding(form))\(holds(form))\(end)</form>
            """
        }
    }

    private func faults(_ mistakes: [String]) -> HTML {
        guard mistakes.isEmpty == false else { return "" }
        let lines: [HTML] = mistakes.prefix(50).map { "<li>\($0)</li>" }
        return """
            <div class="note bad" role="alert" id="mistakes">\(.icon(.stop))<div class="grow"><b>Not kept yet.</b>\
            <ul class="s bullets">\(lines)</ul></div></div><div class="gap"></div>
            """
    }

    private func said(_ result: ExpectationReport.Result?) -> HTML {
        guard let result else { return "" }
        let isHeld = result.isHeld
        return """
            <div class="note\(isHeld ? "" : " warn")" role="status">\(.icon(isHeld ? .check : .warn, isHeld ? "t-ok" : "t-warn"))\
            <div class="grow">\(ExpectationResultView.words(result, bench))</div></div><div class="gap"></div>
            """
    }

    private func names(_ form: ExpectationForm) -> HTML {
        """
        <div class="fs"><div class="opt"><label class="l" for="name">Name</label><input id="name" type="text" class="full" \
        name="name" value="\(form.name)" required maxlength="100" autocomplete="off"></div><div class="opt">\
        <label class="l" for="description">Description</label><textarea id="description" name="description" rows="2">
        \(.verbatim(form.description))</textarea></div></div>
        """
    }

    private func finding(_ form: ExpectationForm) -> HTML {
        func choice(_ about: ExpectationForm.About, _ text: HTML) -> HTML {
            .check("about", about.rawValue, form.about == about, text, type: "radio")
        }
        let rows = min(24, max(4, form.fields.utf8.count { $0 == UInt8(ascii: "\n") } + 2))
        return """
            <fieldset class="fs"><legend>The finding <span class="lead">one of these</span></legend><div class="stack-4"><div class="stack">\
            \(choice(.finding, "<b>Fields</b> that conditions ask for"))\
            \(.area("finding", label: "Fields as JSON", form.fields, rows: rows, #" class="full mono""#))\
            <p class="hint">Exactly this finding is tried, with nothing but these fields. \(Observation.fieldNames.joined(separator: ", "))</p></div><div class="stack">\
            \(choice(.event, "<b>A whole event,</b> as a source sends it"))\
            <details\(form.about == .event ? " open" : "")><summary class="s u">The event</summary>\
            \(.area("event", label: "Event as JSON", form.event, rows: 12, #" class="full mono""#))</details></div><div class="stack">\
            \(choice(.example, "<b>An example,</b> a JSON file beside routes.json"))\
            \(.box("example", label: "Name of the file", form.example, hint: "examples/guardduty.json", size: "full"))</div></div></fieldset>
            """
    }

    private func holds(_ form: ExpectationForm) -> HTML {
        let all = bench.rules.document.destinations.map(\.name)
        let ticks = Array(all.prefix(ExpectationFormPage.mostTicks))
        let others: HTML =
            all.count > ticks.count || form.others.isEmpty == false
            ? #"<div class="opt"><span class="l">and to</span>\#(.box("others", label: "More destinations that are told", form.others, hint: "names apart by commas", size: "full"))</div>"#
            : ""
        let facts = [(value: "", text: "does not matter"), (value: "true", text: "yes"), (value: "false", text: "no")]
        return """
            <fieldset class="fs"><legend>What must hold <span class="lead">all that is filled in</span></legend><div>\
            <div class="opt"><span class="l">Told</span><div class="stack">\(.choices("to", ticks, form.to))\
            <p class="hint">Each that is ticked is told; others may be, too.</p></div></div>\(others)\
            <div class="opt"><span class="l">Not told</span>\(.box("notTo", label: "Destinations that are not told", form.notTo, hint: "names apart by commas", size: "full"))</div>\
            <div class="opt"><span class="l">Suppressed</span>\(.select("suppressed", label: "Suppressed", facts, form.suppressed))</div>\
            <div class="opt"><span class="l">Unrouted</span>\(.select("unrouted", label: "Unrouted", facts, form.unrouted))</div>\
            <div class="opt"><span class="l">Taken by rule</span>\(.box("rule", label: "Rule that takes it", form.rule, hint: "name of a rule, or fallback", size: "full"))</div>\
            </div></fieldset>
            """
    }

    private var end: HTML {
        let delete: HTML =
            if case .present = subject {
                #"<button class="b danger" name="do" value="delete" formnovalidate>Delete it</button>"#
            } else { "" }
        let buttons: HTML = """
            <button class="b p" name="do" value="keep">Keep in draft</button> \
            <button class="b" name="do" value="check" formnovalidate>Ask the rules</button> \(delete)
            """
        return """
            <div class="fs"><div class="row wrap">\(bench.visitor.controls(.edit, buttons))\
            <span class="hint">Nothing is in force until you publish.</span></div></div>
            """
    }
}
