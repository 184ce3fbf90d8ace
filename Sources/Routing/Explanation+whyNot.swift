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
    package func nearest(to destination: String) -> Reading? {
        senders(to: destination).min { $0.failures < $1.failures }
    }

    private func senders(to destination: String) -> [Reading] {
        rules.filter { $0.rule.suppress == nil && $0.rule.send.contains(destination) }
    }

    /// Why a destination is not told: the nearest rule that sends there, and the first of its conditions that does not hold.
    ///
    /// Near is the rule with the fewest conditions that do not hold.
    ///
    /// - Parameter destination: Its name.
    /// - Returns: One sentence.
    package func whyNot(_ destination: String) -> String {
        let senders = senders(to: destination)
        guard let nearest = nearest(to: destination) else {
            return "No rule sends to \(EscapedText.visible(destination))."
        }
        let name = "“\(EscapedText.visible(nearest.rule.name, limit: 100))”"
        switch nearest.outcome {
        case .matched:
            if case .suppressed(let rule, let reason) = decision.verdict {
                return "Rule “\(EscapedText.visible(rule, limit: 100))” suppresses it: \(EscapedText.visible(reason))."
            }
            return "Rule \(name) matches and sends there."
        case .notReached(let ender) where nearest.wouldMatch:
            return
                "Rule \(name) would send there, and “\(EscapedText.visible(ender, limit: 100))” ended the reading before it."
        case .off where nearest.wouldMatch:
            return "Rule \(name) would send there, and it is off."
        case .notMatched, .notReached, .off:
            let only = senders.count == 1 ? "Only rule" : "The nearest rule that sends there,"
            let verb = senders.count == 1 ? "sends there: " : "does not match: "
            return "\(only) \(name) \(verb)\(EscapedText.visible(nearest.reason ?? "it does not match", limit: 600))."
        }
    }
}
