import HTTPSurface

/// Before and after, day by day.
struct PairedBars {
    var name: String
    var days: [EffectView.Change]

    var html: HTML {
        guard days.isEmpty == false else { return "" }
        let most = max(1, days.map { max($0.before, $0.after) }.max() ?? 1)
        let words = days.map { "\($0.before) to \($0.after)" }.joined(separator: ", ")
        let bars: [HTML] = days.enumerated().map { place, day in
            let x = 3 + place * 29
            return "\(bar("bar-a", x, day.before * 40 / most))\(bar("bar-b", x + 12, day.after * 40 / most))"
        }
        let width = days.count * 29 + 4
        return """
            <svg width="\(width)" height="44" viewBox="0 0 \(width) 44" role="img" aria-label="\(name): messages per day before and \
            after, \(words)"><path class="ax" d="M0 43.5h\(width)"/>\(bars)</svg>
            """
    }

    private func bar(_ look: String, _ x: Int, _ height: Int) -> HTML {
        #"<rect class="\#(look)" x="\#(x)" y="\#(44 - height)" width="11" height="\#(height)" rx="1"/>"#
    }
}
