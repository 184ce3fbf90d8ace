import HTTPSurface
import Operations
import Routing

/// The rules in the order in which they are read.
struct RulesPage {
    let bench: Workbench
    let query: String
    /// 1 or more.
    let number: Int
    private let read: ReadQuery<RuleFilter>
    /// The rules that fit, by their places, and those that are on the page.
    private let places: [Int]
    private let shown: [Int]
    /// What is doubtful in each rule, by its place.
    private let claims: [Int: [Claim]]
    /// What stands above everything: what was just done.
    var notice: HTML = ""
    /// How often the rules matched that are on the page.
    var tallies = RuleTallies()
    /// Since when rules in force are off, by their names.
    var offSince: [String: SwitchedOff] = [:]

    /// Rules of one page, which stays below 300 kB with them.
    static let rows = 180

    /// - Parameters:
    ///   - bench: The rules.
    ///   - query: What was typed into the box.
    ///   - number: Of the page, from 1 on.
    init(bench: Workbench, query: String, number: Int) {
        self.bench = bench
        self.query = query
        self.number = number
        read = RuleFilter.read(query)
        let (document, filter) = (bench.rules.document, read.filter)
        let claims = bench.claimsByPlace
        self.claims = claims
        places = document.rules.indices.filter { place in
            let rule = document.rules[place]
            return filter.isEmpty
                || filter.accepts(
                    rule,
                    bench.marks[rule.name],
                    claims: claims[place] ?? [],
                    groups: document.accounts
                )
        }
        shown = Array(places.dropFirst((max(1, number) - 1) * RulesPage.rows).prefix(RulesPage.rows))
    }

    /// The rules that are on the page, and what stands for those that no rule matches.
    var names: [String] { shown.map { bench.rules.document.rules[$0].name } + [RouteDocument.Fallback.name] }

    var page: Page {
        let box = FilterBox(
            path: "/rules",
            kept: shownVersion.map { [("at", "v\($0)")] } ?? [],
            label: "Rules",
            text: query,
            query: read.query,
            mistakes: read.mistakes,
            fields: RuleFilter.queryFields.map { (name: $0.0, example: $0.1) }
        )
        return Page(
            title: "Rules",
            area: .rules,
            content: """
                \(notice)\(ofVersion)<div\(Live.region("draft"))>\(bench.bar)</div><div class="head"><div><h1>Rules</h1><p>Read from the top. Every rule that matches adds its \
                destinations, until one that ends the reading. A destination takes a finding once, on the terms of the first \
                rule that names it.</p></div>\(buttons)</div>
                \(box.html)<div\(Live.region("rules"))>\(list)</div>
                """,
            scripts: mayDrag ? [.keys, .drag] : [.keys]
        )
    }

