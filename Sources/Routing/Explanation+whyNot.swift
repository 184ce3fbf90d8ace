extension Explanation.Reading {
    /// How many of its conditions do not hold.
    package var failures: Int { conditions.count { $0.holds == false } }
}

extension Explanation {
    /// The rule that comes nearest to telling a destination: of those that send there the one with the fewest conditions
    /// that do not hold, the first of several.
    ///
    /// - Parameter destination: Its name.
    /// - Returns: `nil` when no rule sends there.
    package func nearest(to destination: String) -> Reading? { senders([destination]).nearest(to: destination) }

    /// Why a destination is not told: the nearest rule that sends there, and the first of its conditions that does not hold.
    ///
    /// Near is the rule with the fewest conditions that do not hold.
    ///
    /// - Parameter destination: Its name.
    /// - Returns: One sentence.
    package func whyNot(_ destination: String) -> String { senders([destination]).whyNot(destination) }

    /// The rules that send to some destinations, found in one reading of all rules.
    ///
    /// - Parameter destinations: Their names.
    /// - Returns: For each of them the nearest rule, and why it is not told.
    package func senders(_ destinations: some Sequence<String>) -> Senders {
        Senders(self, to: Set(destinations))
    }

    /// For each of some destinations, the rule that comes nearest to telling it.
    package struct Senders: Sendable {
        private struct Found {
            /// Among the rules, from 0.
            var place: Int
            var failures: Int
            /// How many rules send there.
            var count: Int
        }

        private let explanation: Explanation
        private var found: [String: Found] = [:]

        fileprivate init(_ explanation: Explanation, to destinations: Set<String>) {
            self.explanation = explanation
            for (place, reading) in explanation.rules.enumerated() where reading.rule.suppress == nil {
                for name in Set(reading.rule.send) where destinations.contains(name) {
                    let failures = reading.failures
                    var known = found[name] ?? Found(place: place, failures: failures, count: 0)
                    known.count += 1
                    if failures < known.failures { (known.place, known.failures) = (place, failures) }
                    found[name] = known
                }
            }
        }

        /// The nearest rule that sends to one of the destinations; `nil` when none does.
        package func nearest(to destination: String) -> Reading? {
            found[destination].map { explanation.rules[$0.place] }
        }

        /// How many conditions of the nearest rule do not hold; `nil` when no rule sends there.
        package func distance(to destination: String) -> Int? { found[destination]?.failures }

        /// Why one of the destinations is not told, as ``Explanation/whyNot(_:)`` says it.
        package func whyNot(_ destination: String) -> String {
            guard let nearest = nearest(to: destination) else {
                return "No rule sends to \(EscapedText.visible(destination))."
            }
            let name = "“\(EscapedText.visible(nearest.rule.name, limit: 100))”"
            switch nearest.outcome {
            case .matched:
                if case .suppressed(let rule, let reason) = explanation.decision.verdict {
                    return
                        "Rule “\(EscapedText.visible(rule, limit: 100))” suppresses it: \(EscapedText.visible(reason))."
                }
                return "Rule \(name) matches and sends there."
            case .notReached(let ender) where nearest.wouldMatch:
                return
                    "Rule \(name) would send there, and “\(EscapedText.visible(ender, limit: 100))” ended the reading before it."
            case .off where nearest.wouldMatch:
                return "Rule \(name) would send there, and it is off."
            case .notMatched, .notReached, .off:
                let isOnly = found[destination]?.count == 1
                let only = isOnly ? "Only rule" : "The nearest rule that sends there,"
                let verb = isOnly ? "sends there: " : "does not match: "
                return
                    "\(only) \(name) \(verb)\(EscapedText.visible(nearest.reason ?? "it does not match", limit: 600))."
            }
        }
    }
}
