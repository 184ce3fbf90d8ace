import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// Where would this go: a stored finding, a pasted event or some fields, and its way through the rules.
struct TryPage {
    var question: TryQuestion
    /// What came of it, under each of the rules that were asked; none before anything was.
    var answers: [Explanations]
    /// Why nothing came of it, in sentences.
    var mistakes: [String]
    /// To choose from.
    var recent: [FindingRecord]
    var bench: Workbench
    var accounts = AccountBook()

    private var visitor: Visitor { bench.visitor }

    var page: Page {
        Page(
            title: "Try it",
            area: .try,
            content: """
                \(bench.bar)<div class="head"><div><h1>Try it</h1><p>Where would this go? Take a finding that came in, paste an event as \
                any source sends it, or name some fields. Nothing is stored and nobody is told.</p></div></div>
                <div class="grid-try"><section class="card" aria-label="What is asked about"><header>\
                <nav class="tabs bare" aria-label="Shapes">\(tabs)</nav></header>\(form)</section>\
                <div class="stack-4">\(result)</div></div>
                """
        )
    }

    private var tabs: HTML {
        let links: [HTML] = TryQuestion.Shape.allCases.map { shape in
            let current: HTML = shape == question.shape ? #" aria-current="true""# : ""
            return #"<a href="/try?as=\#(shape.rawValue)"\#(current)>\#(shape.words)</a>"#
        }
        return "\(links)"
    }

    /// Only what is too long for an address is posted.
    private var form: HTML {
        let how: HTML =
            question.shape == .event
            ? #"method="post" action="/try">\#(visitor.proofField)"# : #"action="/try">"#
        return """
            <form class="body stack-4" \(how)<input type="hidden" name="as" value="\(question.shape.rawValue)">\(inputs)\
            <div class="stack"><label for="at">If it came at <span class="f">UTC, empty for now</span></label>\
            <input class="full" type="text" id="at" name="at" value="\(question.moment)" placeholder="2026-12-05 04:00" \
            maxlength="40"></div>\(supposed)\(rules)\
            <button class="b p">Show the way</button></form>
            """
    }

    /// And if it were more or less severe; fields say so themselves.
    private var supposed: HTML {
        guard question.shape != .fields else { return "" }
        let choices: [HTML] = Severity.allCases.reversed().map { severity in
            let isChosen = severity == question.severity
            return
                #"<option value="\#(severity.label)"\#(isChosen ? " selected" : "" as HTML)>\#(severity.label)</option>"#
        }
        return """
            <div class="stack"><label for="su">And if its severity were</label><select class="full" id="su" name="supposed">\
            <option value="">as it is</option>\(choices)</select></div>
            """
    }

    private var rules: HTML {
        func choice(_ rules: TryQuestion.Rules, _ words: HTML) -> HTML {
            let chosen: HTML = rules == question.rules ? " selected" : ""
            return #"<option value="\#(rules.rawValue)"\#(chosen)>\#(words)</option>"#
        }
        let ofDraft: HTML =
            bench.draft.map {
                "\(choice(.draft, "my draft \($0.id)"))\(choice(.both, "both, side by side"))"
            } ?? ""
        return """
            <div class="stack"><label for="by">By</label><select class="full" id="by" name="by">\
            \(choice(.active, "the rules in force"))\(ofDraft)\(choice(.version, "an earlier version"))</select></div>\
            <div class="stack"><label for="ve">Earlier version <span class="f">its number</span></label><input type="text" \
            class="full" id="ve" name="version" inputmode="numeric" value="\(question.version)" maxlength="9"></div>
            """
    }

    private var result: HTML {
        if mistakes.isEmpty == false {
            let lines: [HTML] = mistakes.map { "<li>\($0)</li>" }
            return """
                <div class="note bad" role="alert">\(.icon(.warn, "t-bad"))<ul class="grow">\(lines)</ul></div>
                """
        }
        guard let answer = answers.first else {
            return """
                <section class="card"><p class="body m">The way through the rules stands here, and when each destination \
                would be told.</p></section>
                """
        }
        let ways: [HTML] = answer.explanations.prefix(TryPage.most).indices.map { place in
            way(of: place)
        }
        let left = answer.explanations.count - ways.count + answer.omitted
        let more: HTML = left > 0 ? #"<p class="s f">\#(.number(left)) more findings are not shown.</p>"# : ""
        let event: HTML =
            answer.isEventKept
            ? ""
            : """
            <div class="note warn">\(.icon(.warn, "t-warn"))<div class="grow">No event is at hand, so that no pattern of a \
            rule can hold.</div></div>
            """
        let unreadable: [HTML] = answer.unreadable.prefix(20).map {
            #"<div class="note warn">\#(.icon(.warn, "t-warn"))<div class="grow">Not read: \#($0)</div></div>"#
        }
        return "\(event)\(unreadable)\(expecting)\(ways)\(more)"
    }

    /// Findings of one answer that are shown.
    private static let most = 20

    /// The way of one finding, by each of the rules that were asked.
    private func way(of place: Int) -> HTML {
        let found = answers.filter { $0.explanations.indices.contains(place) }
        let isOnly = found.count == 1 && found[0].explanations.count == 1
        let ways: [HTML] = found.enumerated().map { index, answer in
            let rules = answer.draft.map { "draft \($0)" } ?? "v\(answer.version ?? 0)"
            return TryWay(
                explanation: answer.explanations[place],
                rules: rules,
                place: index == 0 ? place : nil,
                label: isOnly ? "The way" : "The way of finding \(place + 1) by \(rules)",
                visitor: visitor
            ).html
        }
        guard found.count > 1 else { return "\(ways)" }
        let verdicts = Set(found.map { $0.explanations[place].decision.verdict })
        let words: HTML =
            verdicts.count == 1
            ? "The draft decides as the rules in force do." : "The draft decides otherwise than the rules in force."
        return
            #"<p class="s m row">\#(verdicts.count == 1 ? .icon(.check) : .icon(.swap))\#(words)</p><div class="two">\#(ways)</div>"#
    }

    /// What was asked about, once for all findings in it; each has a button.
    private var expecting: HTML {
        let asked: HTML =
            switch question.shape {
            case .finding: .hiddenField("finding", question.finding)
            case .event:
                #"<textarea name="event" hidden aria-label="Event">\#n\#(.verbatim(question.event))</textarea>"#
            case .fields: .hiddenField("fields", question.fieldsText)
            }
        return """
            <form id="\(TryWay.form)" method="post" action="/expectations/from">\(visitor.proofField)\
            \(.hiddenField("as", question.shape.rawValue))\(asked)</form>
            """
    }
}
