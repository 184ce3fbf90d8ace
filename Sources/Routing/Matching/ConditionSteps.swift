package import Findings

/// A condition test by test, for the question how far into it a finding gets.
package struct ConditionSteps: Sendable {
    /// The tests as they are called in routes.json, in the order written: `severity`, `account`, `not` …
    package let names: [String]
    private let condition: ConditionCheck
    private let attributes: Set<FieldValues.Attribute>
    private let hasPattern: Bool

    /// - Parameters:
    ///   - condition: Of a rule.
    ///   - accounts: The account groups that it may name.
    package init(_ condition: Condition, accounts: [String: [String]]) {
        self.condition = ConditionCheck(condition, accounts: accounts)
        attributes = self.condition.attributes
        hasPattern = self.condition.hasPattern
        names = condition.tests.map { test in
            switch test {
            case .severity: "severity"
            case .field(let field, _): field.rawValue
            case .pattern: "pattern"
            case .not: "not"
            case .any: "any"
            }
        }
    }

    /// How many tests hold before the first that does not; all of them when the condition accepts the observation.
    package func passed(by observation: Observation) -> Int {
        let values = FieldValues(observation, attributes: attributes, hasPatterns: hasPattern)
        return condition.checks.firstIndex { $0.accepts(values) == false } ?? condition.checks.count
    }
}
