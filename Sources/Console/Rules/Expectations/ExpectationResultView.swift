import HTTPSurface
import Operations
import Routing
import Store

/// What came of expectations, in words.
enum ExpectationResultView {
    /// What came of one, with a link to the rule that took the finding instead.
    static func words(_ result: ExpectationReport.Result, _ bench: Workbench) -> HTML {
        guard let reason = result.reason else { return "<b>It holds.</b>" }
        guard case .broken(_, let rule) = result.outcome else {
            return "<b>It \(reason).</b>"
        }
        return "<b>It does not hold:</b> \(reason).\(link(rule, bench))"
    }

    /// Leads to where a rule is edited; nothing when there is none of the name.
    static func link(_ rule: String?, _ bench: Workbench) -> HTML {
        guard let rule else { return "" }
        if rule == RouteDocument.Fallback.name {
            return #" <a class="u" href="/settings/fallback">The fallback</a>"#
        }
        guard bench.rules.place(of: rule) != nil else { return "" }
        return #" <a class="u" href="\#(ConsolePath.rule(rule))">Rule \#(rule)</a>"#
    }

    /// `11 of 12 expectations hold`, and which do not; nothing where nothing is expected.
    static func note(_ report: ExpectationReport?, _ bench: Workbench) -> HTML {
        guard let report, report.isEmpty == false else { return "" }
        let isGood = report.broken.isEmpty
        let failures: [HTML] = (report.broken + report.notRun).prefix(20).map { result in
            #"<li><a class="u" href="\#(ConsolePath.expectation(result.name))">\#(result.name)</a>: \#(result.reason ?? "").</li>"#
        }
        let rest = report.broken.count + report.notRun.count - failures.count
        let more: HTML = rest > 0 ? "<li>and \(.number(rest)) more</li>" : ""
        let list: HTML = failures.isEmpty ? "" : #"<ul class="s bullets">\#(failures)\#(more)</ul>"#
        return """
            <div class="note\(isGood ? "" : " bad")">\(.icon(isGood ? .check : .stop, isGood ? "t-ok" : "t-bad"))<div class="grow">\
            <a class="u" href="/expectations"><b>\(report.words)</b></a>\(isGood ? #" <span class="s f">Each tries the one finding it is written for.</span>"# as HTML : "")\(list)</div></div>
            """
    }

    /// A tick for each expectation that does not hold, and what could not be run.
    ///
    /// - Parameters:
    ///   - report: Of what is to be put in force.
    ///   - ticked: The places of those that are ticked already.
    ///   - bench: For the rules that are named.
    /// - Returns: Fields of a form.
    static func ticks(_ report: ExpectationReport, ticked: Set<Int>, _ bench: Workbench) -> HTML {
        let broken: [HTML] = report.broken.map { result in
            let rule: String? = if case .broken(_, let rule) = result.outcome { rule } else { nil }
            return """
                <div class="note bad">\(.icon(.stop, "t-bad"))<div class="grow">\(.check(
                    "expectation",
                    "\(result.place)",
                    ticked.contains(result.place),
                    "<b>“\(result.name)” does not hold.</b> I have seen why."
                ))<p class="s">\(result.reason ?? "").\(link(rule, bench))</p></div></div>
                """
        }
        let unknown = report.notRun
        let names = unknown.prefix(20).map { "“\($0.name)” \($0.reason ?? "")" }.joined(separator: "; ")
        let notRun: HTML =
            unknown.isEmpty
            ? ""
            : """
            <div class="note warn">\(.icon(.warn, "t-warn"))<div class="grow">Not known whether they hold: \(names)\
            \(unknown.count > 20 ? "; and \(unknown.count - 20) more" : "").</div></div>
            """
        return "\(broken)\(notRun)"
    }
}
