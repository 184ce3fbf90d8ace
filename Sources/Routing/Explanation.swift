package import Findings

/// Why a finding goes where it goes: rule by rule, each condition with what it wants and what the finding has.
package struct Explanation: Sendable, Hashable {
    package var finding: Finding
    package var decision: Decision
    /// Every rule of the document, in its order.
    package var rules: [Reading]

    package init(finding: Finding, decision: Decision, rules: [Reading]) {
        self.finding = finding
        self.decision = decision
        self.rules = rules
    }

    /// What the reading of one rule gave.
    package struct Reading: Sendable, Hashable {
        package var rule: Rule
        package var outcome: Outcome
        /// Every condition of the rule, in the order written; empty when it was not read.
        package var conditions: [Comparison]

        package init(rule: Rule, outcome: Outcome, conditions: [Comparison]) {
            self.rule = rule
            self.outcome = outcome
            self.conditions = conditions
        }

        /// The first condition that does not hold.
        package var firstFailure: Comparison? { conditions.first { $0.holds == false } }
    }

    package enum Outcome: Sendable, Hashable {
        case matched
        case notMatched
        /// A rule before it matched and ended the reading.
        case notReached(endedBy: String)
    }

    /// One condition beside what the finding has.
    package struct Comparison: Sendable, Hashable {
        /// The key in routes.json: `severity`, `account`, `not` …; `1`, `2` … for the alternatives of `any`.
        package var name: String
        /// What the rule wants, in words.
        package var expected: String
        /// What the finding has, in words.
        package var actual: String
        package var holds: Bool
        /// The conditions inside `not` and `any`.
        package var parts: [Comparison]

        package init(name: String, expected: String, actual: String, holds: Bool, parts: [Comparison] = []) {
            self.name = name
            self.expected = expected
            self.actual = actual
            self.holds = holds
            self.parts = parts
        }
    }
}

extension ConditionCheck {
    /// Every condition beside what the finding has; the same checks that decide say whether it holds.
    func explain(_ values: FieldValues, _ observation: Observation) -> [Explanation.Comparison] {
        checks.map { $0.explain(values, observation) }
    }
}

extension ConditionCheck.Check {
    fileprivate func explain(_ values: FieldValues, _ observation: Observation) -> Explanation.Comparison {
        let holds = accepts(values)
        switch self {
        case .severity(_, let expected):
            return .init(name: "severity", expected: expected, actual: values.severity.label, holds: holds)
        case .field(let check):
            let texts = FieldValues.texts(of: .init(check.field), in: observation.finding)
            return .init(
                name: check.field.rawValue,
                expected: check.expected,
                actual: texts.isEmpty ? "nothing" : ShownText.list(texts),
                holds: holds
            )
        case .pattern(let pattern):
            return .init(
                name: "pattern",
                expected: "an event that matches",
                actual: holds ? "one that matches" : "one that does not match",
                holds: holds,
                parts: values.event.map(pattern.compiled.explain) ?? []
            )
        case .not(let condition):
            return .init(
                name: "not",
                expected: "not all of these",
                actual: holds ? "at least one does not hold" : "all hold",
                holds: holds,
                parts: condition.explain(values, observation)
            )
        case .any(let conditions):
            let held = conditions.filter { $0.accepts(values) }.count
            return .init(
                name: "any",
                expected: "at least one of \(conditions.count)",
                actual: held == 0 ? "none" : "\(held)",
                holds: holds,
                parts: conditions.enumerated().map { index, condition in
                    let holds = condition.accepts(values)
                    return .init(
                        name: "\(index + 1)",
                        expected: "all of these",
                        actual: holds ? "all hold" : "not all hold",
                        holds: holds,
                        parts: condition.explain(values, observation)
                    )
                }
            )
        }
    }
}
