import HTTPSurface
import Operations
import Routing
import Store

/// The last step before a draft is in force: why, and what was seen and accepted.
struct PublishPage {
    /// What is put in force.
    enum Subject: Sendable {
        case draft(Draft)
        /// An earlier version, as a new one.
        case version(Int, RouteComparison?)
    }

    var bench: Workbench
    var subject: Subject
    /// What was measured of it, where that stands on the page itself.
    var effect: EffectView?
    /// What has to be accepted, as far as it is known.
    var asked: Asked
    /// What comes of the expectations of what is put in force; `nil` when it does not load.
    var expectations: ExpectationReport?
    /// The places of the expectations that are accepted although they do not hold.
    var ticked: Set<Int> = []
    var note = ""
    /// Why it was not put in force.
    var mistake: String?

    struct Asked: Sendable, Hashable {
        var nobody = 0
        var suppressed = 0
        var isMeasured = false
    }

    var page: Page {
        Page(
            title: title,
            area: area,
            content: """
                \(bench.bar)<div class="crumb">\(crumb)</div><div class="head"><div><h1>\(title)</h1><p>\(words)</p></div></div>\
                <div class="stack-4">\(fault)\(held)\(measured)<section class="card" aria-label="Changes"><div class="body stack-4">\(changes)</div></section>\
                \(form)</div>
                """
        )
    }

    private var title: String {
        switch subject {
        case .draft: "Publish your draft"
        case .version(let number, _): "Roll back to v\(number)"
        }
    }

    private var area: Page.Area {
        switch subject {
        case .draft: .rules
        case .version: .versions
        }
    }

    private var crumb: HTML {
        switch subject {
        case .draft: #"<a href="/rules">Rules</a> / Draft"#
        case .version(let number, _):
            #"<a href="/versions">Versions</a> / <a href="/versions/\#(number)">v\#(number)</a>"#
        }
    }

    private var words: HTML {
        let next = "v\((bench.active?.version ?? 0) + 1)"
        switch subject {
        case .draft:
            return "It becomes \(next), in force at once. Every version is kept, so it can be taken back."
        case .version(let number, _):
            return "The text of v\(number) becomes \(next), in force at once. History is not rewritten."
        }
    }

    /// Where all hold, that they do; what does not stands beside its tick.
    private var held: HTML {
        guard let expectations, expectations.broken.isEmpty else { return "" }
        return ExpectationResultView.note(expectations, bench)
    }

    private var fault: HTML {
        guard let mistake else { return "" }
        return
            #"<div class="note bad" role="alert" id="mistake">\#(.icon(.stop))<div class="grow"><b>\#(mistake)</b></div></div>"#
    }

    private var changes: HTML {
        switch subject {
        case .draft(let draft): draft.comparison.map { ChangesView(comparison: $0, leads: true).html } ?? ""
        case .version(_, let comparison): comparison.map { ChangesView(comparison: $0).html } ?? ""
        }
    }

    private var form: HTML {
        let action =
            switch subject {
            case .draft: "/draft/publish"
            case .version(let number, _): "/versions/\(number)/rollback"
            }
        let isNoted = if case .draft = subject { true } else { false }
        let described: HTML = mistake == nil ? "" : #" aria-describedby="mistake""#
        return """
            <form class="card" method="post" action="\(action)" aria-label="\(title)"><div class="body stack">\(bench.formFields)\
            \(.hiddenField("active", "\(bench.active?.version ?? 0)"))\
            <label for="note">Why\(isNoted ? "" : " (if you like)")</label><textarea id="note" name="note" rows="2" maxlength="500"\
            \(isNoted ? " required" : "")\(described)>
            \(.verbatim(note))</textarea><p class="hint">\(isNoted ? "Required, for" : "For") whoever reads the versions; at most 500 characters.</p>\(ticks)\
            <div class="row"><button class="b p">\(isNoted ? "Publish" : "Roll back")</button><a class="b q" href="/rules">Not yet</a></div>\
            </div></form>
            """
    }

    private var ticks: HTML {
        let nobody: HTML =
            asked.nobody > 0
            ? .check(
                "nobody",
                "1",
                false,
                "<b>\(.number(asked.nobody)) \(asked.nobody == 1 ? "finding reaches" : "findings reach") nobody</b> of which somebody was told before. I have seen which."
            )
            : ""
        let suppressed: HTML =
            asked.suppressed > 0
            ? .check(
                "suppressed",
                "1",
                false,
                "<b>\(.number(asked.suppressed)) \(asked.suppressed == 1 ? "finding of HIGH or worse is" : "findings of HIGH or worse are") suppressed</b> of which somebody was told before."
            )
            : ""
        let unmeasured: HTML =
            asked.isMeasured
            ? ""
            : .check(
                "unmeasured",
                "1",
                false,
                "<b>Not measured.</b> Nobody has seen what this would have done with what came in."
            )
        let file: HTML =
            bench.keeping == .writableFile && bench.fileProblems.isEmpty == false
            ? .check("badFile", "1", false, "<b>Replace the bad file.</b> What somebody wrote into it is lost.")
            : ""
        let broken: HTML = expectations.map { ExpectationResultView.ticks($0, ticked: ticked, bench) } ?? ""
        return "\(nobody)\(suppressed)\(unmeasured)\(file)\(broken)"
    }
}
