import Findings

/// A condition, compiled once and asked for every finding.
struct ConditionCheck: Sendable {
    /// ANDed, in the order written.
    let checks: [Check]

    indirect enum Check: Sendable {
        /// Bit `n` stands for the severity with the raw value `n`.
        case severity(UInt8, expected: String)
        case field(FieldCheck)
        case pattern(WrittenPattern)
        case not(ConditionCheck)
        case any([ConditionCheck])
    }

    init(_ condition: Condition, accounts: [String: [String]]) {
        checks = condition.tests.map { test in
            switch test {
            case .severity(let accepted, let words):
                .severity(accepted.reduce(0) { $0 | 1 << $1.rawValue }, expected: EscapedText.list(words, most: 20))
            case .field(let field, let globs): .field(FieldCheck(field, globs, accounts: accounts))
            case .pattern(let pattern): .pattern(pattern)
            case .not(let condition): .not(ConditionCheck(condition, accounts: accounts))
            case .any(let conditions): .any(conditions.map { ConditionCheck($0, accounts: accounts) })
            }
        }
    }

    init(_ checks: [Check]) { self.checks = checks }

    func accepts(_ values: FieldValues) -> Bool {
        for check in checks where check.accepts(values) == false { return false }
        return true
    }

    /// Where the checks look, at any depth.
    var attributes: Set<FieldValues.Attribute> {
        checks.reduce(into: []) { attributes, check in
            switch check {
            case .severity, .pattern: break
            case .field(let field): attributes.formUnion(field.attributes)
            case .not(let condition): attributes.formUnion(condition.attributes)
            case .any(let conditions): for condition in conditions { attributes.formUnion(condition.attributes) }
            }
        }
    }
}

extension ConditionCheck {
    /// Whether one of the checks, at any depth, is an event pattern.
    var hasPattern: Bool { patterns.isEmpty == false }

    /// The event patterns among the checks, at any depth.
    var patterns: [WrittenPattern] {
        checks.flatMap { check -> [WrittenPattern] in
            switch check {
            case .severity, .field: []
            case .pattern(let pattern): [pattern]
            case .not(let condition): condition.patterns
            case .any(let conditions): conditions.flatMap(\.patterns)
            }
        }
    }
}

extension ConditionCheck.Check {
    func accepts(_ values: FieldValues) -> Bool {
        switch self {
        case .severity(let accepted, _): accepted & 1 << values.severity.rawValue != 0
        case .field(let field): field.accepts(values)
        case .pattern(let pattern):
            values.event.map { pattern.compiled.matches($0.event, narrowing: $0.narrowing) } ?? false
        case .not(let condition): condition.accepts(values) == false
        case .any(let conditions): conditions.contains { $0.accepts(values) }
        }
    }
}
