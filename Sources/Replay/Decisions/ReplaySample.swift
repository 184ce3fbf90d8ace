package import Findings
package import FoundationEssentials
package import Routing
import Triage

/// An observation with another decision than before.
///
/// A class, since one sample stands in the list of its class and in those of several destinations.
package final class ReplaySample: Sendable {
    package let kind: ReplayClass
    /// Without its long texts.
    package let finding: Finding
    /// The id under which the finding is stored, where that is known; its key leads to it too.
    package let findingID: String?
    package let receivedAt: Date
    /// Where its event stands in the journal, when it was read there.
    package let position: Int64?
    package let before: SampledDecision
    package let after: SampledDecision
    package let change: DecisionChange
    /// Tells its finding from others, in this process only.
    let hash: Int

    init(
        finding: Finding,
        findingID: String?,
        receivedAt: Date,
        position: Int64?,
        before: SampledDecision,
        after: SampledDecision,
        change: DecisionChange
    ) {
        self.finding = finding
        self.findingID = findingID
        self.receivedAt = receivedAt
        self.position = position
        self.before = before
        self.after = after
        self.change = change
        kind = change.kind
        hash = FindingFates.hash(finding.key)
    }

    init(_ change: DecidedChange, _ observation: PastObservation, _ event: PastEvent, hash: Int) {
        self.change = change.change
        kind = change.change.kind
        before = SampledDecision(change.before)
        after = SampledDecision(change.after)
        var finding = observation.after.finding
        finding.description = ""
        finding.remediation = nil
        self.finding = finding
        findingID = observation.number.map { Subject.id(ofFinding: $0) }
        receivedAt = event.receivedAt
        position = event.position
        self.hash = hash
    }

    /// The most severe first, then the newest.
    func isShown(before other: ReplaySample) -> Bool {
        (other.finding.severity, other.receivedAt) < (finding.severity, receivedAt)
    }
}

/// Two decisions about the same observation, and what changed.
struct DecidedChange: Sendable {
    var before: Decision
    var after: Decision
    var change: DecisionChange
}
