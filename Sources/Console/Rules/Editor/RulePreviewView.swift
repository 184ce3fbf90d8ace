import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Replay
import Routing

/// What a rule that is being written would have made of the newest observations.
struct RulePreviewView {
    private let preview: DraftPreview
    private let accounts: AccountBook
    /// Whether the rule ends the reading where it has ended anyway.
    private let endsNothing: Bool

    /// So many samples of a kind are shown.
    private static let mostSamples = 5

    init(_ preview: DraftPreview, _ accounts: AccountBook, endsNothing: Bool = false) {
        self.preview = preview
        self.accounts = accounts
        self.endsNothing = endsNothing
    }

    /// Before anybody asked.
    static let unasked = card(
        #"<p class="m">“Check” shows what this rule would change of what came in during the last days.</p>"#
    )

    /// While what is filled in cannot be used.
    static func unfinished(_ reasons: [String]) -> HTML {
        let lines: [HTML] = reasons.prefix(5).map { "<p>\($0)</p>" }
        return card(#"<p class="m">Not finished yet, so there is nothing to count.</p>\#(lines)"#)
    }

    var html: HTML {
        let effect = preview.effect
        guard effect.observations > 0 else {
            return RulePreviewView.card(#"<p class="m">Nothing came in during the last days.</p>"#)
        }
        let nobody = effect.findings[.nobody] ?? 0
        let alarm: HTML =
            nobody > 0
            ? #"<p class="t-bad" role="alert">\#(.icon(.nobody))<b>\#(.number(nobody)) \#(nobody == 1 ? "finding" : "findings") would reach nobody.</b></p>"#
            : ""
        let patterns: HTML =
            effect.leavesOutPatterns
            ? #"<p class="f">Event patterns are not looked at here.</p>"# : ""
        return RulePreviewView.card(
            """
            <p class="f">The newest \(.number(effect.observations)) observations, since \(RulePreviewView.day(effect.since)).</p>\
            \(alarm)\(preview.effect.rule.map(rule) ?? "")\(patterns)\(others)\(ending)\(remarks)
            """
        )
    }

    /// What other rules lose to this one is not seen here.
    private var others: HTML {
        #"<p class="f">Who is told more or less than before stands under “See effect”, once this is kept in the draft.</p>"#
    }

    private var ending: HTML {
        endsNothing
            ? #"<p>\#(.icon(.warn, "t-warn"))It ends the reading, and no rule stands below it: what it takes is sent where earlier rules send it, too.</p>"#
            : ""
    }

    private static func card(_ body: HTML) -> HTML {
        #"<section class="card"><header><h2>What it would change</h2></header><div class="body s stack">\#(body)</div></section>"#
    }

    private static func day(_ time: Date) -> String { String(time.formatted(.iso8601).prefix(10)) }

    private func rule(_ rule: RulePreview) -> HTML {
        let tests: [HTML] = rule.tests.map { test in
            // A pattern looks at events, which are not at hand here.
            let passed: HTML = test.name == "pattern" ? "–" : .number(test.passed)
            return #"<tr><td>\#(test.name)</td><td class="num">\#(passed)</td></tr>"#
        }
        let table: HTML =
            tests.isEmpty
            ? ""
            : """
            <table><caption class="vh">Observations that pass each condition and all above it</caption><thead><tr>\
            <th scope="col">Condition</th><th scope="col" class="num">passed so far</th></tr></thead><tbody>\(tests)</tbody></table>
            """
        let ended: HTML =
            rule.endedEarlier > 0
            ? "<p>An earlier rule ends \(.number(rule.endedEarlier)) of them before they come here.</p>" : ""
        let told: [HTML] = rule.stillTold.map { place in
            "<li>\(place.destination.map { "\($0)" } ?? "nobody"): \(.number(place.findings))</li>"
        }
        let still: HTML =
            told.isEmpty ? "" : #"<div>Those that it loses are told:<ul class="bullets">\#(told)</ul></div>"#
        return """
            <p class="row wrap"><b class="t-gain">+\(.number(rule.gained)) gained</b> <b class="t-loss">−\(.number(rule.lost)) lost</b> \
            <span class="f">findings for this rule</span></p>\(table)\(ended)\(still)\
            \(samples("Gained", rule.gainedSamples))\(samples("Lost", rule.lostSamples))
            """
    }

    private func samples(_ title: String, _ samples: [PreviewSample]) -> HTML {
        guard samples.isEmpty == false else { return "" }
        let lines: [HTML] = samples.prefix(RulePreviewView.mostSamples).map { sample in
            let finding = sample.finding
            let words = [finding.severity.label, accounts.words(finding), finding.region].compactMap(\.self)
                .joined(separator: " · ")
            let title: HTML =
                sample.findingID.map { #"<a href="\#(ConsolePath.finding($0))">\#(finding.title)</a>"# }
                ?? "\(finding.title)"
            return #"<li>\#(title) <span class="xs f">\#(words)</span></li>"#
        }
        return #"<div><b>\#(title)</b><ul class="bullets">\#(lines)</ul></div>"#
    }

    private var remarks: HTML {
        let lines: [HTML] = preview.remarks.prefix(5).map { "<p>\(.icon(.warn, "t-warn"))\($0.message)</p>" }
        return "\(lines)"
    }
}
