import FoundationEssentials
import Operations
import Replay
import Routing
import Store
import Triage

/// How often the rules of a page matched in the last days.
struct RuleTallies: Sendable {
    private var uses: [String: RuleUse] = [:]
    private var firstDay = 0
    /// What a replay of the draft says, before and after.
    private var replayed: [String: HourlyCounts.Pair]?
    /// Findings that reach nobody by what the draft did to a rule, by itself.
    private var nobody: [String: Int] = [:]
    private var against = 0
    /// How often the draft has changed since; `nil` where it was measured as it is.
    private var changes: Int?

    init() {}

    /// - Parameters:
    ///   - uses: What was counted.
    ///   - since: Where the counting begins, a midnight of UTC.
    ///   - replay: Of the draft, if it was measured.
    ///   - changes: How often the draft has changed since; `nil` where it was measured as it is.
    ///   - version: What the draft is compared with.
    init(_ uses: [RuleUse], since: Date, replay: ReplayResult?, changes: Int? = nil, against version: Int?) {
        self.changes = changes
        self.uses = Dictionary(uses.map { ($0.rule, $0) }) { first, _ in first }
        firstDay = Int(since.timeIntervalSince1970 / 86_400)
        replayed = replay?.rules
        for effect in replay?.changes ?? [] {
            guard case .rule(let name) = effect.change.subject, let count = effect.findings[.nobody] else { continue }
            nobody[name] = count
        }
        against = version ?? 0
    }

    /// - Parameter rule: `nil` for what no rule matches.
    /// - Returns: What its row shows.
    func matches(of rule: Rule?) -> RuleMatches {
        let name = rule?.name ?? RouteDocument.Fallback.name
        var days = [Int](repeating: 0, count: RuleMatches.days)
        for day in uses[name]?.days ?? [] where days.indices.contains(day.day - firstDay) {
            days[day.day - firstDay] = day.counts.matched
        }
        var change: HourlyCounts.Pair?
        if let replayed {
            let pair = replayed[name] ?? HourlyCounts.Pair(before: 0, after: 0)
            if pair.before != pair.after { change = pair }
        }
        return RuleMatches(
            isOff: rule?.isEnabled == false,
            days: days,
            change: change,
            isStale: changes != nil,
            isOfNobody: rule == nil
        )
    }

    /// How many findings reach nobody by what the draft did to this rule, as measured.
    func nobody(by rule: Rule) -> Int { nobody[rule.name] ?? 0 }

    /// What the numbers are, in a sentence.
    var words: String {
        guard replayed != nil else { return "Matches of seven days of UTC, today included; the bars are days." }
        let since = changes.map { " before its last \($0 == 1 ? "change" : "\($0) changes")" } ?? ""
        return
            "Matches of seven days of UTC, today included; with an arrow, v\(against) and your draft on what came in, "
            + "as measured\(since)."
    }
}
