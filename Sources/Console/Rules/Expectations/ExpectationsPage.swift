import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// Everything that is expected of the rules, and what comes of it by the rules in force and by the draft.
struct ExpectationsPage {
    var bench: Workbench
    /// What comes of the expectations of the rules in force, by those.
    var active: ExpectationReport
    /// The same of the draft; `nil` when there is none that can be used.
    var draft: ExpectationReport?

    /// How many are shown.
    private static let most = 1_000

    var page: Page {
        Page(
            title: "Expectations",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / Expectations</div><div class="head"><div>\
                <h1>Expectations</h1><p>What must become of certain findings. They decide nothing: <code>noroshi check</code> and publishing \
                ask the rules about each. \(summary)</p></div><div class="row">\(buttons)</div></div>\(list)
                """
        )
    }

    private var summary: HTML {
        let inForce: HTML = active.isEmpty ? "" : "In force: \(active.words)."
        guard let draft, draft.isEmpty == false else { return inForce }
        return "\(inForce) In the draft: \(draft.words)."
    }

    private var buttons: HTML {
        bench.visitor.way(.edit, to: "/expectations/new", "p", "\(.icon(.plus))New expectation")
    }

    private var list: HTML {
        let shown = (draft ?? active).results
        let present = Set(shown.map(\.name))
        let gone = active.results.filter { present.contains($0.name) == false }
        guard shown.isEmpty == false || gone.isEmpty == false else {
            return """
                <section class="card"><p class="body m">Nothing is expected yet. Write one here, or with “Expect this” on the page of a \
                <a class="u" href="/findings">finding</a> and in <a class="u" href="/try">Try it</a>.</p></section>
                """
        }
        let inForce = Dictionary(active.results.map { ($0.name, $0) }) { first, _ in first }
        let rows: [HTML] = shown.map { row($0.expectation, inForce[$0.name], draft == nil ? nil : $0, isGone: false) }
        let rest: [HTML] = gone.map { row($0.expectation, $0, nil, isGone: true) }
        let column: HTML = draft == nil ? "" : #"<th scope="col">Draft</th>"#
        return """
            <section class="card" aria-label="Expectations"><table class="mid stackable"><caption class="vh">Expectations, and what comes of \
            them</caption><thead><tr><th scope="col">Expectation</th><th scope="col">In force</th>\(column)</tr></thead>\
            <tbody>\((rows + rest).prefix(ExpectationsPage.most).map { $0 })</tbody></table></section>
            """
    }

    private func row(
        _ expectation: Expectation,
        _ active: ExpectationReport.Result?,
        _ drafted: ExpectationReport.Result?,
        isGone: Bool
    ) -> HTML {
        let name: HTML =
            isGone
            ? #"<b>\#(expectation.name)</b> <span class="tag loss">removed in the draft</span>"#
            : #"<a class="u" href="\#(ConsolePath.expectation(expectation.name))">\#(expectation.name)</a>"#
        let column: HTML =
            draft == nil ? "" : #"<td data-l="Draft">\#(isGone ? "" : outcome(drafted, "not in it"))</td>"#
        return """
            <tr><td>\(name)<div class="xs f">\(expectation.subject.words) · \(expectation.words.joined(separator: " · "))</div></td>\
            <td data-l="In force">\(outcome(active, "only in the draft"))</td>\(column)</tr>
            """
    }

    private func outcome(_ result: ExpectationReport.Result?, _ missing: String) -> HTML {
        guard let result else { return #"<span class="f">\#(missing)</span>"# }
        guard let reason = result.reason else { return #"<span class="st">\#(.icon(.check, "t-ok"))holds</span>"# }
        guard case .broken(_, let rule) = result.outcome else {
            return #"<span class="st">\#(.icon(.warn, "t-warn"))not run</span><div class="xs m">\#(reason)</div>"#
        }
        return """
            <span class="st t-bad">\(.icon(.stop, "t-bad"))does not hold</span><div class="xs m">\(reason).\
            \(ExpectationResultView.link(rule, bench))</div>
            """
    }
}

extension Expectation {
    /// What must hold, in words.
    fileprivate var words: [String] {
        var words: [String] = []
        if to.isEmpty == false { words.append("told at \(to.joined(separator: ", "))") }
        if notTo.isEmpty == false { words.append("not told at \(notTo.joined(separator: ", "))") }
        if let suppressed { words.append(suppressed ? "suppressed" : "not suppressed") }
        if let unrouted { words.append(unrouted ? "unrouted" : "not unrouted") }
        if let rule { words.append("taken by \(rule)") }
        return words
    }
}

extension Expectation.Subject {
    fileprivate var words: String {
        switch self {
        case .fields(let bytes):
            let text = String(decoding: bytes.prefix(600), as: UTF8.self).split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            return text.count > 160 ? "\(text.prefix(160))…" : text
        case .event: return "a whole event"
        case .example(let name): return name
        }
    }
}
