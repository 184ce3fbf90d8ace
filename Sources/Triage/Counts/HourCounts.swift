package import FoundationEssentials
package import Routing

/// What is counted by the hour of receipt while observations are applied; each is to be added to what is stored.
package struct HourCounts: Sendable, Hashable {
    package private(set) var rules: [RuleHour: RuleCounts] = [:]

    package init() {}

    /// Counts what the rules said of an observation.
    ///
    /// What no rule matched is counted under the name of the fallback, whether there is one or not.
    ///
    /// - Parameters:
    ///   - decision: What they said.
    ///   - receivedAt: When the observation was received.
    package mutating func add(_ decision: Decision, receivedAt: Date) {
        let hour = receivedAt.utcHour
        let firsts: [Decision.Routed]
        if case .routed(let routed) = decision.verdict { firsts = routed } else { firsts = [] }
        func count(_ rule: String, hasEnded: Bool) {
            let isFirst = firsts.contains { $0.rule == rule }
            rules[RuleHour(rule: rule, hour: hour), default: RuleCounts()] += RuleCounts(
                matched: 1,
                ended: hasEnded ? 1 : 0,
                first: isFirst ? 1 : 0
            )
        }
        guard let last = decision.matched.last else { return count(RouteDocument.Fallback.name, hasEnded: false) }
        for rule in decision.matched.dropLast() { count(rule, hasEnded: false) }
        count(last, hasEnded: decision.isEnded)
    }

    /// Adds what was counted apart.
    package mutating func add(_ other: HourCounts) {
        for (hour, counts) in other.rules { rules[hour, default: RuleCounts()] += counts }
    }
}
