import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// Rules that decide beside those in force, and what they decide otherwise.
struct ShadowPage {
    var status: ShadowStatus
    var bench: Workbench
    var accounts = AccountBook()

    var page: Page {
        Page(
            title: "Shadow",
            area: .versions,
            content: """
                <div\(Live.region("draft"))>\(bench.bar)</div><div class="crumb"><a href="/versions">Versions</a> / Shadow</div><div class="head"><div>\
                <h1>Shadow</h1><p\(Live.region("words"))>\(words)</p></div><div\(Live.region("deeds"))>\(buttons)</div></div>\
                <div class="stack-4"\(Live.region("results"))>\(alarms)\(results)</div>
                """
        )
    }

    /// A form that lets a draft decide beside the rules in force.
    static func starter(_ bench: Workbench) -> HTML {
        """
        <form method="post" action="/shadow">\(bench.formFields)\(bench.visitor.controls(.edit, start))</form>
        """
    }

    private var words: HTML {
        guard let record = status.record else {
            return """
                No rules run beside those in force. A draft can: it then decides every new finding too, sends nothing, and what \
                it would have sent elsewhere is counted here.
                """
        }
        let what: HTML = """
            Draft \(record.start.draft) beside v\(record.start.base), begun by \(Visitor.shown(author: record.start.author)), \
            \(.moment(record.startedAt)): <b>\(.number(record.observations))</b> observations decided by both. It sends nothing.
            """
        guard let end = status.end else { return "\(what) It ends by itself \(.moment(record.endsAt))." }
        let at: HTML = end.at.map { ", \(.moment($0))" } ?? ""
        return "\(what) <b>It has ended</b>\(at): \(end.reason)."
    }

    private var buttons: HTML {
        if status.isRunning {
            let publish: HTML =
                bench.draft == nil
                ? "" : bench.visitor.way(.edit, to: "/draft/publish", "p", "Publish…", saysWhy: false)
            let stop: HTML = #"<button class="b" name="do" value="stop">Stop</button>"#
            return """
                <div class="row wrap"><a class="b" href="/shadow">Refresh</a><form method="post" action="/shadow">\
                \(bench.visitor.proofField)\(.hiddenField("shadow", status.tag))\
                \(bench.visitor.controls(.edit, stop))</form>\(publish)</div>
                """
        }
        return bench.draft == nil ? "" : ShadowPage.starter(bench)
    }

    private static let start: HTML =
        #"<button class="b" name="do" value="start">Run beside the rules in force</button>"#

    private var alarms: HTML {
        guard let record = status.record, record.missed > 0 else { return "" }
        let last: HTML = record.lastMissed.map { ", the last one received \(.moment($0))" } ?? ""
        return """
            <div class="note warn">\(.icon(.warn))<div class="grow"><b>\(.number(record.missed)) observations were not decided \
            beside</b>\(last): applying had fallen behind by more than five seconds, and the rules in force go first.</div></div>
            """
    }

    private var results: HTML { status.record == nil ? "" : "\(tiles)\(destinations)\(samples)" }

    private var tiles: HTML {
        let classes = status.report.classes.filter { $0.kind != .unchanged }
        guard classes.isEmpty == false else {
            return #"<section class="card"><p class="body m">Nothing was decided otherwise.</p></section>"#
        }
        let tiles: [HTML] = classes.map { kind, count in
            """
            <div class="tile\(kind == .nobody ? " alarm" : "")"><div class="v">\(.number(count))</div>\
            <div class="l">\(ShadowPage.word(kind))</div></div>
            """
        }
        return #"<section class="tiles" aria-label="Observations that are decided otherwise">\#(tiles)</section>"#
    }

    private static func word(_ kind: ReplayClass) -> String {
        switch kind {
        case .nobody: "reach nobody"
        case .suppressed: "newly suppressed"
        case .fewer: "told at fewer places"
        case .elsewhere: "told at more or other places"
        case .terms: "told on other terms"
        case .told: "reached nobody before, told now"
        case .unchanged: "unchanged"
        }
    }

    private var destinations: HTML {
        let found = status.report.destinations
        guard found.isEmpty == false else { return "" }
        let rows: [HTML] = found.prefix(200).map { one in
            """
            <tr><td>\(one.name)</td><td class="num t-gain">+\(.number(one.total.gained))</td>\
            <td class="num t-loss">−\(.number(one.total.lost))</td><td class="num">\(.number(one.total.changed))</td></tr>
            """
        }
        return """
            <section class="card"><header><h2>By destination</h2></header><div class="scroll" tabindex="0" role="region" \
            aria-label="By destination"><table><caption class="vh">Observations that each destination gains and loses</caption>\
            <thead><tr><th scope="col">Destination</th><th scope="col" class="num">Gains</th><th scope="col" class="num">Loses\
            </th><th scope="col" class="num">On other terms</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    private var samples: HTML {
        let samples = status.report.samples
        guard samples.isEmpty == false else { return "" }
        let rows: [HTML] = samples.map { sample in
            """
            <tr><td>\(.severity(sample.severity))</td><td><a href="\(ConsolePath.finding(sample.findingID))">\(sample.title)</a>\
            <div class="xs f">\(accounts.label(sample.account, name: sample.accountName)) · \(.moment(sample.receivedAt))</div></td>\
            <td>\(ShadowPage.word(sample.kind))<div class="s m">\(ShadowPage.places(sample))</div></td></tr>
            """
        }
        return """
            <section class="card"><header><h2>Newest differences</h2></header><div class="scroll" tabindex="0" role="region" \
            aria-label="Newest differences"><table><caption class="vh">Findings that are decided otherwise, the newest first\
            </caption><thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">What differs</th></tr>\
            </thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    private static func places(_ sample: ShadowSample) -> String {
        let parts = sample.lost.map { "−\($0)" } + sample.gained.map { "+\($0)" } + sample.changed.map { "⇄\($0)" }
        return parts.joined(separator: ", ")
    }
}
