import Findings
import FoundationEssentials
import Routing

/// What two rule sets say about everything that was observed, counted.
struct DecisionTally: Sendable {
    private struct Pair: Hashable {
        var before: Int
        var after: Int
    }

    private let before: RoutingTable
    private let after: RoutingTable
    private var beforeDecisions = KnownDecisions()
    private var afterDecisions = KnownDecisions()
    private var numbers: [Pair: Int] = [:]
    private var changes: [DecidedChange] = []
    private var fateNumbers: [Int32] = []
    /// Observations of each change in the hour at hand, and before it.
    private var ofHour: [Int] = []
    private var counts: [Int] = []
    private var hour: Int?
    private(set) var fates = FindingFates()
    private(set) var observations = 0
    private(set) var samples: ReplaySamples
    private(set) var effects: ChangeEffects
    private var hours: [String: HourlyCounts] = [:]
    /// Findings of HIGH or worse that are suppressed at some observation.
    private var severelySuppressed: Set<Int> = []

    init(_ question: ReplayQuestion, _ limits: ReplayLimits) {
        before = question.before
        after = question.after
        samples = ReplaySamples(limits)
        effects = ChangeEffects(question, limits)
    }

    /// Decides one observation by both.
    mutating func add(_ observation: PastObservation, of event: PastEvent) {
        let number = number(before.decide(observation.before), after.decide(observation.after))
        let hour = HourlyCounts.hour(of: event.receivedAt)
        if hour != self.hour {
            closeHour()
            self.hour = hour
        }
        ofHour[number] += 1
        observations += 1
        let hash = FindingFates.hash(observation.after.finding.key)
        fates.add(fateNumbers[number], to: hash)
        guard changes[number].change.kind != .unchanged else { return }
        if changes[number].change.kind == .suppressed, observation.after.finding.severity >= .high {
            severelySuppressed.insert(hash)
        }
        samples.add(changes[number], observation, event, hash: hash)
        effects.add(observation, before: changes[number].before, after: changes[number].after, hash: hash)
    }

    /// Ends the counting.
    mutating func close() {
        closeHour()
        samples.settle(fates)
    }

    /// Findings that are newly suppressed, and were HIGH or worse.
    var suppressedHigh: Int { severelySuppressed.count { fates.fate(of: $0)?.kind == .suppressed } }

    /// Observations of each class.
    var observationClasses: [ReplayClass: Int] {
        changes.indices.reduce(into: [:]) { classes, index in
            let count = counts[index] + ofHour[index]
            if count > 0 { classes[changes[index].change.kind, default: 0] += count }
        }
    }

    /// What it means for each destination, in the order of the later rules, then of the earlier ones.
    var destinations: [DestinationEffect] {
        var names = after.document.destinations.map(\.name)
        names += before.document.destinations.map(\.name).filter { names.contains($0) == false }
        var gained: [String: Int] = [:]
        var lost: [String: Int] = [:]
        for (fate, count) in zip(fates.fates, fates.counts) where count > 0 {
            for name in fate.gained { gained[name, default: 0] += count }
            for name in fate.lost { lost[name, default: 0] += count }
        }
        return names.map { name in
            DestinationEffect(
                destination: name,
                findingsGained: gained[name] ?? 0,
                findingsLost: lost[name] ?? 0,
                observations: hours[name] ?? HourlyCounts()
            )
        }
    }

    /// How many observations each rule matched, by its name; what no rule matched stands under that of the fallback.
    var rules: [String: HourlyCounts.Pair] {
        var rules: [String: HourlyCounts.Pair] = [:]
        for (index, change) in changes.enumerated() {
            let count = counts[index] + ofHour[index]
            for rule in change.before.matched.isEmpty ? [RouteDocument.Fallback.name] : change.before.matched {
                rules[rule, default: .init(before: 0, after: 0)].before += count
            }
            for rule in change.after.matched.isEmpty ? [RouteDocument.Fallback.name] : change.after.matched {
                rules[rule, default: .init(before: 0, after: 0)].after += count
            }
        }
        return rules
    }

    private mutating func number(_ one: Decision, _ other: Decision) -> Int {
        let pair = Pair(before: beforeDecisions.number(one), after: afterDecisions.number(other))
        if let known = numbers[pair] { return known }
        let (one, other) = (beforeDecisions.all[pair.before], afterDecisions.all[pair.after])
        let change = DecisionChange(from: one, to: other)
        numbers[pair] = changes.count
        changes.append(DecidedChange(before: one, after: other, change: change))
        fateNumbers.append(fates.number(.init(change)))
        ofHour.append(0)
        counts.append(0)
        return changes.count - 1
    }

    private mutating func closeHour() {
        guard let hour else { return }
        for (index, count) in ofHour.enumerated() where count > 0 {
            for name in changes[index].before.destinations {
                hours[name, default: HourlyCounts()].add(count, before: true, hour: hour)
            }
            for name in changes[index].after.destinations {
                hours[name, default: HourlyCounts()].add(count, before: false, hour: hour)
            }
            counts[index] += count
            ofHour[index] = 0
        }
    }
}
