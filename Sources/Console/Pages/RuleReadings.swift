import HTTPSurface
import Routing

/// The decision rule by rule: matching rules open, the nearest of the others beside them, and further ones folded.
struct RuleReadings {
    private typealias Placed = (place: Int, reading: Explanation.Reading)
    private let shown: [Placed]
    private let folded: [Placed]
    private let left: Int

    /// How many rules that did not match stand beside those that did.
    private static let nearMisses = 3
    /// How many are shown at most, with those in the fold.
    private static let mostMisses = 20

    init(_ explanation: Explanation) {
        let rules = explanation.rules
        let misses = rules.indices.lazy.filter { rules[$0].outcome != .matched }
            .map { (failures: rules[$0].failures, at: $0) }
        // Near is what fails by the fewest conditions.
        let near = misses.sorted { ($0.failures, $0.at) < ($1.failures, $1.at) }.prefix(RuleReadings.mostMisses)
        let matched = rules.indices.filter { rules[$0].outcome == .matched }
        func placed(_ places: [Int]) -> [Placed] { places.sorted().map { (place: $0 + 1, reading: rules[$0]) } }
        // A fold for one row would take as much room as the row.
        let nearest = near.count <= RuleReadings.nearMisses + 1 ? near.count : RuleReadings.nearMisses
        shown = placed(matched + near.prefix(nearest).map(\.at))
        folded = placed(near.dropFirst(nearest).map(\.at))
        left = rules.count - shown.count - folded.count
    }

    var html: HTML {
        let rows: [HTML] = shown.map { RuleReadings.details($0.place, $0.reading) }
        guard folded.isEmpty == false else { return "\(rows)" }
        let rest: [HTML] = folded.map { RuleReadings.details($0.place, $0.reading) }
        let more: HTML =
            left > 0
            ? #"<p class="fs s f">These came nearest; \#(.number(left)) more are not shown.</p>"# : ""
        return """
            \(rows)<details class="fold"><summary class="row fs s m">\(.icon(.chev, "chev i-s f"))\(.number(folded.count + left)) more did not match\
            </summary>\(rest)\(more)</details>
            """
    }

    private static func details(_ place: Int, _ reading: Explanation.Reading) -> HTML {
        let isMatch = reading.outcome == .matched
        let mark: HTML =
            isMatch
            ? "\(.icon(.check, "t-ok"))\(.hidden("matched"))" : "\(.icon(.x, "f"))\(.hidden("did not match"))"
        let name: HTML = isMatch ? "<b>\(reading.rule.name)</b>" : #"<span class="m">\#(reading.rule.name)</span>"#
        return """
            <details class="read"\(isMatch ? " open" : "")><summary>\(.icon(.chev, "chev i-s f"))<span>\(mark)</span>\
            <span class="f s nr">\(place)</span>\(name)<span class="s why\(isMatch ? "" : " f")">\(words(reading))</span>\
            </summary><div class="in"><table class="cmp"><thead><tr><th scope="col">\(.hidden("Holds"))</th>\
            <th scope="col">Field</th><th scope="col">Rule wants</th><th scope="col">Finding has</th></tr></thead>\
            <tbody>\(reading.conditions.flatMap { rows($0, depth: 0) })</tbody></table></div></details>
            """
    }

    private static func words(_ reading: Explanation.Reading) -> HTML {
        switch reading.outcome {
        case .matched:
            if let reason = reading.rule.suppress { return "suppressed: \(reason)" }
            return "→ \(reading.rule.send.joined(separator: ", "))"
        case .notMatched: return "\(reading.reason ?? "")"
        case .off: return "off\(reading.wouldMatch ? ", and it would match" : "")"
        case .notReached(let ender):
            return "not reached: “\(ender)” ended the reading\(reading.wouldMatch ? ", and it would have matched" : "")"
        }
    }

    private static func rows(_ comparison: Explanation.Comparison, depth: Int) -> [HTML] {
        let mark: HTML =
            comparison.holds
            ? "\(.icon(.check, "i-s t-ok"))\(.hidden("holds"))" : "\(.icon(.x, "i-s t-bad"))\(.hidden("does not hold"))"
        let indent = String(repeating: "· ", count: depth)
        let row: HTML = """
            <tr\(comparison.holds ? "" : #" class="miss""# as HTML)><td class="nw">\(mark)</td><td>\(indent)\(comparison.name)</td>\
            <td class="mono">\(comparison.expected)</td><td class="mono">\(comparison.actual)</td></tr>
            """
        return [row] + comparison.parts.flatMap { rows($0, depth: depth + 1) }
    }
}
