package import Findings

/// Silences compiled with the account groups of a rule set, to be asked about every observation.
///
/// A silence that names an account group which the rules no longer have matches nothing: that could hide what was never
/// meant, for `!@group` would exclude nobody.
package struct SilenceTable: Sendable {
    private let silences: [Silence]
    private let conditions: [ConditionCheck]
    private let index: RuleIndex
    private let paths: PathTree
    /// Where the silences and the rules look.
    let attributes: Set<FieldValues.Attribute>
    let hasPatterns: Bool

    /// - Parameters:
    ///   - silences: In whatever state; which of them is in force is a question of the time.
    ///   - routes: The rules with whose account groups `@group` is meant.
    package init(_ silences: [Silence], for routes: RoutingTable) {
        let accounts = routes.document.accounts
        self.silences = silences.filter { $0.when.missingGroups(accounts).isEmpty }
        conditions = self.silences.map { ConditionCheck($0.when.condition, accounts: accounts) }
        attributes = conditions.reduce(into: routes.attributes) { $0.formUnion($1.attributes) }
        hasPatterns = routes.hasPatterns || conditions.contains(where: \.hasPattern)
        var paths = PathTree()
        index = RuleIndex(conditions.map(\.anchorSets), paths: &paths)
        self.paths = paths
    }

    package var isEmpty: Bool { silences.isEmpty }

    /// The silences whose condition accepts the observation, in the order given.
    package func matches(_ observation: Observation) -> [Silence] {
        isEmpty ? [] : matches(FieldValues(observation, attributes: attributes, hasPatterns: hasPatterns))
    }

    /// The silences whose condition accepts a finding of which only the normalised form is known; those that look at the event
    /// as received are left out.
    package func matches(_ finding: Finding) -> [Silence] {
        guard isEmpty == false else { return [] }
        let values = FieldValues(finding, attributes: attributes)
        return index.candidates(nil, values).lazy.map(Int.init)
            .filter { conditions[$0].hasPattern == false && conditions[$0].accepts(values) }
            .map { silences[$0] }
    }

    func matches(_ values: FieldValues) -> [Silence] {
        let slots = paths.count == 0 ? nil : values.event.map { paths.slots(of: $0.event, narrowing: $0.narrowing) }
        return index.candidates(slots, values).lazy.map(Int.init).filter { conditions[$0].accepts(values) }
            .map { silences[$0] }
    }
}

extension RoutingTable {
    /// The decision, and the silences whose condition accepts the observation; its values are taken once for both.
    ///
    /// - Parameters:
    ///   - observation: What was observed.
    ///   - silences: Compiled for this table.
    /// - Returns: The decision as without silences, which do not touch it.
    package func decide(
        _ observation: Observation,
        silences: SilenceTable
    ) -> (decision: Decision, silences: [Silence]) {
        guard silences.isEmpty == false else { return (decide(observation), []) }
        let values = FieldValues(observation, attributes: silences.attributes, hasPatterns: silences.hasPatterns)
        return (decide(values), silences.matches(values))
    }
}
