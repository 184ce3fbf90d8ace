import HTTPSurface
import Routing

/// One page of the console: what it says, inside of what all pages have around it.
struct Page {
    /// What the menu leads to.
    enum Area: CaseIterable {
        case overview, findings, deliveries
        case rules, `try`, coverage, versions
        case destinations, silences
        case audit

        var name: String {
            switch self {
            case .overview: "Overview"
            case .findings: "Findings"
            case .deliveries: "Deliveries"
            case .rules: "Rules"
            case .versions: "Versions"
            case .try: "Try it"
            case .coverage: "Coverage"
            case .destinations: "Destinations"
            case .silences: "Silences"
            case .audit: "Audit"
            }
        }

        var path: String {
            switch self {
            case .overview: "/"
            case .findings: "/findings"
            case .deliveries: "/deliveries"
            case .rules: "/rules"
            case .versions: "/versions"
            case .try: "/try"
            case .coverage: "/coverage"
            case .destinations: "/destinations"
            case .silences: "/silences"
            case .audit: "/audit"
            }
        }

        /// The letter that leads there after `g`.
        var key: String {
            switch self {
            case .overview: "o"
            case .findings: "f"
            case .deliveries: "d"
            case .rules: "r"
            case .try: "t"
            case .coverage: "c"
            case .versions: "v"
            case .destinations: "e"
            case .silences: "s"
            case .audit: "a"
            }
        }

        var icon: Icon {
            switch self {
            case .overview: .home
            case .findings: .find
            case .deliveries: .send
            case .rules: .rules
            case .versions: .clock
            case .try: .try
            case .coverage: .grid
            case .destinations: .out
            case .silences: .mute
            case .audit: .audit
            }
        }

        /// The question that people come with to this entry and those after it; the first ones need no heading.
        var heading: String? {
            switch self {
            case .rules: "Routing"
            case .destinations: "Receivers"
            case .audit: "Record"
            case .overview, .findings, .deliveries, .try, .coverage, .versions, .silences: nil
            }
        }
    }

    var title: String
    /// `nil` for a page that the menu does not lead to.
    var area: Area?
    /// What stands in the main part, with its heading of the first level.
    var content: HTML
    /// After so many seconds the page is asked for again where no scripts run, since what it shows is under way.
    var refreshSeconds: Int?
    /// What keeps it as it is now where scripts run; `nil` for a page that stays as it is.
    var live: Live?
    /// What it runs; it works without.
    var scripts: [Script] = [.keys]

    /// The whole document.
    func document(_ surroundings: Surroundings) -> HTML {
        Page.frame(
            title: title,
            look: surroundings.visitor.look,
            scripts: live == nil ? scripts : scripts + [.htmx, .events, .stream],
            refreshSeconds: refreshSeconds,
            body: """
                \(HTML.trusted(Assets.icons))<a class="skip" href="#main">Skip to content</a>
                <div class="mob" role="region" aria-label="Menu"><details><summary>\(.icon(.menu))\(.hidden("Menu"))\
                <span class="brand">\(Page.flame)Noroshi</span><span class="grow"></span>\
                <span class="s f">\(area?.name ?? "")</span></summary>\
                <nav class="nav" aria-label="Main, small screen"\(Live.region("menu-small"))>\(menu(surroundings))</nav>\
                \(surroundings.foot("foot-small"))</details></div>
                <div class="app"><header class="side"><a class="brand" href="/">\(Page.flame)<span>Noroshi</span> \
                <small lang="ja">狼煙</small></a>
                <form class="go" role="search" action="/go">\(.icon(.search))<input type="search" name="q" \
                aria-label="Go to a finding, rule, account or destination" placeholder="Go to…"></form>
                <nav class="nav" aria-label="Main"\(Live.region("menu"))>\(menu(surroundings))</nav>\(surroundings.foot("foot"))</header>
                <main class="main" id="main" tabindex="-1">
                \(live?.html ?? "")\(content)
                <div class="gap"></div><p class="s f">All times are UTC.</p></main></div>
                """
        )
    }

    /// A document with only a body of its own.
    static func frame(
        title: String,
        look: Look,
        scripts: [Script] = [],
        refreshSeconds: Int? = nil,
        bodyClass: String? = nil,
        body: HTML
    ) -> HTML {
        let wanted = scripts.filter { $0 != .keys || look.hasKeys }
        // htmx would write a style into the page and evaluate attributes, which the policy forbids.
        let settings: HTML =
            wanted.contains(.htmx)
            ? #"<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>"# : ""
        let refresh: HTML =
            refreshSeconds.map { #"<noscript><meta http-equiv="refresh" content="\#($0)"></noscript>"# } ?? ""
        let tags: [HTML] = wanted.map { #"<script defer src="\#($0.file.path)"></script>"# }
        return """
            <!doctype html>
            <html lang="en"\(look.attributes)><head><meta charset="utf-8"><meta name="viewport" \
            content="width=device-width, initial-scale=1"><title>\(title) · Noroshi</title>\
            <link rel="icon" href="\(Assets.markPath)"><link rel="stylesheet" href="\(Assets.stylesheet.path)">\
            \(refresh)\(settings)\(tags)</head>
            <body\(bodyClass.map { #" class="\#($0)""# as HTML } ?? "")>\(body)</body></html>

            """
    }

    private func menu(_ surroundings: Surroundings) -> HTML {
        let entries: [HTML] = Area.allCases.map { entry in
            let current: HTML = entry == area ? #" aria-current="page""# : ""
            let mark: HTML =
                entry == .deliveries && surroundings.dead > 0
                ? #"<span class="n bad">\#(.number(surroundings.dead))\#(.hidden(" dead letters"))</span>"# : ""
            let heading: HTML = entry.heading.map { "<h2>\($0)</h2>" } ?? ""
            return """
                \(heading)<a href="\(entry.path)" data-key="\(entry.key)"\(current)>\(.icon(entry.icon))\(entry.name)\(mark)</a>
                """
        }
        return "\(entries)"
    }

    static let flame: HTML = """
        <svg width="20" height="20" viewBox="0 0 20 20" class="flame" aria-hidden="true"><path \
        d="M10 1.5c.5 3.3 4.7 5 4.7 9.6a4.7 4.7 0 0 1-9.4 0c0-2 .9-3.2 1.9-4.3.2 1.2.7 1.9 1.400 2.3C8.3 6.4 8.6 3.4 10 1.5z" \
        fill="currentColor"/><path d="M3 18.4h14" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/></svg>
        """
}
