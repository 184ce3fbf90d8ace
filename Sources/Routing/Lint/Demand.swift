import Findings

/// One thing that a finding must or must not have: what conditions come to when `not` and `any` are multiplied out.
enum Demand: Sendable {
    /// Bit `n` stands for the severity with the raw value `n`.
    case severity(UInt8)
    /// One of the field's values is accepted by one of the words.
    case some(Condition.Field, [FieldCheck.Word])
    /// None of the field's values is accepted by any of the words.
    case none(Condition.Field, [FieldCheck.Word])
    /// Whether the event matches the pattern.
    case pattern(WrittenPattern, matches: Bool)
}

/// Alternatives, each a list of demands that must hold together.
struct Demands: Sendable {
    /// `nil` when there would be more than is looked at.
    var alternatives: [[Demand]]?

    private static let most = 1_024

    /// What the condition asks for, or with `holds` set to false what its opposite does.
    init(_ condition: ConditionCheck, holds: Bool = true) {
        let parts = condition.checks.map { Demands($0, holds: holds) }
        self = holds ? Demands(all: parts) : Demands(any: parts)
    }

    private init(_ check: ConditionCheck.Check, holds: Bool) {
        switch check {
        case .severity(let accepted, _):
            alternatives = [[.severity(holds ? accepted : ~accepted & Demands.everySeverity)]]
        case .field(let field): alternatives = Demands.field(field, holds: holds)
        case .pattern(let pattern): alternatives = [[.pattern(pattern, matches: holds)]]
        case .not(let condition): self = Demands(condition, holds: holds == false)
        case .any(let conditions):
            let parts = conditions.map { Demands($0, holds: holds) }
            self = holds ? Demands(any: parts) : Demands(all: parts)
        }
    }

    private static let everySeverity = UInt8(truncatingIfNeeded: 1 << Severity.allCases.count - 1)

    private static func field(_ check: FieldCheck, holds: Bool) -> [[Demand]] {
        if holds {
            var demands: [Demand] = check.excludes.isEmpty ? [] : [.none(check.field, check.excludes)]
            if check.takesTheRest == false { demands.append(.some(check.field, check.includes)) }
            return [demands]
        }
        var alternatives: [[Demand]] = check.excludes.isEmpty ? [] : [[.some(check.field, check.excludes)]]
        if check.takesTheRest == false { alternatives.append([.none(check.field, check.includes)]) }
        return alternatives
    }

    /// All of the parts together.
    init(all parts: [Demands]) {
        var result: [[Demand]] = [[]]
        for part in parts {
            guard let factor = part.alternatives, result.count * factor.count <= Demands.most else {
                alternatives = nil
                return
            }
            result = result.flatMap { left in factor.map { left + $0 } }
        }
        alternatives = result
    }

    private init(any parts: [Demands]) {
        var result: [[Demand]] = []
        for part in parts {
            guard let more = part.alternatives, result.count + more.count <= Demands.most else {
                alternatives = nil
                return
            }
            result += more
        }
        alternatives = result
    }
}
