import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// One finding: who was told, why, and what happened to it.
struct FindingPage {
    var story: FindingStory
    /// The newest of its deliveries, with their attempts.
    var deliveries: [NotificationRecord]
    /// `nil` when the rules that decided are not kept any more.
    var explanation: Explanation?
    /// Of the rules that the explanation goes by.
    var version: Int?
    /// The decision that is shown rule by rule.
    var reading: Reading
    /// The id of the draft of whoever looks; `nil` when there is none.
    var draft: String?
    /// The destinations of the rules in force, in their order.
    var destinations: [String]
    var accounts = AccountBook()
    /// The answer to the question that stands in the address, if there is one.
    var whyNot: WhyNot?
    /// What is wrong with the question.
    var whyNotMistake: String?
    var visitor: Visitor
    var now: Date
    /// What the lanes do now.
    var lanes: [LaneStatus]

    /// Under which rules the decision is shown.
    enum Rules: String, Sendable, Hashable, CaseIterable {
        /// Those that decided when the finding was last observed.
        case then
        /// Those in force.
        case active
        case draft
    }

    /// A decision rule by rule.
    struct Reading: Sendable, Hashable {
        var rules = Rules.then
        /// `nil` when these rules are not there any more.
        var explanation: Explanation?
        /// Of the rules; `nil` for a draft.
        var version: Int?
    }

    var page: Page {
        let finding = story.record.finding
        return Page(title: finding.title, area: .findings, content: "\(head)\(columns)")
    }

