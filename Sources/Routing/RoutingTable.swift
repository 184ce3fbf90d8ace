package import Findings
package import FoundationEssentials

/// A rule set ready to decide: the same code decides live, in `explain` and in `check`.
///
/// Never changes; a class, for every request asks for the one in force, and a dozen fields would be copied each time.
package final class RoutingTable: Sendable {
    package let document: RouteDocument
    /// The number of the activated rule set, 0 before it is activated.
    package let version: Int
    /// One for each rule of the document, in its order.
    let conditions: [ConditionCheck]
    /// For each rule of the document whether it is read.
    private let isEnabled: [Bool]
    let attributes: Set<FieldValues.Attribute>
    /// Whether a rule, or what holds others back, looks at the event as it was received.
    package let hasPatterns: Bool
    /// For each rule of the document what it contributes, in the order of its `send`.
    private let contributions: [[Decision.Routed]]
    private let fallback: [Decision.Routed]
    /// Leads from a finding to the rules that can match it at all.
    private let index: RuleIndex
    private let paths: PathTree
    /// Where announced problems are taken back.
    package let resolutions: Resolutions
    private let inhibitions: InhibitionChecks

    package init(_ document: RouteDocument, version: Int) {
        self.document = document
        self.version = version
        conditions = document.rules.map { ConditionCheck($0.when, accounts: document.accounts) }
        isEnabled = document.rules.map(\.isEnabled)
        inhibitions = InhibitionChecks(document)
        attributes = conditions.reduce(into: inhibitions.attributes) { $0.formUnion($1.attributes) }
        hasPatterns = inhibitions.hasPattern || conditions.contains(where: \.hasPattern)
        let named = Dictionary(document.destinations.map { ($0.name, $0) }) { first, _ in first }
        contributions = document.rules.map { rule in
            rule.send.map { Decision.Routed($0, named[$0], rule: rule.name, terms: rule.terms) }
        }
        fallback =
            document.fallback.map { fallback in
                fallback.send.map {
                    Decision.Routed($0, named[$0], rule: RouteDocument.Fallback.name, terms: fallback.terms)
                }
            } ?? []
        resolutions = Resolutions(document)
        var paths = PathTree()
        index = RuleIndex(conditions.map(\.anchorSets), paths: &paths)
        self.paths = paths
    }

    /// What becomes of this observation. Total: every observation gets a decision.
    package func decide(_ observation: Observation) -> Decision {
        decide(FieldValues(observation, attributes: attributes, hasPatterns: hasPatterns))
    }

    /// The decision, given the values of every attribute that the rules look at.
    func decide(_ values: FieldValues) -> Decision {
        let slots = paths.count == 0 ? nil : values.event.map { paths.slots(of: $0.event, narrowing: $0.narrowing) }
        let candidates = index.candidates(slots, values).lazy.map(Int.init)
        var decision = read(candidates) { isEnabled[$0] && conditions[$0].accepts(values) }
        inhibitions.fill(&decision, values)
        return decision
    }

    /// The decision, and for each rule and each of its conditions why.
    package func explain(_ observation: Observation) -> Explanation {
        let values = FieldValues(observation, attributes: attributes, hasPatterns: hasPatterns)
        var outcomes = [Bool?](repeating: nil, count: conditions.count)
        // Every rule, since each is to be explained; what the index leaves out does not match either.
        var decision = read(document.rules.indices) { index in
            guard isEnabled[index] else { return false }
            let matches = conditions[index].accepts(values)
            outcomes[index] = matches
            return matches
        }
        inhibitions.fill(&decision, values)
        var lastRead: String?
        let rules = document.rules.indices.map { index in
            let rule = document.rules[index]
            guard rule.isEnabled else {
                let conditions = conditions[index].explain(values, observation)
                return Explanation.Reading(rule: rule, outcome: .off, conditions: conditions)
            }
            guard let matches = outcomes[index] else {
                return Explanation.Reading(
                    rule: rule,
                    outcome: .notReached(endedBy: lastRead ?? ""),
                    conditions: conditions[index].explain(values, observation)
                )
            }
            lastRead = rule.name
            return Explanation.Reading(
                rule: rule,
                outcome: matches ? .matched : .notMatched,
                conditions: conditions[index].explain(values, observation)
            )
        }
        return Explanation(finding: observation.finding, decision: decision, rules: rules)
    }

    /// The explanation, with the moments at which the destinations would be told.
    ///
    /// - Parameters:
    ///   - observation: What came.
    ///   - now: When it came.
    ///   - silences: Compiled for these rules; `nil` where none are known.
    /// - Returns: The same for the same arguments.
    package func explain(_ observation: Observation, at now: Date, silences: SilenceTable?) -> Explanation {
        var explanation = explain(observation)
        let matching = silences?.matches(observation) ?? []
        var tellings: [Telling] = []
        if case .routed(let routed) = explanation.decision.verdict {
            tellings = routed.map { $0.telling(of: observation.finding, at: now, silences: matching) }
        }
        explanation.timing = .init(now: now, knowsSilences: silences != nil, tellings: tellings)
        return explanation
    }

    /// Reads rules from top to bottom, as far as one that ends the reading, and adds up what they say.
    private func read(_ rules: some Sequence<Int>, matches: (Int) -> Bool) -> Decision {
        var matched: [String] = []
        var routed: [Decision.Routed] = []
        var suppression: (rule: String, reason: String)?
        var isEnded = false
        for index in rules where matches(index) {
            let rule = document.rules[index]
            matched.append(rule.name)
            if let reason = rule.suppress {
                suppression = (rule.name, reason)
                isEnded = true
                break
            }
            add(contributions[index], to: &routed)
            if rule.stop {
                isEnded = true
                break
            }
        }
        if matched.isEmpty { add(fallback, to: &routed) }
        // What earlier rules named stands: a suppression ends the reading, it takes nothing back.
        if routed.isEmpty, let suppression {
            return Decision(
                version: version,
                matched: matched,
                verdict: .suppressed(rule: suppression.rule, reason: suppression.reason),
                isEnded: isEnded
            )
        }
        return Decision(
            version: version,
            matched: matched,
            verdict: routed.isEmpty ? .unrouted : .routed(routed),
            isEnded: isEnded
        )
    }

    private func add(_ contribution: [Decision.Routed], to routed: inout [Decision.Routed]) {
        for one in contribution where routed.contains(where: { $0.destination == one.destination }) == false {
            routed.append(one)
        }
    }
}

extension RouteDocument.Fallback {
    /// What decisions call the fallback; no rule may have this name.
    package static let name = "fallback"
}
