import HTTPSurface

/// A bar for each hour.
struct HourBars {
    /// The oldest first.
    var hours: [Int]
    var label: String

    var html: HTML {
        let most = max(1, hours.max() ?? 1)
        let bars = hours.enumerated().map { place, count in
            "M\(place * 3 + 1) 20v-\(count == 0 ? 1 : max(2, count * 18 / most))"
        }.joined()
        let words = hours.map { ShownNumber.grouped($0) }.joined(separator: ", ")
        return """
            <svg class="spark hours" viewBox="0 0 72 20" role="img" aria-label="\(label): \(words)"><path class="hi" d="\(bars)"/></svg>
            """
    }
}
