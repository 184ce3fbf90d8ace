import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// Where messages go, and how that goes.
struct DestinationsPage {
    var states: [DestinationState]
    var visitor: Visitor
    var now: Date

    var page: Page {
        Page(
            title: "Destinations",
            area: .destinations,
            content: """
                <div class="head"><div><h1>Destinations</h1><p>Where messages go. What is set here is part of routes.json. \
                Secrets stay in the environment, and are never shown.</p></div><a class="b" href="/settings">Settings</a></div>
                \(states.isEmpty ? empty : list)
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
        let waiting = (state.backlog?.pending ?? 0) + (state.backlog?.sending ?? 0)
        let dead = state.backlog?.dead ?? 0
        let oldest: HTML =
            state.backlog?.oldestPendingAt.map {
                #"<span class="xs f blk">oldest \#(ShownNumber.duration(now.timeIntervalSince($0)))</span>"#
            } ?? ""
        return """
            <tr id="\(ConsolePath.anchor(state.name))"><td><span class="dest">\(.icon(icon(state)))\
            <a href="\(ConsolePath.deliveries("to:" + ConsolePath.quoted(state.name)))">\(state.name)</a></span>\
            <span class="xs f blk">\(kind(state))</span></td>\
            <td data-l="State">\(lane(state))</td>\
            <td data-l="Waiting" class="num"><span>\(.number(waiting))\(oldest)</span></td>\
            <td data-l="Dead" class="num">\(deadLink(state, dead))</td>\
            <td data-l="Fallback" class="s">\(state.destination?.fallback ?? "none")</td>\
            <td data-l="" class="num">\(action(state))</td></tr>
            """
    }

    private func kind(_ state: DestinationState) -> HTML {
        guard let word = state.destination?.transport.type.word else { return "not in the rules in force" }
        return #"\#(word) · <a class="u" href="\#(SettingsPage.path("destinations", state.name))">settings</a>"#
    }

    private func deadLink(_ state: DestinationState, _ count: Int) -> HTML {
        guard count > 0 else { return #"<span class="f">0</span>"# }
        let path = ConsolePath.deliveries("to:\(ConsolePath.quoted(state.name)) state:dead")
        return #"<a class="t-bad" href="\#(path)">\#(.number(count))</a>"#
    }

    private func icon(_ state: DestinationState) -> Icon {
        switch state.destination?.transport.type.word {
        case "slack": .chat
        case "email": .mail
        default: .hook
        }
    }

    private func lane(_ state: DestinationState) -> HTML {
        let reason: HTML = state.lane?.reason.map { #"<span class="xs f blk">\#($0)</span>"# } ?? ""
        let until: HTML = state.lane?.notBefore.map { #"<span class="xs f blk">next try \#(.moment($0))</span>"# } ?? ""
        let word: HTML =
            switch state.lane?.state {
            case .open: #"<span class="st t-ok">\#(.icon(.check))open</span>"#
            case .waiting: #"<span class="st t-warn">\#(.icon(.clock))waiting</span>"#
            case .broken: #"<span class="st t-bad">\#(.icon(.stop))broken</span>"#
            case .paused: #"<span class="st m">\#(.icon(.pause))paused</span>"#
            case nil: #"<span class="st f">\#(.icon(.x))removed</span>"#
            }
        return "<span>\(word)\(reason)\(until)</span>"
    }

    private func action(_ state: DestinationState) -> HTML {
        guard let lane = state.lane else { return "" }
        guard visitor.may(.respond) else { return #"<span class="xs f">your role may not pause</span>"# }
        let path = "/destinations/\(state.name.percentEncoded)"
        guard lane.state == .open || lane.state == .waiting else {
            return """
                <form method="post" action="\(path)/resume">\(visitor.proofField)\
                <button class="b sm">\(lane.state == .paused ? "Resume" : "Try now")</button></form>
                """
        }
        let id = "why-\(ConsolePath.anchor(state.name))"
        return """
            <details class="menu"><summary class="b sm">Pause…</summary><form class="stack" method="post" \
            action="\(path)/pause">\(visitor.proofField)<label for="\(id)">Why, for whoever finds it paused</label>\
            <input class="full" id="\(id)" name="reason" required maxlength="200"><button class="b sm">Pause</button></form></details>
            """
    }
}
