import HTTPSurface

extension PublishPage {
    var measured: HTML {
        switch subject {
        case .draft: summary
        case .version(let number, _): measured(number)
        }
    }

    /// In a sentence what stands on the draft's own page of its effect.
    private var summary: HTML {
        let words: HTML =
            switch effect?.state {
            case nil, .interrupted:
                "What it changes for what came in was not measured yet: “See effect” does, and says who would be told."
            case .running: "What it changes for what came in is being measured."
            case .stale(let changes):
                "What was measured is from before \(changes == 1 ? "the latest change" : "the latest \(changes) changes")."
            case .empty: "Nothing came in by which its effect could be measured."
            case .complete, .cut: "\(effect.map(PublishPage.summary) ?? "")"
            }
        let link: HTML = effect == nil ? "" : #" <a class="u" href="/draft/effect">Its effect</a>"#
        return #"<div class="note" role="status"><div class="grow">\#(words)\#(link)</div></div>"#
    }

    /// So many destinations are named; the page of the effect has them all.
    private static let mostNamed = 6

    private static func summary(_ effect: EffectView) -> HTML {
        let counts = effect.counts.filter { $0.findings > 0 }
        guard counts.isEmpty == false else { return "For what came in, nobody would have been told otherwise." }
        let parts: [HTML] = counts.enumerated().map { index, count in
            #"\#(index == 0 ? "" : ", ")<b class="\#(count.kind.look)">\#(.number(count.findings)) \#(count.kind.title)</b>"#
        }
        let changed = effect.destinations.filter { $0.gained > 0 || $0.lost > 0 }
        let named: [HTML] = changed.prefix(PublishPage.mostNamed).map { destination in
            let gained: HTML =
                destination.gained > 0 ? #" <span class="t-gain nw">+\#(.number(destination.gained))</span>"# : ""
            let lost: HTML =
                destination.lost > 0 ? #" <span class="t-loss nw">−\#(.number(destination.lost))</span>"# : ""
            return " \(destination.name)\(gained)\(lost)"
        }
        let more: HTML =
            changed.count > named.count ? " and \(.number(changed.count - named.count)) more destinations" : ""
        return """
            Of \(.number(effect.findings)) findings that came in: \(parts)\(named.isEmpty ? "" : ";" as HTML)\(named)\(more).
            """
    }

    /// For rules that have no page of their own to be measured on.
    private func measured(_ number: Int) -> HTML {
        let isRunning = if case .running = effect?.state { true } else { false }
        let words: HTML =
            effect.map(EffectResultView.words) ?? "What this changes for what came in was not measured yet."
        let button: HTML =
            isRunning ? "" : #"<button class="b">\#(effect == nil ? "Measure it" : "Measure again")</button>"#
        let refresh: HTML = isRunning ? #"<a class="b" href="/versions/\#(number)/rollback">Refresh</a>"# : ""
        let result: HTML = effect.map { EffectResultView(bench: bench, effect: $0).html } ?? ""
        return """
            <section class="card"><div class="body row between wrap"><p role="status">\(words)</p>\
            <form class="row" method="post" action="/versions/\(number)/effect">\(bench.visitor.proofField)\(refresh)\
            \(bench.visitor.controls(.edit, button))</form></div></section>\(result)
            """
    }
}
