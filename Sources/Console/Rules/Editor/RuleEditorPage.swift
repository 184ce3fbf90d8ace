import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// The page on which one rule is edited, as a form or as JSON.
struct RuleEditorPage {
    /// Which rule is edited.
    enum Subject: Sendable, Hashable {
        /// 0 or more.
        case present(Int, name: String)
        /// Where it is to stand, 0 or more; `nil` for after all others.
        case new(at: Int?)

        var action: String {
            switch self {
            case .present(_, let name): ConsolePath.rule(name)
            case .new: "/rules/new"
            }
        }
    }

    var bench: Workbench
    var subject: Subject
    var content: Content
    /// What is to be said above everything.
    var notice: HTML = ""
    /// What the rule as it stands in the form would change; empty while nobody asked.
    var preview: HTML = ""

    enum Content {
        case form(RuleFormView, diagnostics: [RouteDiagnostic])
        case json(JSONEditor)
    }

    var page: Page {
        Page(
            title: title,
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a>\(crumb)</div>\
                <div class="head"><div><h1>\(title)</h1></div><div class="row">\(kinds)\(neighbours)</div></div>\
                \(notice)\(main)
                """,
            scripts: [.keys, .htmx, .editor]
        )
    }

    private var title: String {
        switch subject {
        case .present(_, let name): name
        case .new: "New rule"
        }
    }

    private var crumb: HTML {
        switch subject {
        case .present(let place, _): " / \(place + 1)"
        case .new: " / new"
        }
    }

    private var kinds: HTML {
        let isForm = if case .form = content { true } else { false }
        func link(_ text: String, _ query: String, _ isCurrent: Bool) -> HTML {
            #"<a href="\#(subject.action)\#(query)"\#(isCurrent ? #" aria-current="true""# as HTML : "")>\#(text)</a>"#
        }
        return #"<div class="seg">\#(link("Form", "", isForm))\#(link("JSON", "?as=json", isForm == false))</div>"#
    }

    private var neighbours: HTML {
        guard case .present(let place, _) = subject else { return "" }
        let rules = bench.rules.document.rules
        func link(_ place: Int, _ icon: Icon, _ label: String) -> HTML {
            guard rules.indices.contains(place) else { return "" }
            return
                #"<a class="b q ic" href="\#(ConsolePath.rule(rules[place].name))" aria-label="\#(label)">\#(.icon(icon))</a>"#
        }
        return "\(link(place - 1, .up, "Previous rule"))\(link(place + 1, .down, "Next rule"))"
    }

    private var main: HTML {
        switch content {
        case .json(let editor): return editor.html
        case .form(let view, let diagnostics):
            return """
                <div class="grid-main"><form class="card" method="post" action="\(subject.action)" aria-label="Rule"\(asking)>\
                \(bench.formFields)<button class="vh" name="do" value="keep" tabindex="-1" aria-hidden="true">Keep</button>\
                \(FormFaults.html(view.mistakes, diagnostics))\(view.html)\(position)\(FormFoot(bench: bench).html())</form>\
                <aside class="sticky stack-4" aria-label="About this rule"><div id="preview" aria-live="polite">\
                \(preview.text.isEmpty ? RulePreviewView.unasked : preview)</div>\(aside)</aside></div>
                """
        }
    }

    /// Where a new rule is to stand.
    private var position: HTML {
        guard case .new(let at) = subject else { return "" }
        let rules = bench.rules.document.rules
        guard rules.isEmpty == false else { return "" }
        let field = MoveRulePage.field(
            "place",
            rules.map(\.name),
            chosen: at ?? rules.count,
            last: "\(rules.count + 1), after all others"
        )
        return """
            <div class="fs"><div class="opt"><label class="l" for="place">Position</label>\(field)</div>\
            <p class="hint">Rules are read from the top, and one that ends the reading keeps findings from those below it.</p></div>
            """
    }

    /// Asks, as “Check” does, what the form would change: at once where a whole rule stands in it, and after each change.
    private var asking: HTML {
        guard bench.mayEdit, bench.draft?.record.content.buffer == nil else { return "" }
        let atOnce = if case .present = subject { preview.text.isEmpty } else { false }
        return """
             hx-post="\(subject.action)" hx-vals='{"do":"check"}' hx-trigger="\(atOnce ? "load, " : "")input delay:250ms" \
            hx-select="#preview" hx-target="#preview" hx-swap="outerHTML" hx-select-oob="#sentence" hx-sync="this:replace"
            """
    }

    /// Leads to the finding that shows what is doubtful.
    private func example(_ claim: Claim) -> HTML {
        switch claim.proof {
        case .witness(let observation):
            let asked = bench.draft == nil ? "" : "&by=both"
            let path = "/try?as=fields&fields=\(observation.witness.text.percentEncoded)\(asked)"
            return #" <a class="u" href="\#(path)">for example</a>"#
        case .cannotTell: return " No example was found, and no proof that there is none."
        case .text: return ""
        }
    }

    private var aside: HTML {
        guard case .present(let place, let name) = subject else { return "" }
        let path = ConsolePath.ruleName(name)
        let remarks = bench.claimsByPlace[place] ?? []
        let lines: [HTML] = remarks.map { "<p>\($0.diagnostic.text)\(example($0))</p>" }
        let doubts: HTML =
            remarks.isEmpty
            ? ""
            : """
            <section class="card" id="remarks"><header><h2 class="row">\(.icon(.warn, "t-warn"))\(remarks.count == 1 ? "1 remark" : "\(remarks.count) remarks")\
            </h2></header><div class="body s stack">\(lines)</div></section>
            """
        let marks = bench.marks[name]?.words ?? []
        let state: HTML =
            marks.isEmpty
            ? (bench.draft == nil ? "As it is in force." : "As in v\(bench.draft?.record.content.base ?? 0).")
            : #"In your draft: \#(marks.joined(separator: ", ")). <a class="u" href="/draft/changes">What exactly</a>"#
        return """
            <section class="card"><header><h2>Place \(place + 1) of \(bench.rules.document.rules.count)</h2>\
            <a class="s" href="/rules/move/\(path)">Move…</a></header><div class="body s m">\(state)</div></section>\(doubts)
            """
    }
}
