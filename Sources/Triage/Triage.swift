package import Findings
package import FoundationEssentials
package import Routing

/// What one observation does to one alert.
package struct TriageStep: Sendable, Hashable {
    package var alert: Alert
    package var transition: Transition
    package var disposition: Disposition

    /// What becomes of the observation at this destination.
    package enum Disposition: Sendable, Hashable {
        /// A message is due.
        case announce
        /// No message, for this reason.
        case held(HeldReason)
    }
}

/// Why an observation is not announced. The raw value is what the ledger, the API and metrics show.
package enum HeldReason: String, Sendable, Hashable, Codable, CaseIterable {
    case refreshed, stale, acknowledged
    /// First seen when it was resolved already: there was nothing to announce, so there is nothing to take back.
    case resolvedUnannounced = "resolved_unannounced"
    /// The rule's `notify` leaves this transition out.
    case notInNotify = "not_in_notify"
}

/// Decides what an observation means for an alert: a function of its arguments alone.
package enum Triage {
    /// The alert after the observation, and whether a message is due.
    ///
    /// An observation is stale when the source dates it before the newest one known. Equal dates are not stale:
    /// Security Hub's BatchUpdateFindings leaves `UpdatedAt` as it was (Security Hub user guide, "BatchUpdateFindings").
    ///
    /// - Parameters:
    ///   - alert: What is stored for this finding at this destination, `nil` when it was never seen there.
    ///   - finding: The observation.
    ///   - routed: The destination and the terms on which it gets the finding.
    ///   - version: The version of the rules that decided.
    ///   - receivedAt: When the observation was accepted; stands in for a source time that is missing.
    /// - Returns: The alert to store, what the observation meant, and whether a message is due.
    package static func step(
        alert: Alert?,
        finding: Finding,
        routed: Decision.Routed,
        version: Int,
        receivedAt: Date
    ) -> TriageStep {
        let observedAt = finding.updatedAt ?? receivedAt
        guard var next = alert else {
            return first(
                finding: finding,
                routed: routed,
                version: version,
                observedAt: observedAt,
                receivedAt: receivedAt
            )
        }
        if let updatedAt = finding.updatedAt, updatedAt < next.observedAt {
            return TriageStep(alert: next, transition: .stale, disposition: .held(.stale))
        }
        let before = next
        next.status = finding.status
        next.severity = finding.severity
        next.observedAt = max(observedAt, before.observedAt)
        next.lastSeenAt = receivedAt
        next.count += 1
        next.rule = routed.rule
        next.version = version
        let transition = transition(from: before, to: finding)
        if transition == .opened || transition == .reopened { next.openedAt = receivedAt }
        return announce(next, transition, routed.terms)
    }

    private static func first(
        finding: Finding,
        routed: Decision.Routed,
        version: Int,
        observedAt: Date,
        receivedAt: Date
    ) -> TriageStep {
        let alert = Alert(
            finding: finding.key,
            destination: routed.destination,
            status: finding.status,
            severity: finding.severity,
            notifiedSeverity: nil,
            observedAt: observedAt,
            firstSeenAt: receivedAt,
            lastSeenAt: receivedAt,
            count: 1,
            openedAt: receivedAt,
            rule: routed.rule,
            version: version
        )
        switch finding.status {
        case .active: return announce(alert, .opened, routed.terms)
        case .acknowledged: return announce(alert, .acknowledged, routed.terms)
        case .resolved: return TriageStep(alert: alert, transition: .resolved, disposition: .held(.resolvedUnannounced))
        }
    }

    private static func transition(from alert: Alert, to finding: Finding) -> Transition {
        switch (alert.status, finding.status) {
        case (.resolved, .active): alert.notifiedSeverity == nil ? .opened : .reopened
        case (.active, .active), (.acknowledged, .active):
            if let notified = alert.notifiedSeverity {
                finding.severity > notified ? .raised : .refreshed
            } else {
                alert.status == .acknowledged || finding.severity > alert.severity ? .opened : .refreshed
            }
        case (.resolved, .resolved), (.acknowledged, .acknowledged): .refreshed
        case (_, .resolved): .resolved
        case (_, .acknowledged): .acknowledged
        }
    }

    private static func announce(_ alert: Alert, _ transition: Transition, _ terms: Rule.Terms) -> TriageStep {
        var alert = alert
        switch transition {
        case .refreshed: return TriageStep(alert: alert, transition: transition, disposition: .held(.refreshed))
        case .stale: return TriageStep(alert: alert, transition: transition, disposition: .held(.stale))
        case .resolved where alert.notifiedSeverity == nil:
            return TriageStep(alert: alert, transition: transition, disposition: .held(.resolvedUnannounced))
        case .acknowledged where terms.notify.contains(.acknowledged) == false:
            return TriageStep(alert: alert, transition: transition, disposition: .held(.acknowledged))
        default: break
        }
        guard terms.notify.contains(transition) else {
            return TriageStep(alert: alert, transition: transition, disposition: .held(.notInNotify))
        }
        alert.notifiedSeverity = alert.severity
        return TriageStep(alert: alert, transition: transition, disposition: .announce)
    }
}