    private var head: HTML {
        let finding = story.record.finding
        let life: HTML =
            finding.status == .active
            ? """
            <span class="st">\(.icon(.dotfull, "t-loss"))open for \
            \(ShownNumber.duration(now.timeIntervalSince(story.record.firstSeenAt)))</span>
            """ : #"<span class="st">\#(.icon(.ring))\#(finding.status.words)</span>"#
        let link: HTML =
            finding.url.flatMap(webLink).map { #"<a class="b" href="\#($0)" rel="noreferrer">Open at its source</a>"# }
            ?? ""
        return """
            <div class="crumb"><a href="/findings">Findings</a> / \(story.record.id)</div>
            <div class="head"><div><div class="row wrap">\(.severity(finding.severity))\(life)\
            <span class="s f any">\(place)\(finding.product) · seen \(times(story.record.observations))</span></div>\
            <h1>\(finding.title)</h1>\(finding.types.first.map { "<p>\($0)</p>" as HTML } ?? "")</div>\
            <div class="row wrap">\(silence)\(rule)\(expectation)\(link)</div></div>
            """
    }

    /// Where it is, which whoever was woken wants to know first.
    private var place: HTML {
        let finding = story.record.finding
        let account: HTML = finding.account == nil ? "" : "\(accounts.label(finding)) · "
        return "\(account)\(finding.region.map { "\($0) · " as HTML } ?? "")"
    }

    private var rule: HTML {
        let path = "/rules/new?finding=\(story.record.id.percentEncoded)"
        return visitor.way(.edit, to: path, "", "New rule from this…", saysWhy: false)
    }

    private var expectation: HTML {
        """
        <form method="post" action="/expectations/from">\(visitor.proofField)\(.hiddenField("finding", story.record.id))\
        \(visitor.controls(.edit, #"<button class="b">Expect this…</button>"#))</form>
        """
    }

    private var silence: HTML {
        guard story.record.finding.status != .resolved else { return "" }
        let path = "/silences/new?from=\(story.record.id.percentEncoded)"
        // The reason for the rules stands beside, and is the same for whoever only reads.
        return visitor.way(.respond, to: path, "", "Silence…", saysWhy: visitor.isReadOnly == false)
    }

    private var columns: HTML {
        """
        <div class="grid-main"><div class="stack-4">\(told)\(decision)</div>
        <aside class="stack-4" aria-label="Facts and story">\(facts)\(FindingTimeline(story: story, deliveries: deliveries, visitor: visitor).html)</aside></div>
        """
    }

    private var told: HTML {
        let summary = ToldSummary(
            story: story,
            ToldSummary.Surroundings(lanes: lanes, deliveries: deliveries, now: now),
            explanation: explanation,
            destinations: destinations
        )
        let more: HTML =
            summary.unlisted > 0
            ? """
            <p class="s f">\(.number(summary.unlisted)) more destinations are not told; those above came nearest. Ask for \
            any other one.</p>
            """ : ""
        let source: HTML = version.map { #"<span class="s f">decided by v\#($0)</span>"# } ?? ""
        return """
            <section class="card" aria-labelledby="whoh"><header><h2 id="whoh">Who was told</h2>\(source)</header>\
            <div class="body"><div class="verdict">\(summary.lines.map(line))</div>\(more)\(question)</div></section>
            """
    }

    /// So many destinations can be chosen from a list; of more the name is typed.
    private static let mostOptions = 200

    /// Asks why one destination does not know of it, and answers below.
    private var question: HTML {
        guard destinations.isEmpty == false else { return "" }
        let chosen = whyNot?.destination ?? ""
        let field: HTML =
            destinations.count <= FindingPage.mostOptions
            ? .select("why-not", label: "Destination", destinations.map { (value: $0, text: $0) }, chosen)
            : """
            <input type="text" name="why-not" aria-label="Destination" value="\(chosen)" maxlength="200" \
            placeholder="name of a destination">
            """
        let answer: HTML =
            whyNot.map { #"<p id="why-not" role="status"><b>\#($0.destination)</b>: \#($0.sentence)</p>"# }
            ?? whyNotMistake.map { #"<p id="why-not" class="err s" role="status">\#($0)</p>"# } ?? ""
        return """
            <form class="filters" action="\(ConsolePath.finding(story.record.id))"><span class="s m">Why not</span>\
            \(field)<button class="b">Ask</button></form>\(answer)
            """
    }

    private func line(_ line: ToldSummary.Line) -> HTML {
        let icon: HTML =
            switch line.state {
            case .told: .icon(.check, "t-ok")
            case .notYet: .icon(.clock, "t-warn")
            case .held: .icon(.clock, "f")
            case .handedOn: .icon(.swap, "t-warn")
            case .failed: .icon(.stop, "t-bad")
            case .never: .icon(.x, "f")
            }
        let moment: HTML = line.at.map { "\(line.state.beforeMoment) \(HTML.moment($0))" } ?? ""
        return """
            \(icon)<div><b>\(line.destination)</b>, \(line.state.words)\(moment)<div class="s m">\(line.reason)</div>\
            \(line.delivery.map { tryNow($0, line.destination) } ?? "")</div>
            """
    }

    private func tryNow(_ delivery: String, _ destination: String) -> HTML {
        let button: HTML = #"<button class="b sm">Try now\#(.hidden(" to tell \(destination)"))</button>"#
        return """
            <form method="post" action="\(ConsolePath.delivery(delivery))/retry">\(visitor.proofField)\
            \(.hiddenField("finding", story.record.id))\(visitor.controls(.respond, button))</form>
            """
    }

    private var decision: HTML {
        let shown: HTML =
            reading.explanation.map { RuleReadings($0).html }
                ?? """
                <p class="body m">The rules that decided are not kept any more, so that their reasons cannot be shown.</p>
                """
        return """
            <section class="card" id="decision"><header><h2>Decision, rule by rule</h2>\(readings)</header>\(shown)</section>
            """
    }

    /// The rules under which the decision can be shown; the same finding, with the event in which it last came.
    private var readings: HTML {
        let choices: [(rules: Rules, words: HTML)] = [
            (.then, version.map { "as decided, v\($0)" } ?? "as decided"), (.active, "in force now"),
        ]
        let ofDraft: [(rules: Rules, words: HTML)] = draft.map { [(.draft, "my draft \($0)")] } ?? []
        let links: [HTML] = (choices + ofDraft).map { choice in
            let current: HTML = choice.rules == reading.rules ? #" aria-current="true""# : ""
            let path = "\(ConsolePath.finding(story.record.id))?by=\(choice.rules.rawValue)#decision"
            return #"<a href="\#(path)"\#(current)>\#(choice.words)</a>"#
        }
        return #"<nav class="tabs bare" aria-label="Rules">\#(links)</nav>"#
    }

    private var facts: HTML {
        let finding = story.record.finding
        var rows: [(String, HTML)] = [("Account", accounts.label(finding))]
        if let region = finding.region { rows.append(("Region", "\(region)")) }
        let resources = finding.resources.prefix(10).map { resource -> HTML in
            "\(resource.type.map { "<span class=\"f\">\($0)</span> " as HTML } ?? "")\(resource.id)<br>"
        }
        if resources.isEmpty == false {
            let more = finding.resources.count - resources.count
            rows.append(
                ("Resource", #"<span class="mono">\#(resources)\#(more > 0 ? "and \(more) more" as HTML : "")</span>"#)
            )
        }
        if let actor = finding.actor { rows.append(("Actor", #"<span class="mono">\#(actor)</span>"#)) }
        if let address = finding.sourceAddress { rows.append(("Address", #"<span class="mono">\#(address)</span>"#)) }
        rows.append(("First seen", .moment(story.record.firstSeenAt)))
        rows.append(("Last seen", .moment(story.record.lastSeenAt)))
        rows.append(("Status", "\(finding.status.words)"))
        if finding.controls.isEmpty == false { rows.append(("Control", "\(finding.controls.joined(separator: ", "))")) }
        rows.append(("Identity", #"<span class="mono xs">\#(finding.key.rawValue)</span>"#))
        let list: [HTML] = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
        let description: HTML =
            finding.description.isEmpty ? "" : #"<p class="s">\#(String(finding.description.prefix(2_000)))</p>"#
        return """
            <section class="card"><header><h2>Facts</h2></header><div class="body stack-4"><dl class="kv">\(list)</dl>\
            \(description)</div></section>
            """
    }

    /// An address that a browser may be led to; nothing else is made a link.
    private func webLink(_ text: String) -> String? {
        text.lowercased().hasPrefix("https://") || text.lowercased().hasPrefix("http://") ? text : nil
    }

    private func times(_ count: Int) -> HTML { count == 1 ? "once" : "\(.number(count)) times" }
}
