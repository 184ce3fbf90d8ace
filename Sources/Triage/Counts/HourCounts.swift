package import Findings
package import FoundationEssentials
package import Routing

/// What is counted by the hour of receipt while observations are applied; each is to be added to what is stored.
package struct HourCounts: Sendable, Hashable {
    package private(set) var rules: [RuleHour: RuleCounts] = [:]
    package private(set) var fates: [FateHour: FateCounts] = [:]
    /// How many more findings are open than before; never 0.
    package private(set) var open: [OpenHour: Int] = [:]
    /// By the number of the shadow.
    package private(set) var shadows: [Int64: ShadowTally] = [:]

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

    /// Counts what came of an observation.
    ///
    /// - Parameters:
    ///   - record: What came of it.
    ///   - finding: As it was observed.
    package mutating func add(_ record: ObservationRecord, of finding: Finding) {
        let hour = record.receivedAt.utcHour
        let fate = FateCounts(of: record)
        fates[FateHour(.all, "", hour: hour), default: FateCounts()] += fate
        fates[FateHour(.source, finding.source, hour: hour), default: FateCounts()] += fate
        // By the day, since there are many: thirty days of them are read at once.
        let day = record.receivedAt.utcDay * 24
        fates[FateHour(.account, finding.account ?? "", hour: day), default: FateCounts()] += fate
        for outcome in record.outcomes {
            let isHeld = outcome.held != nil
            fates[FateHour(.destination, outcome.destination, hour: hour), default: FateCounts()] += FateCounts(
                told: isHeld ? 0 : 1,
                held: isHeld ? 1 : 0
            )
        }
    }

    /// Counts what rules beside those in force say of an observation.
    ///
    /// - Parameters:
    ///   - verdict: What they say.
    ///   - record: What came of it under the rules in force.
    ///   - finding: As it was observed.
    ///   - number: Of the finding.
    package mutating func add(
        _ verdict: ShadowVerdict,
        _ record: ObservationRecord,
        of finding: Finding,
        _ number: Int64
    ) {
        shadows[verdict.shadow, default: ShadowTally()].add(verdict.outcome, record, of: finding, number)
    }

    mutating func add(_ change: Int, to hour: OpenHour) {
        let sum = (open[hour] ?? 0) + change
        open[hour] = sum == 0 ? nil : sum
    }

    /// What rules were counted with, alone.
    var ofRules: HourCounts {
        var counts = HourCounts()
        counts.rules = rules
        return counts
    }

    /// Adds what was counted apart.
    package mutating func add(_ other: HourCounts) {
        for (hour, change) in other.open { add(change, to: hour) }
        for (hour, counts) in other.rules { rules[hour, default: RuleCounts()] += counts }
        for (number, tally) in other.shadows { shadows[number, default: ShadowTally()].add(tally) }
        for (hour, counts) in other.fates { fates[hour, default: FateCounts()] += counts }
    }
}