    private var buttons: HTML {
        let expectations: HTML = #"<a class="b" href="/expectations">Expectations</a>"#
        guard shownVersion == nil else { return "" }
        let new = bench.visitor.way(.edit, to: "/rules/new", "p", "\(.icon(.plus))New rule", saysWhy: false)
        let why: HTML =
            bench.visitor.obstacle(to: .edit).map { #"<p class="hint" id="\#(RuleRow.reason)">\#($0)</p>"# } ?? ""
        return """
            <div class="row wrap">\(expectations)<a class="b" href="/rules/json">Edit as JSON</a>\(new)</div>\(why)
            """
    }

    private var list: HTML {
        let document = bench.rules.document
        let first = (max(1, number) - 1) * RulesPage.rows
        let icons = bench.icons
        let rows: [HTML] = shown.map { place in
            RuleRow(
                rule: document.rules[place],
                place: place + 1,
                count: document.rules.count,
                mark: bench.marks[document.rules[place].name],
                icons: icons,
                accounts: bench.accounts,
                mayEdit: bench.mayEdit,
                isOfNow: shownVersion == nil,
                offSince: offSince[document.rules[place].name],
                warnings: claims[place]?.count ?? 0,
                nobody: tallies.nobody(by: document.rules[place]),
                matches: shownVersion == nil ? tallies.matches(of: document.rules[place]) : .uncounted
            ).html
        }
        return """
            <section class="card" aria-label="Rules in order"><h2 class="vh">Rules in order</h2><div class="rules-head">\
            <span>#</span><span>When, and how it is told</span><span>To</span><span class="num">Matched in 7 d</span>\
            <span class="num">On</span></div>
            \(document.rules.isEmpty ? empty : "")\(none(places.isEmpty, read.filter))\
            <form id="\(RuleRow.form)" method="post" action="/rules">\(bench.formFields)\(.hiddenField("q", query))\
            \(.hiddenField("page", "\(number)"))<ol class="rules" start="\(first + 1)"\(moves)>\(rows)\(last)</ol></form>\(foot(places.count, shown.count, first))</section>\(removed)
            """
    }

    /// Between rows that stand apart in truth nothing can be dropped.
    private var mayDrag: Bool { bench.mayEdit && read.filter.isEmpty }

    private var moves: HTML { mayDrag ? " data-moves" : "" }

    private let empty: HTML = """
        <p class="body m">No rules yet. Begin with <a class="u" href="/rules/new?from=critical">told at once when CRITICAL</a> or \
        <a class="u" href="/rules/new?from=digest">a digest for the rest</a>.</p>
        """

    private func none(_ isEmpty: Bool, _ filter: RuleFilter) -> HTML {
        guard isEmpty, filter.isEmpty == false, bench.rules.document.rules.isEmpty == false else { return "" }
        let all = ConsolePath.rules("", at: shownVersion)
        return #"<p class="body m">No rule fits. <a class="u" href="\#(all)">Show all</a></p>"#
    }

    /// What becomes of what no rule matches is never out of sight.
    private var last: HTML {
        let fallback = bench.rules.document.fallback
        let tag: HTML = fallback == nil ? #"<span class="tag bad">no fallback</span>"# : ""
        let verb = fallback == nil ? "Add a fallback" : "Edit the fallback"
        let edit: HTML = shownVersion == nil ? #" <a class="u" href="/settings/fallback">\#(verb)</a>"# : ""
        let words: HTML =
            fallback.map { RuleRow.terms($0.terms.phrases) }
            ?? "What no rule wants is kept and counted, and nobody is told."
        let to: HTML =
            fallback.map { RuleRow.destinations($0.send, bench.icons) }
            ?? #"<span class="ends">\#(.icon(.nobody))nobody</span>"#
        return """
            <li class="rule" id="no-rule"><div class="pos">–</div><div><h3>No rule matched\(tag)</h3>\
            <div class="cond"><span class="terms">\(words)\(edit)</span></div></div><div class="to">\(to)</div>\
            \((shownVersion == nil ? tallies.matches(of: nil) : .uncounted).html)<div class="acts"></div></li>
            """
    }

    private var removed: HTML {
        let gone = bench.draft?.comparison?.changes(of: .rules).filter { $0.kind == .removed } ?? []
        guard gone.isEmpty == false else { return "" }
        let names: [HTML] = gone.map { #"<span class="pill">\#($0.name)</span> "# }
        return """
            <div class="gap"></div><div class="note">\(.icon(.minus))<div class="grow"><b>Deleted in this draft:</b> \(names)</div></div>
            """
    }

    private func foot(_ count: Int, _ shown: Int, _ first: Int) -> HTML {
        let pages = max(1, (count + RulesPage.rows - 1) / RulesPage.rows)
        func link(_ page: Int, _ words: HTML) -> HTML {
            guard (1...pages).contains(page) else { return "" }
            return #"<a class="u" href="\#(ConsolePath.rules(query, page: page, at: shownVersion))">\#(words)</a>"#
        }
        let (earlier, later) = (link(number - 1, "Earlier rules"), link(number + 1, "Later rules"))
        let words =
            shown == count
            ? (count == 1 ? "1 rule" : "\(ShownNumber.grouped(count)) rules")
            : "\(ShownNumber.grouped(first + 1)) to \(ShownNumber.grouped(first + shown)) of \(ShownNumber.grouped(count)) rules"
        return
            """
            <footer class="row between"><span>\(shown == 0 ? "" : words)\(shown == 0 || shownVersion != nil ? "" : ". ")\(shownVersion == nil ? tallies.words : "")</span>\
            <span class="row">\(earlier)\(later)</span></footer>
            """
    }
}
