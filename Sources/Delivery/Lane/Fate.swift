package import FoundationEssentials
package import Routing
package import Store

/// What follows for a notification from one attempt: the message's side of the blame, as ``Lane`` is the destination's.
package enum Fate {
    /// - Parameters:
    ///   - notification: As claimed.
    ///   - outcome: What became of the attempt.
    ///   - destination: For how long to retry.
    ///   - lane: As it is after the attempt.
    ///   - fallback: Who takes over when it dies; a notification that stands in for another destination's has none.
    ///   - now: The end of the attempt.
    /// - Returns: What to store.
    package static func next(
        of notification: Notification,
        after outcome: Outcome,
        destination: Destination,
        lane: Lane,
        fallback: FallbackTarget?,
        now: Date
    ) -> Settlement.Next {
        let fallback = notification.fallbackFor == nil ? fallback : nil
        func dead(_ reason: String) -> Settlement.Next {
            .dead(reason: reason, rendered: outcome.evidence.rendered, fallback: fallback)
        }
        let reason = outcome.evidence.detail ?? outcome.evidence.errorClass?.rawValue ?? "refused"
        switch outcome.verdict {
        case .delivered: return .delivered
        case .messageRefused:
            // An address that is refused stays refused, however the message is worded.
            let canBeReworded = notification.isMinimal == false && outcome.evidence.errorClass != .recipientRefused
            return canBeReworded ? .retry(at: now, isMinimal: true) : dead(reason)
        case .destinationFailed, .destinationGone, .uncertain:
            let age = now.timeIntervalSince(notification.retryingSince)
            let retryFor = Double(destination.retryFor.components.seconds)
            // While the lane is paused nothing is tried, so nothing expires either: it waits for a person.
            guard age >= retryFor, lane.pausedReason == nil else {
                return .retry(at: max(now, lane.notBefore ?? now), isMinimal: notification.isMinimal)
            }
            return dead("not delivered within \(MessageFacts.duration(retryFor)): \(reason)")
        }
    }
}

extension Attempt.Verdict {
    package init(_ verdict: Outcome.Verdict) {
        switch verdict {
        case .delivered: self = .delivered
        case .messageRefused: self = .refused
        case .destinationFailed, .destinationGone: self = .failed
        case .uncertain: self = .uncertain
        }
    }
}
