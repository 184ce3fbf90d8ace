package import Findings

/// What came of asking rules about everything that is expected of them.
package struct ExpectationReport: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case held
        /// What was expected and what becomes of the finding instead, as a clause; and the rule that takes it, when one does.
        case broken(String, rule: String?)
        /// Why nobody can say whether it holds, as a clause. It does not count as held.
        case notRun(String)
    }

    package struct Result: Sendable, Hashable {
        package var expectation: Expectation
        /// Among the expectations of its document, from 0.
        package var place: Int
        package var outcome: Outcome

        package var name: String { expectation.name }
        package var isHeld: Bool { outcome == .held }

        /// What keeps it from being held, in words; `nil` when it is.
        package var reason: String? {
            switch outcome {
            case .held: nil
            case .broken(let reason, _): reason
            case .notRun(let reason): "cannot be run here: \(reason)"
            }
        }
    }

    /// In the order of the document.
    package var results: [Result]

    package init(results: [Result] = []) { self.results = results }

    package var isEmpty: Bool { results.isEmpty }
    package var held: Int { results.count(where: \.isHeld) }
    package var broken: [Result] {
        results.filter { if case .broken = $0.outcome { true } else { false } }
    }
    package var notRun: [Result] {
        results.filter { if case .notRun = $0.outcome { true } else { false } }
    }

    /// `12 expectations hold`, `11 of 12 expectations hold, 1 cannot be run here`.
    package var words: String {
        let (held, unknown) = (held, notRun.count)
        let noun = results.count == 1 ? "expectation" : "expectations"
        let verb = held == 1 ? "holds" : "hold"
        let count = held == results.count ? "\(held)" : "\(held) of \(results.count)"
        return "\(count) \(noun) \(verb)" + (unknown == 0 ? "" : ", \(unknown) cannot be run here")
    }
}

extension ExpectationReport.Result {
    /// `name`, `place`, `outcome` (`held`, `broken` or `not_run`), `reason` and `rule`.
    package var json: JSONValue {
        let (word, rule): (String, String?) =
            switch outcome {
            case .held: ("held", nil)
            case .broken(_, let rule): ("broken", rule)
            case .notRun: ("not_run", nil)
            }
        return .compact([
            "name": .string(name),
            "pointer": .string("/expectations/\(place)"),
            "outcome": .string(word),
            "reason": reason.map { .string($0) },
            "rule": rule.map { .string($0) },
        ])
    }
}

extension ExpectationReport {
    /// `held`, `broken`, `notRun`, `summary` and the `items` themselves.
    package var json: JSONValue {
        [
            "held": .integer(held),
            "broken": .integer(broken.count),
            "notRun": .integer(notRun.count),
            "summary": .string(words),
            "items": .array(results.map(\.json)),
        ]
    }
}
