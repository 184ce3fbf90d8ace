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
                \(SourcesView(sources: process.sources, now: process.at).card)\(NodesView(nodes: ledger.nodes, this: process.node).card)\(rules)\
                </div></div></div>
                """
        )
    }

    private var equation: HTML {
        OverviewEquation(statistics: statistics, period: period, totals: ledger.totals).html
    }

    private struct Need {
        var icon: HTML
        var what: HTML
        var why: HTML
        var path: String?
    }

    private var needs: HTML {
        let needs = problems
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

    /// Only what a person can act on, the worst first.
    private var problems: [Need] {
        let bad = HTML.icon(.stop, "t-bad")
        var needs: [Need] = []
        if let problem = process.health.problem {
            needs.append(Need(icon: bad, what: "The store", why: "\(problem)", path: nil))
        }
        for (part, reason) in process.failing.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            needs.append(Need(icon: bad, what: "The \(part.rawValue) does not work", why: "\(reason)", path: nil))
        }
        if process.node.isClockOff {
            let seconds = Int(abs(process.node.clockSkew).rounded())
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "The clock of \(process.node.name) is off",
                    why:
                        """
                        It differs from the database's by \(.number(seconds)) s. This node accepts, and leaves leading and sending to \
                        nodes whose clocks are right.
                        """,
                    path: nil
                )
            )
        }
        for source in process.sources {
            guard let failure = source.failure else { continue }
            needs.append(
                Need(
                    icon: bad,
                    what: "The source \(source.name) cannot be pulled",
                    why: "Since \(.moment(failure.since)): \(failure.kind.words). \(failure.reason)",
                    path: "/destinations#sources"
                )
            )
        }
        for state in ledger.destinations {
            guard let lane = state.lane, lane.state != .open, lane.state != .waiting || lane.failures > 0 else {
                continue
            }
            let waiting = state.backlog?.pending ?? 0
            needs.append(
                Need(
                    icon: lane.state == .broken ? bad : .icon(.warn, "t-warn"),
                    what: "\(state.name) is \(state.state)",
                    why: "\(lane.reason ?? "no reason is known"); \(.number(waiting)) messages wait",
                    path: ConsolePath.destination(state.name)
                )
            )
        }
        for state in ledger.destinations {
            guard let dead = state.backlog?.dead, dead > 0 else { continue }
            needs.append(
                Need(
                    icon: .icon(.nobody, "t-bad"),
                    what: "\(.number(dead)) dead letters at \(state.name)",
                    why: state.destination?.fallback.map { "Its fallback is \($0)." } ?? "It has no fallback.",
                    path: ConsolePath.deliveries("to:\(ConsolePath.quoted(state.name)) state:dead")
                )
            )
        }
        if ledger.totals.setAside > 0 {
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "\(.number(ledger.totals.setAside)) findings stand aside",
                    why: "They could not be applied. `noroshi set-aside` lists them and tries them again.",
                    path: nil
                )
            )
        }
        if case .refused(let problems)? = process.lastReload {
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "routes.json cannot be used",
                    why: "The rules in force stay. \(problems.first ?? "")",
                    path: nil
                )
            )
        }
        return needs
    }

    private var destinations: HTML {
        guard ledger.destinations.isEmpty == false else { return "" }
        let rows: [HTML] = ledger.destinations.prefix(20).map { state in
            let tone: HTML = state.lane?.state == .open ? "t-ok" : state.lane?.state == .broken ? "t-bad" : "m"
            return """
                <tr><td><a href="\(ConsolePath.destination(state.name))">\(state.name)</a></td>\
                <td><span class="st \(tone)">\(state.state)</span></td>\
                <td class="num">\(.number(state.backlog?.pending ?? 0))</td></tr>
                """
        }
        return """
            <section class="card"><header><h2>Destinations</h2><a class="s" href="/destinations">all</a></header>\
            <table class="mid"><caption class="vh">Destinations</caption><thead><tr><th scope="col">Name</th>\
            <th scope="col">State</th><th scope="col" class="num">Waiting</th></tr></thead><tbody>\(rows)</tbody></table></section>
            """
    }

    private var rules: HTML {
        let lines: [HTML] = revisions.prefix(3).map {
            "<div><b>v\($0.version)</b> by \($0.author), \(.moment($0.activatedAt))</div>"
        }
        let none: HTML = #"<p class="m">No rules are in force.</p>"#
        return """
            <section class="card"><header><h2>Rules</h2></header><div class="body stack s">\
            \(lines.isEmpty ? [none] : lines)</div></section>
            """
    }
}
