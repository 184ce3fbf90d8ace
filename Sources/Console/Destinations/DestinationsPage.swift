import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// Where messages go, and how that goes.
struct DestinationsPage {
    /// Those that are on the page.
    private let states: [DestinationState]
    /// How many there are, and how many fit.
    private let (count, fitting): (Int, Int)
    private let text: String
    /// 1 or more.
    private let number: Int
    /// Where findings are pulled from.
    private let sources: [SourceState]
    /// Who sends to which, where several nodes could.
    private let serving: [String: ServingNode]
    /// What came of a day's observations, by destination.
    private let fates: FateStatistics
    var visitor: Visitor
    var now: Date

    /// Destinations of one page.
    private static let rows = 50

    /// - Parameters:
    ///   - states: All of them.
    ///   - text: Part of the names, or a state, of those that are shown.
    ///   - number: Of the page, from 1 on.
    ///   - sources: Where findings are pulled from.
    ///   - serving: Who sends to which, by name.
    ///   - fates: What came of a day's observations, by destination.
    ///   - visitor: Who looks.
    ///   - now: The time.
    init(
        states: [DestinationState],
        text: String,
        number: Int,
        sources: [SourceState],
        serving: [String: ServingNode],
        fates: FateStatistics,
        visitor: Visitor,
        now: Date
    ) {
        let wanted = text.lowercased()
        let fitting = states.filter { state in
            wanted.isEmpty || state.name.lowercased().contains(wanted) || state.state == wanted
        }
        count = states.count
        self.fitting = fitting.count
        self.states = Array(fitting.dropFirst((number - 1) * DestinationsPage.rows).prefix(DestinationsPage.rows))
        self.text = text
        self.number = number
        self.sources = sources
        self.serving = serving
        self.fates = fates
        self.visitor = visitor
        self.now = now
    }

    var page: Page {
        Page(
            title: "Destinations",
            area: .destinations,
            content: """
                <div class="head"><div><h1>Destinations</h1><p>Where messages go. What is set here is part of routes.json. \
                Secrets stay in the environment, and are never shown.</p></div><a class="b" href="/settings">Settings</a></div>
                <div class="stack-4">\(count == 0 ? empty : "<div>\(filter)\(states.isEmpty ? none : list)</div>")\
                \(SourcesView(sources: sources, now: now).card)</div>
                """
        )
    }

    private let empty: HTML = """
        <section class="card"><p class="body m">The rules name no destination yet. Add one to routes.json.</p></section>
        """

    private let none: HTML = """
        <section class="card"><p class="body m">No destination fits. <a class="u" href="/destinations">Show all</a></p></section>
        """

    private var filter: HTML {
        guard count > DestinationsPage.rows || text.isEmpty == false else { return "" }
        return """
            <form class="filters" action="/destinations"><input type="search" name="q" aria-label="Name or state" \
            value="\(text)" placeholder="secops, broken" maxlength="200"><button class="b">Show</button></form>
            """
    }

    private var foot: HTML {
        guard fitting > DestinationsPage.rows else { return "" }
        let first = (number - 1) * DestinationsPage.rows
        func link(_ page: Int, _ words: HTML) -> HTML {
            #"<a class="u" href="/destinations?q=\#(text.percentEncoded)&amp;page=\#(page)">\#(words)</a>"#
        }
        let earlier: HTML = number > 1 ? link(number - 1, "Earlier") : ""
        let later: HTML = first + states.count < fitting ? link(number + 1, "Later") : ""
        return """
            <footer class="row between"><span>\(.number(first + 1)) to \(.number(first + states.count)) of \(.number(fitting))</span>\
            <span class="row">\(earlier)\(later)</span></footer>
            """
    }

    private var list: HTML {
        """
        <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Destinations">\
        <table class="mid stackable"><caption class="vh">Destinations and their state</caption><thead><tr>\
        <th scope="col">Destination</th><th scope="col">State</th><th scope="col" class="num">Told in 24 h</th><th scope="col" class="num">Waiting</th>\
        <th scope="col" class="num">Dead</th><th scope="col">Rate, fallback</th><th scope="col">\(.hidden("Do"))</th></tr></thead>\
        <tbody>\(states.map(row))</tbody></table></div>\(foot)</section>
        """
    }

    private func row(_ state: DestinationState) -> HTML {
        let row = DestinationRow(state: state, serving: serving[state.name], visitor: visitor, now: now)
        return """
            <tr id="\(ConsolePath.anchor(state.name))"><td><span class="dest">\(.icon(row.icon))\
            <a href="\(ConsolePath.destination(state.name))">\(state.name)</a></span>\
            <span class="xs f blk">\(row.kind)</span></td>\
            <td data-l="State">\(row.lane)</td>\
            <td data-l="Told in 24 h" class="num">\(row.day(fates.report.parts.first { $0.name == state.name }, until: fates.until))</td>\
            <td data-l="Waiting" class="num">\(row.waiting)</td>\
            <td data-l="Dead" class="num">\(row.dead)</td>\
            <td data-l="Rate, fallback" class="s"><span>\(row.rate)<span class="xs f blk">\(row.fallback)</span></span></td>\
            <td data-l="" class="num">\(row.action)</td></tr>
            """
    }
}
