import Findings
import Routing
import Triage

/// Whether the rules beside those in force are asked of an entry, and which they are.
struct ShadowQuestion {
    let candidate: ActiveShadow.Candidate
    /// Whether applying has fallen behind, so that only the rules in force are asked.
    let isLate: Bool

    func verdict(of observation: Observation, beside decision: Decision) -> ShadowVerdict {
        guard isLate == false else { return ShadowVerdict(shadow: candidate.number, outcome: .missed) }
        let other = candidate.table.decide(observation)
        let change = DecisionChange(from: decision, to: other)
        return ShadowVerdict(
            shadow: candidate.number,
            outcome: change.kind == .unchanged ? .same : .differs(change, matched: other.matched)
        )
    }
}
