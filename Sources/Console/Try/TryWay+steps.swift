import HTTPSurface
import Routing

extension TryWay {
    /// Rules that follow each other and are alike.
    private struct Stretch {
        var first: Int
        var readings: [Explanation.Reading]
        var isReached: Bool
    }

    var steps: HTML {
        var html: [HTML] = []
        var stretch: Stretch?
        func close() {
            if let stretch { html.append(folded(stretch)) }
            stretch = nil
        }
        for (index, reading) in explanation.rules.enumerated() {
            if reading.outcome == .matched {
                close()
                html.append(matched(index + 1, reading))
                continue
            }
            let isReached = reading.outcome == .notMatched
            if stretch?.isReached != isReached { close() }
            if stretch == nil { stretch = Stretch(first: index + 1, readings: [], isReached: isReached) }
            stretch?.readings.append(reading)
        }
        close()
        return "\(html)"
    }

    private func matched(_ place: Int, _ reading: Explanation.Reading) -> HTML {
        let rule = reading.rule
        let effect: HTML
        if let reason = rule.suppress {
            effect = "suppresses: \(reason)"
        } else {
            effect = "→ \(rule.send.joined(separator: ", "))\(rule.stop ? ", and ends the reading" : "")"
        }
        let wants: [HTML] = reading.conditions.prefix(12).map {
            "<li>\($0.name): wants <b>\($0.expected)</b>, has \($0.actual)</li>"
        }
        return step(
            rule.suppress == nil ? .check : .mute,
            "y",
            #"<span class="f">\#(place)</span> <b>\#(rule.name)</b>"#,
            #"<p class="s">\#(effect)</p>\#(wants.isEmpty ? "" : #"<ul class="s m">\#(wants)</ul>"# as HTML)"#
        )
    }

    private static let mostFolded = 200

    private func folded(_ stretch: Stretch) -> HTML {
        let last = stretch.first + stretch.readings.count - 1
        let verb = stretch.isReached ? "not match" : "not reached"
        guard stretch.readings.count > 1 else {
            let reading = stretch.readings[0]
            let words = stretch.isReached ? reading.reason ?? "" : TryWay.missed(reading)
            return step(
                .x,
                "n",
                #"<span class="m"><span class="f">\#(stretch.first)</span> \#(reading.rule.name)</span>"#,
                #"<p class="s m">\#(words)</p>"#
            )
        }
        let lines: [HTML] = stretch.readings.prefix(TryWay.mostFolded).enumerated().map { index, reading in
            let words = stretch.isReached ? reading.reason ?? "" : TryWay.missed(reading)
            return """
                <li><span class="f">\(stretch.first + index)</span> \(reading.rule.name) <span class="f">\(words)</span></li>
                """
        }
        let left = stretch.readings.count - lines.count
        let more: HTML = left > 0 ? "<li class=\"f\">and \(.number(left)) more</li>" : ""
        let title =
            stretch.isReached ? "\(stretch.first) to \(last) do \(verb)" : "\(stretch.first) to \(last) are \(verb)"
        return step(
            .x,
            "n",
            "",
            """
            <details><summary class="m">\(.icon(.chev, "chev i-s f")) \(title)</summary><ul class="s m">\(lines)\(more)</ul></details>
            """
        )
    }

    private static func missed(_ reading: Explanation.Reading) -> String {
        guard case .notReached(let ender) = reading.outcome else { return "" }
        return "“\(ender)” ended the reading" + (reading.wouldMatch ? "; it would have matched" : "")
    }
}
