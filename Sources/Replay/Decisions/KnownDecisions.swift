import Routing

/// Decisions of one rule set, each kept once: the rules that matched say all of it.
struct KnownDecisions: Sendable {
    private var numbers: [[String]: Int] = [:]
    private(set) var all: [Decision] = []

    /// The number of a decision, from 0 on.
    mutating func number(_ decision: Decision) -> Int {
        if let known = numbers[decision.matched] { return known }
        var decision = decision
        // What a finding holds back is its own affair, and no part of who is told.
        if case .routed(var routed) = decision.verdict {
            for index in routed.indices { routed[index].inhibits = nil }
            decision.verdict = .routed(routed)
        }
        numbers[decision.matched] = all.count
        all.append(decision)
        return all.count - 1
    }
}
