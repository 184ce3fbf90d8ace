import HTTPSurface
import Replay

/// How often a rule matched: the number and a bar a day.
struct RuleMatches: Sendable {
    /// As many days as there are bars, the present one included.
    static let days = LookBack.usualDays

    var isOff: Bool
    /// The oldest first.
    var days: [Int]
    /// What a draft makes of it, where that is not the same.
    var change: HourlyCounts.Pair?
    /// Whether the draft has changed since that was measured.
    var isStale = false
    /// Whether it is what no rule matched.
    var isOfNobody: Bool

    private var total: Int { days.reduce(0, +) }

    /// Of a rule whose matches were not counted.
    static let uncounted = RuleMatches(isOff: true, days: [], change: nil, isOfNobody: false)

    var html: HTML {
        if isOff, total == 0, change == nil { return #"<div class="cnt num f">–</div>"# }
        return #"<div class="cnt num"><div class="nw">\#(number)</div>\#(bars)</div>"#
    }

    private var number: HTML {
        guard let change else {
            return "<span>\(.number(total))\(.hidden(" matched in 7 days"))</span>"
        }
        let tone: HTML = isStale ? #" class="f""# : isOfNobody && change.after > change.before ? " class=\"t-bad\"" : ""
        return """
            <span class="xs f">\(.number(change.before)) → </span><span\(tone)>\(.number(change.after))\
            \(.hidden(" with your draft"))</span>
            """
    }

    private var bars: HTML {
        guard let today = days.last, total > 0 else { return "" }
        let most = max(1, days.max() ?? 1)
        let words = days.map { ShownNumber.grouped($0) }.joined(separator: ", ")
        func bar(_ place: Int, _ count: Int) -> String {
            let height = count == 0 ? 1 : max(2, count * 18 / most)
            return "M\(place * 10 + 5) 20v-\(height)"
        }
        let earlier = days.dropLast().enumerated().map { bar($0, $1) }.joined()
        return """
            <svg class="spark" viewBox="0 0 72 20" role="img" aria-label="Matches a day, today last: \
            \(words)"><path d="\(earlier)"/><path class="hi" d="\(bar(days.count - 1, today))"/></svg>
            """
    }
}
