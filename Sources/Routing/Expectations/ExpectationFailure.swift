/// One thing that was expected and is not so.
enum ExpectationFailure: Hashable {
    case notTold(String)
    case told(String)
    case notSuppressed
    case suppressed
    case notUnrouted
    case unrouted
    case notTaken(by: String)

    /// What was expected, and what becomes of the finding.
    ///
    /// - Parameters:
    ///   - decision: Of the finding.
    ///   - explanation: The same, rule by rule; `nil` leaves out why.
    /// - Returns: A clause without a full stop.
    func clause(_ decision: Decision, _ explanation: Explanation?) -> String {
        switch self {
        case .notTold(let destination):
            "expected to tell \(EscapedText.visible(destination)), but "
                + (explanation.map { $0.whyUntold(destination) } ?? decision.outcomeWords)
        case .told(let destination):
            "expected not to tell \(EscapedText.visible(destination)), but \(decision.outcomeWords)"
        case .notSuppressed: "expected it to be suppressed, but \(decision.outcomeWords)"
        case .suppressed: "expected it not to be suppressed, but \(decision.outcomeWords)"
        case .notUnrouted: "expected no rule to take it, but \(decision.outcomeWords)"
        case .unrouted: "expected it to be told or suppressed, but \(decision.outcomeWords)"
        case .notTaken(let rule):
            "expected \(Decision.named(rule)) to take it, but "
                + (explanation.map { $0.whyNotTaken(by: rule) } ?? decision.outcomeWords)
        }
    }
}

extension Expectation {
    /// What of it is not so.
    func failures(_ decision: Decision) -> [ExpectationFailure] {
        let told = Set(decision.destinations)
        var failures = to.filter { told.contains($0) == false }.map(ExpectationFailure.notTold)
        failures += notTo.filter(told.contains).map(ExpectationFailure.told)
        let (isSuppressed, isUnrouted) =
            switch decision.verdict {
            case .routed: (false, false)
            case .suppressed: (true, false)
            case .unrouted: (false, true)
            }
        if let suppressed, suppressed != isSuppressed { failures.append(suppressed ? .notSuppressed : .suppressed) }
        if let unrouted, unrouted != isUnrouted { failures.append(unrouted ? .notUnrouted : .unrouted) }
        if let rule, decision.isTaken(by: rule) == false { failures.append(.notTaken(by: rule)) }
        return failures
    }
}

extension Decision {
    /// The rule that took the finding: the first that tells somebody of it, or the one that suppresses it; `nil` when
    /// none did.
    package var taker: String? {
        switch verdict {
        case .routed(let routed): routed.first?.rule
        case .suppressed(let rule, _): rule
        case .unrouted: nil
        }
    }

    func isTaken(by rule: String) -> Bool {
        matched.contains(rule) || rule == RouteDocument.Fallback.name && taker == rule
    }

    /// What becomes of the finding: `rule “secops high” took it and told secops`.
    var outcomeWords: String {
        switch verdict {
        case .routed(let routed):
            var takers: [(rule: String, destinations: [String])] = []
            for one in routed {
                if let index = takers.firstIndex(where: { $0.rule == one.rule }) {
                    takers[index].destinations.append(one.destination)
                } else {
                    takers.append((one.rule, [one.destination]))
                }
            }
            let words = takers.prefix(3).map { taker in
                "\(Decision.named(taker.rule)) took it and told \(EscapedText.list(taker.destinations))"
            }
            return words.joined(separator: ", ") + (takers.count > 3 ? " and \(takers.count - 3) rules more" : "")
        case .suppressed(let rule, let reason):
            return "\(Decision.named(rule)) suppressed it (\(EscapedText.visible(reason)))"
        case .unrouted: return "no rule took it, and there is no fallback"
        }
    }

    /// `rule “secops high”`, `the fallback`.
    static func named(_ rule: String) -> String {
        rule == RouteDocument.Fallback.name ? "the fallback" : "rule “\(EscapedText.visible(rule, limit: 100))”"
    }
}

extension Explanation {
    /// Why a destination is not told, and what becomes of the finding instead.
    fileprivate func whyUntold(_ destination: String) -> String {
        guard let nearest = nearest(to: destination) else {
            return "no rule sends there; \(decision.outcomeWords)"
        }
        return "\(decision.outcomeWords); \(nearest.whyPassedOver(decision))"
    }

    fileprivate func whyNotTaken(by rule: String) -> String {
        guard let reading = rules.first(where: { $0.rule.name == rule }) else { return decision.outcomeWords }
        return "\(decision.outcomeWords); \(reading.whyPassedOver(decision))"
    }
}

extension Explanation.Reading {
    /// Why the rule had no part in what was decided.
    fileprivate func whyPassedOver(_ decision: Decision) -> String {
        let name = Decision.named(rule.name)
        let why = EscapedText.visible(reason ?? "it does not match", limit: 400)
        switch outcome {
        case .matched: return "\(name) matches"
        case .off: return wouldMatch ? "\(name) would take it, and is off" : "\(name) is off, and \(why)"
        case .notReached(let ender):
            return wouldMatch
                ? "\(name) would have taken it, and \(Decision.named(ender)) ended the reading before it"
                : "\(name) does not match: \(why)"
        case .notMatched: return "\(name) does not match: \(why)"
        }
    }
}
