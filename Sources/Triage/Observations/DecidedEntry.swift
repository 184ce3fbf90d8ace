package import Findings
package import FoundationEssentials
package import Routing

/// A journal entry with what the rules said about each of its observations.
package struct DecidedEntry: Sendable {
    package var position: Int64
    package var receivedAt: Date
    package var events: [DecidedEvent]
    /// What the entry counted as accepted when it was written, for the totals.
    package var observations: Int

    package init(position: Int64, receivedAt: Date, events: [DecidedEvent], observations: Int) {
        self.position = position
        self.receivedAt = receivedAt
        self.events = events
        self.observations = observations
    }
}

/// One event of an entry.
package struct DecidedEvent: Sendable {
    /// See ``Event/redeliveryKey``.
    package var redeliveryKey: String?
    package var observations: [DecidedObservation]

    package init(redeliveryKey: String?, observations: [DecidedObservation]) {
        self.redeliveryKey = redeliveryKey
        self.observations = observations
    }
}

/// One finding and its decision.
package struct DecidedObservation: Sendable {
    /// The finding, which many pass on and nobody changes.
    let observed: ObservedFinding
    /// The finding as it will be stored in the ledger, written out before the transaction and not in it.
    package let content: String
    package var decision: Decision
    /// Where to take back what was announced, for a finding that is resolved; `nil` for any other.
    package var resolutions: Resolutions?
    /// The silences whose matchers accept it.
    package var silences: [SilenceMatch]
    /// What several findings report together, `nil` when this one stands alone; see `Finding.control`.
    package var problem: FindingKey?
    /// What rules beside those in force say of it; `nil` where there are none. Nothing is done with it but counting.
    package var shadow: ShadowVerdict?

    /// - Parameters:
    ///   - finding: What was observed.
    ///   - decision: What the rules say of it.
    ///   - resolutions: Where to take back what was announced.
    ///   - silences: Those whose matchers accept it.
    ///   - problem: What it reports together with others.
    ///   - isStored: Whether the ledger will be read again; what is lived through in memory need not be written out.
    package init(
        finding: Finding,
        decision: Decision,
        resolutions: Resolutions? = nil,
        silences: [SilenceMatch] = [],
        problem: FindingKey? = nil,
        isStored: Bool = true
    ) {
        observed = ObservedFinding(finding)
        content = isStored ? finding.storedForm.text : ""
        self.decision = decision
        self.resolutions = resolutions
        self.silences = silences
        self.problem = problem
    }

    package var finding: Finding { observed.finding }

    /// Whether what was known of the finding has to be looked at before this observation: for a page of a message, and where
    /// new text is news.
    var isReadBesideBefore: Bool {
        if finding.pages != nil || finding.kind.updatesCarryNews { return true }
        guard case .routed(let destinations) = decision.verdict else { return false }
        return destinations.contains { $0.terms.updatesOfEveryKind }
    }

    /// The same of a finding that says more.
    func telling(_ finding: Finding) -> DecidedObservation {
        var observation = DecidedObservation(
            finding: finding,
            decision: decision,
            resolutions: resolutions,
            silences: silences,
            problem: problem,
            isStored: content.isEmpty == false
        )
        observation.shadow = shadow
        return observation
    }
}

/// What applying a batch did.
package struct AppliedBatch: Sendable, Hashable {
    /// Up to where the journal is applied now.
    package var applied: JournalCursor
    package var observations: Int
    package var redelivered: Int
    package var notifications: Int
    /// Whether a timer may have moved.
    package var hasTimers = false
    /// When the oldest entry of the batch was received; for the accept-to-apply delay.
    package var oldestReceivedAt: Date?

    package init(
        applied: JournalCursor,
        observations: Int,
        redelivered: Int,
        notifications: Int,
        oldestReceivedAt: Date? = nil
    ) {
        self.applied = applied
        self.observations = observations
        self.redelivered = redelivered
        self.notifications = notifications
        self.oldestReceivedAt = oldestReceivedAt
    }
}
