import Findings
import FoundationEssentials
import HTTPSurface
import Routing

/// The way of one finding through the rules: one step for each rule that says something, the rules between them folded.
struct TryWay {
    var explanation: Explanation
    /// What decided, in words: `v3`.
    var rules: String
    /// Among the findings that were asked about; `nil` where nothing may be expected of it.
    var place: Int?
    /// Unlike those of the other ways on the page.
    var label = "The way"
    var visitor: Visitor

    /// The form of the buttons.
    static let form = "expecting"

    private var expect: HTML {
        guard let place else { return "" }
        let button: HTML = """
            <button class="b sm" form="\(TryWay.form)" name="index" value="\(place)">Expect this…</button>
            """
        return """
            <footer>\(visitor.controls(.edit, button))</footer>
            """
    }

    var html: HTML {
        """
        <section class="card" aria-label="\(label)"><header><h2 class="row\(tone)">\(.icon(icon))\(verdict)</h2>\
        <span class="s f">by \(rules)</span></header><ol class="body path">\(beginning)\(steps)\(end)</ol>\(expect)</section>
        """
    }

    private var tone: HTML {
        if case .unrouted = explanation.decision.verdict { return " t-bad" }
        return ""
    }

    private var icon: Icon {
        switch explanation.decision.verdict {
        case .routed: .send
        case .suppressed: .mute
        case .unrouted: .nobody
        }
    }

    private var verdict: String {
        switch explanation.decision.verdict {
        case .routed(let routed): routed.count == 1 ? "Told at one destination" : "Told at \(routed.count) destinations"
        case .suppressed: "Suppressed"
        case .unrouted: "Reaches nobody"
        }
    }

    private var beginning: HTML {
        let finding = explanation.finding
        let facts =
            [
                finding.severity.label, finding.namedAccount ?? "no account", finding.region ?? "no Region",
                finding.product,
            ] + finding.resources.prefix(1).compactMap(\.type)
        return step(
            .plus,
            "y",
            "<b>\(String(finding.title.prefix(300)))</b>",
            #"<p class="s m">\#(facts.joined(separator: " · "))</p>"#
        )
    }

    private var end: HTML {
        switch explanation.decision.verdict {
        case .routed(let routed):
            let tellings = explanation.timing?.tellings ?? []
            let lines: [HTML] = routed.enumerated().map { index, one in
                let telling = tellings.indices.contains(index) ? tellings[index] : nil
                let conditions: [HTML] = (telling?.conditions ?? []).map { #"<li class="f">\#($0)</li>"# }
                let isQuiet = telling.map { [.dropped, .unannounced, .silenced].contains($0.how) } ?? false
                return step(
                    isQuiet ? .mute : telling?.how == .now ? .send : .clock,
                    isQuiet ? "n" : "y",
                    "<b>\(one.destination)</b>",
                    """
                    <p class="s">\(telling?.text ?? "")</p><p class="s m">on the terms of “\(one.rule)”</p>\
                    <ul class="s">\(conditions)</ul>
                    """
                )
            }
            return "\(lines)"
        case .suppressed(let rule, let reason):
            return step(
                .mute,
                "n",
                "<b>Nobody is told</b>",
                #"<p class="s m">“\#(rule)” suppresses it: \#(reason)</p>"#
            )
        case .unrouted:
            return step(
                .nobody,
                "bad",
                #"<b class="t-bad">No fallback</b>"#,
                #"<p class="s m">Kept, counted as unrouted, told to nobody.</p>"#
            )
        }
    }

    func step(_ icon: Icon, _ tone: String, _ what: HTML, _ more: HTML) -> HTML {
        """
        <li class="step"><span class="dot \(tone)">\(.icon(icon))</span><div>\(what)\(more)</div></li>
        """
    }
}
