import Findings

extension ConditionCheck {
    /// Sets of anchors; of each set one must hold for the condition to be met. A condition without a set may be met by
    /// anything.
    var anchorSets: [[Anchor]] {
        checks.flatMap { check -> [[Anchor]] in
            switch check {
            case .severity(let accepted, _):
                [
                    Severity.allCases.filter { accepted & 1 << $0.rawValue != 0 }
                        .map { Anchor(slot: .severity($0), key: .present) }
                ]
            case .field(let field): field.anchors.map { [$0] } ?? []
            case .pattern(let pattern): pattern.compiled.anchorSets.map(\.anchors)
            // What must not be so leads nowhere.
            case .not: []
            case .any(let conditions): ConditionCheck.anchors(ofAny: conditions).map { [$0] } ?? []
            }
        }
    }

    /// One set for all conditions together, when each of them has one.
    private static func anchors(ofAny conditions: [ConditionCheck]) -> [Anchor]? {
        var all: [Anchor] = []
        for condition in conditions {
            guard let best = condition.anchorSets.min(by: { Anchor.breadth($0) < Anchor.breadth($1) }) else {
                return nil
            }
            all += best
        }
        return all
    }
}

extension FieldCheck {
    /// The anchors of the words that include; `nil` when everything that is not excluded is taken.
    var anchors: [Anchor]? {
        takesTheRest ? nil : includes.map { Anchor(slot: .attribute($0.attribute), key: $0.glob.anchor) }
    }
}

extension Glob {
    /// What a value must be to be worth comparing.
    var anchor: Anchor.Key { Anchor.key(of: literals) ?? .present }
}
