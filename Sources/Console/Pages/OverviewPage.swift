import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// The start of a shift: is everything accounted for, and does anything need somebody.
struct OverviewPage {
    var process: ProcessStatus
    var ledger: LedgerStatus
    var revisions: [RouteRevision]
    var statistics: FateStatistics
    var open: OpenAccounts
    /// By source and hour.
    var sources: FateStatistics
    /// Silences that end soon.
    var ending: [Silence]
    var accounts = AccountBook()
    var period: OverviewPeriod
    var visitor: Visitor

    var page: Page {
        Page(
            title: "Overview",
            area: .overview,
            content: """
                <div class="head"><div><h1>Overview</h1><p\(Live.region("running"))>\(.moment(process.at)). Running for \
                \(ShownNumber.duration(Double(process.uptime))), version \(process.build.version).</p></div>\(OverviewPeriod.links(period))</div>
                <div class="stack-4"><div\(Live.region("equation"))>\(equation)</div>
                <div class="grid-main"><div class="stack-4"><div\(Live.region("needs")) aria-live="polite">\(needs)</div>\
                <div\(Live.region("open"))>\(OpenAccountsView(open: open, accounts: accounts).html)</div></div><div class="stack-4"\(Live.region("parts"))>\(destinations)\
                \(comingIn)\(SourcesView(sources: process.sources, now: process.at).card)\(NodesView(nodes: ledger.nodes, this: process.node).card)\(rules)\
                </div></div></div>
                """
        )
    }

    private var equation: HTML {
        OverviewEquation(statistics: statistics, period: period, totals: ledger.totals).html
    }

    private var needs: HTML {
        let needs = OverviewNeeds(
            process: process,
            ledger: ledger,
            ending: ending,
            silent: SilentSource.all(in: sources.report, until: sources.until)
        ).all
        guard needs.isEmpty == false else {
            return """
                <section class="card"><header><h2>Needs somebody</h2></header>\
                <p class="body m">Nothing needs you.</p></section>
                """
        }
        let rows: [HTML] = needs.map { need in
            let link: HTML = need.path.map { #"<a class="b sm" href="\#($0)">Open</a>"# } ?? ""
            return """
                <tr><td><div class="row top">\(need.icon)<div><b>\(need.what)</b><div class="s m">\(need.why)</div></div></div></td>\
                <td class="num nw">\(link)</td></tr>
                """
        }
        return """
            <section class="card"><header><h2>Needs somebody</h2><span class="s f">\(needs.count)</span></header>\
            <table class="mid att"><caption class="vh">What needs somebody</caption><thead class="vh"><tr><th scope="col">What</th>\
            <th scope="col">Do</th></tr></thead><tbody>\(rows)</tbody></table></section>
            """
    }

    private var destinations: HTML {
        guard ledger.destinations.isEmpty == false else { return "" }
        let rows: [HTML] = ledger.destinations.prefix(20).map { state in
            let tone: HTML = state.lane?.state == .open ? "t-ok" : state.lane?.state == .broken ? "t-bad" : "m"
            let later = state.backlog?.waiting ?? 0
            let waiting: HTML =
                later == 0
                ? ""
                : #"<a class="xs blk" href="\#(ConsolePath.waiting(for: state.name))">\#(.number(later)) later</a>"#
            return """
                <tr><td><a href="\(ConsolePath.destination(state.name))">\(state.name)</a></td>\
                <td><span class="st \(tone)">\(state.state)</span></td>\
                <td class="num">\(.number(state.backlog?.pending ?? 0))\(waiting)</td></tr>
                """
        }
        return """
            <section class="card"><header><h2>Destinations</h2><a class="s" href="/destinations">all</a></header>\
            <table class="mid"><caption class="vh">Destinations</caption><thead><tr><th scope="col">Name</th>\
            <th scope="col">State</th><th scope="col" class="num">Waiting</th></tr></thead><tbody>\(rows)</tbody></table></section>
            """
    }

    /// Sources that have a line.
    private static let mostSources = 10

    /// What came from where in a day, and when last.
    private var comingIn: HTML {
        let parts = sources.report.parts.prefix(OverviewPage.mostSources)
        guard parts.isEmpty == false else { return "" }
        let first = sources.until.utcHour - 23
        let rows: [HTML] = parts.map { part in
            let counts = part.buckets.mapValues(\.applied)
            let hours = (0..<24).map { counts[first + $0] ?? 0 }
            let last = counts.filter { $0.value > 0 }.keys.max()
            let moment: HTML =
                last.map { hour in
                    guard hour < sources.until.utcHour else { return "last in this hour" }
                    return "last by \(.moment(Date(timeIntervalSince1970: Double(hour + 1) * 3_600)))"
                } ?? "–"
            return """
                <tr><td>\(part.name ?? "others")<span class="xs f blk">\(moment)</span></td>\
                <td class="num nw">\(.number(hours.reduce(0, +)))</td>\
                <td>\(HourBars(hours: hours, label: "Observations each hour, this hour last").html)</td></tr>
                """
        }
        return """
            <section class="card"><header><h2>Coming in</h2><span class="s f">24 h</span></header>\
            <table class="mid"><caption class="vh">Observations by source</caption><thead><tr><th scope="col">Source</th>\
            <th scope="col" class="num">Seen</th><th scope="col">By the hour</th></tr></thead>\
            <tbody>\(rows)</tbody></table></section>
            """
    }

    private var rules: HTML {
        let lines: [HTML] = revisions.prefix(3).map {
            "<div><b>v\($0.version)</b> by \(VersionsPage.who($0)), \(.moment($0.activatedAt))</div>"
        }
        let none: HTML = #"<p class="m">No rules are in force.</p>"#
        return """
            <section class="card"><header><h2>Rules</h2></header><div class="body stack s">\
            \(lines.isEmpty ? [none] : lines)</div></section>
            """
    }
}
