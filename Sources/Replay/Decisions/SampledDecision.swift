package import Routing

/// What a rule set says of a sample, without the terms.
package struct SampledDecision: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        /// To these destinations, in order.
        case routed([String])
        case suppressed(rule: String)
        case unrouted
    }

    /// The rules that matched, in order.
    package var matched: [String]
    package var verdict: Verdict

    init(matched: [String], verdict: Verdict) {
        self.matched = matched
        self.verdict = verdict
    }

    package init(_ decision: Decision) {
        matched = decision.matched
        verdict =
            switch decision.verdict {
            case .routed(let routed): .routed(routed.map(\.destination))
            case .suppressed(let rule, _): .suppressed(rule: rule)
            case .unrouted: .unrouted
            }
    }

    /// Where it sends; nowhere for what is suppressed or not routed.
    package var destinations: [String] { if case .routed(let names) = verdict { names } else { [] } }
}
