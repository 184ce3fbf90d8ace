package import Findings
package import FoundationEssentials

/// Why a finding goes where it goes: rule by rule, each condition with what it wants and what the finding has.
package struct Explanation: Sendable, Hashable {
    package var finding: Finding
    package var decision: Decision
    /// Every rule of the document, in its order.
    package var rules: [Reading]
    /// When each destination of the decision would be told; `nil` when nobody asked.
    package var timing: Timing?

    /// When destinations would be told of a finding.
    package struct Timing: Sendable, Hashable {
        /// The moment at which the finding is taken to come.
        package var now: Date
        /// Whether the silences of a running server were asked.
        package var knowsSilences: Bool
        /// For each routed destination, in the decision's order.
        package var tellings: [Telling]
    }

    package init(finding: Finding, decision: Decision, rules: [Reading]) {
        self.finding = finding
        self.decision = decision
        self.rules = rules
    }

    /// What the reading of one rule gave.
    package struct Reading: Sendable, Hashable {
        package var rule: Rule
        package var outcome: Outcome
        /// Every condition of the rule, in the order written, also of one that was not reached.
        package var conditions: [Comparison]

        package init(rule: Rule, outcome: Outcome, conditions: [Comparison]) {
            self.rule = rule
            self.outcome = outcome
            self.conditions = conditions
        }

        /// The first condition that does not hold.
        package var firstFailure: Comparison? { conditions.first { $0.holds == false } }

        /// Whether all conditions hold, although the rule may not have been reached.
        package var wouldMatch: Bool { firstFailure == nil }

        /// What the first condition that does not hold is and was to be, in words; `nil` when all hold.
        package var reason: String? { firstFailure?.reason }
    }

    /// The rules that would have matched had an earlier one not ended the reading.
    package var cutOff: [Reading] {
        rules.filter { reading in
            guard case .notReached = reading.outcome else { return false }
            return reading.wouldMatch
        }
    }

    package enum Outcome: Sendable, Hashable {
        case matched
        case notMatched
        /// It is not read, whatever comes.
        case off
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

extension Explanation.Comparison {
    /// One sentence on what is and what was to be, taken from the innermost condition that decides.
    package var reason: String {
        switch name {
        case "not": return "all of the conditions inside not hold: \(parts.map(\.name).joined(separator: ", "))"
        case "any":
            let reasons = parts.compactMap { $0.parts.first { $0.holds == false }?.reason }
            return "none of the alternatives of any holds: \(EscapedText.list(reasons, most: 3))"
        case "pattern":
            guard let failed = parts.first(where: { $0.holds == false }) else { return "the event does not match" }
            return failed.patternReason
        case "account" where expected.hasPrefix("@") && expected.hasSuffix(")") && expected.contains("), ") == false:
            let group = expected.prefix { $0 != " " }
            return "account \(actual) is not in \(group)"
        default: return "\(name) is \(actual), the rule wants \(expected)"
        }
    }

    private var patternReason: String {
        if name.hasPrefix("$or") {
            return parts.first { $0.holds == false }.map { "\(name): \($0.patternReason)" } ?? "\(name) does not hold"
        }
        return name == "one element"
            ? "the pattern wants \(expected), the event has \(actual)"
            : "\(name) is \(actual), the pattern wants \(expected)"
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
            return .init(
                name: check.field.rawValue,
                expected: check.expected,
                actual: FieldValues.shown(.init(check.field), in: observation.finding),
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
