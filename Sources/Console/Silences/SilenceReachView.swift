import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing

/// What a silence would have hidden, beside the form.
struct SilenceReachView {
    var reach: SilenceReach?
    var accounts = AccountBook()

    var html: HTML {
        """
        <aside class="stack-4" id="reach" aria-label="What it would have hidden" aria-live="polite">\(inside)</aside>
        """
    }

    private var inside: HTML {
        guard let reach else {
            return """
                <section class="card"><header><h2>Last \(SilencePreview.days) days</h2></header>\
                <p class="body m">Say what is silenced, and what it would have hidden stands here.</p></section>
                """
        }
        let title = "Last \(SilencePreview.days) days"
        return "\(open(reach))\(HiddenFindings(title: title, preview: reach.preview, accounts: accounts).html)"
    }

    private func open(_ reach: SilenceReach) -> HTML {
        let doubts: [HTML] = reach.warnings.map { #"<li>\#($0)</li>"# }
        let warnings: HTML =
            doubts.isEmpty
            ? "" : #"<div class="note warn">\#(.icon(.warn, "t-warn"))<ul class="grow s">\#(doubts)</ul></div>"#
        guard let open = reach.open else { return warnings }
        let share = Int((open.share * 100).rounded())
        let words: HTML = """
            <b>\(.number(open.hidden))</b> of \(open.isComplete ? "" : "the newest ")\(.number(open.looked)) open findings, \
            \(share) %
            """
        let wide: HTML =
            reach.isWide
            ? """
            <div class="note bad" role="alert">\(.icon(.warn, "t-bad"))<div class="grow">That is more than \
            \(Int(SilenceReach.usualShare * 100)) % of what is open. Say that it is meant, or narrow it.</div></div>
            """ : ""
        return """
            \(warnings)\(wide)<section class="card"><header><h2>Now</h2></header><div class="body say">\(words)</div></section>
            """
    }
}

/// Counts by severity, and examples.
struct HiddenFindings {
    var title: String
    var preview: SilencePreview
    var accounts = AccountBook()
    var verb = "would have been hidden"

    var html: HTML {
        let severities: [HTML] = Severity.allCases.reversed().compactMap { severity in
            guard let count = preview.findingsBySeverity[severity] else { return nil }
            return #"\#(.severity(severity)) <span class="s m">\#(.number(count))</span> "#
        }
        let extent: HTML = preview.isComplete ? "complete" : "since \(HTML.moment(preview.since))"
        return """
            <section class="card"><header><h2>\(title)</h2><span class="s f">\(extent)</span></header>\
            <div class="body stack"><div class="say"><b>\(.number(preview.findings))</b> findings, \
            <b>\(.number(preview.observations))</b> observations \(verb)</div>\
            <div class="row wrap">\(severities)</div></div>\(examples)</section>
            """
    }

    private var examples: HTML {
        guard preview.examples.isEmpty == false else { return "" }
        let rows: [HTML] = preview.examples.prefix(8).map { example in
            let finding = example.finding
            return """
                <li><a href="\(ConsolePath.finding(finding.key.rawValue))">\(String(finding.title.prefix(200)))</a>\
                <span class="xs f blk">\(accounts.label(finding)) · \(.moment(example.lastSeenAt))</span></li>
                """
        }
        return #"<div class="body s"><b>Examples</b><ul class="pick">\#(rows)</ul></div>"#
    }
}
