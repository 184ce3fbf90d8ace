import HTTPSurface
import Replay

/// How often a rule matched: the number and a bar a day.
struct RuleMatches: Sendable {
    /// As many days as there are bars, the present one included.
    static let days = 7

    var isOff: Bool
    /// The oldest first.
    var days: [Int]
    /// What a draft makes of it, where that is not the same.
    var change: HourlyCounts.Pair?
    /// Whether it is what no rule matched.
    var isOfNobody: Bool

    private var total: Int { days.reduce(0, +) }

    var html: HTML {
        if isOff, total == 0, change == nil { return #"<div class="cnt num f">–</div>"# }
        return #"<div class="cnt num"><div class="nw">\#(number)</div>\#(bars)</div>"#
    }

    private var number: HTML {
        guard let change else {
            return "<span>\(.number(total))\(.hidden(" matched in 7 days"))</span>"
        }
        let tone: HTML = isOfNobody && change.after > change.before ? " class=\"t-bad\"" : ""
        return """
            <span class="xs f">\(.number(change.before)) → </span><span\(tone)>\(.number(change.after))\
            \(.hidden(" with your draft"))</span>
            """
    }

    private var bars: HTML {
        let most = max(1, days.max() ?? 1)
        let words = days.map { ShownNumber.grouped($0) }.joined(separator: ", ")
        let rects: [HTML] = days.enumerated().map { place, count in
            let height = count == 0 ? 1 : max(2, count * 18 / most)
            let look: HTML = place == days.count - 1 ? #" class="hi""# : ""
            return #"<rect x="\#(place * 10 + 1)" y="\#(20 - height)" width="9" height="\#(height)" rx="1"\#(look)/>"#
        }
        return """
            <svg class="spark" width="72" height="20" viewBox="0 0 72 20" role="img" aria-label="Matches a day, today last: \
            \(words)">\(rects)</svg>
            """
    }
}
