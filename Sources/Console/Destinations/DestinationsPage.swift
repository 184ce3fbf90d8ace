import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// Where messages go, and how that goes.
struct DestinationsPage {
    var states: [DestinationState]
    /// Where findings are pulled from.
    var sources: [SourceState] = []
    var visitor: Visitor
    var now: Date

    var page: Page {
        Page(
            title: "Destinations",
            area: .destinations,
            content: """
                <div class="head"><div><h1>Destinations</h1><p>Where messages go. What is set here is part of routes.json. \
                Secrets stay in the environment, and are never shown.</p></div><a class="b" href="/settings">Settings</a></div>
                <div class="stack-4">\(states.isEmpty ? empty : list)\(SourcesView(sources: sources, now: now).card)</div>
                """
        )
    }

    private let empty: HTML = """
        <section class="card"><p class="body m">The rules name no destination yet. Add one to routes.json.</p></section>
        """

    private var list: HTML {
        """
        <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Destinations">\
        <table class="mid stackable"><caption class="vh">Destinations and their state</caption><thead><tr>\
        <th scope="col">Destination</th><th scope="col">State</th><th scope="col" class="num">Waiting</th>\
        <th scope="col" class="num">Dead</th><th scope="col">Fallback</th><th scope="col">\(.hidden("Do"))</th></tr></thead>\
        <tbody>\(states.map(row))</tbody></table></div></section>
        """
    }

    private func row(_ state: DestinationState) -> HTML {
        let row = DestinationRow(state: state, visitor: visitor, now: now)
        return """
            <tr id="\(ConsolePath.anchor(state.name))"><td><span class="dest">\(.icon(row.icon))\
            <a href="\(ConsolePath.destination(state.name))">\(state.name)</a></span>\
            <span class="xs f blk">\(row.kind)</span></td>\
            <td data-l="State">\(row.lane)</td>\
            <td data-l="Waiting" class="num">\(row.waiting)</td>\
            <td data-l="Dead" class="num">\(row.dead)</td>\
            <td data-l="Fallback" class="s">\(state.destination?.fallback ?? "none")</td>\
            <td data-l="" class="num">\(row.action)</td></tr>
            """
    }
}
