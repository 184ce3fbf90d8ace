package import FoundationEssentials
package import Routing
package import Store
package import Triage

/// What follows for a notification from one attempt: the message's side of the blame, as ``Lane`` is the destination's.
package enum Fate {
    /// - Parameters:
    ///   - notification: As claimed.
    ///   - outcome: What became of the attempt.
    ///   - destination: For how long to retry.
    ///   - restsUntil: When the resource, the destination or the recipient may be tried again.
    ///   - isPaused: Whether a person has paused the destination: then nothing expires.
    ///   - age: Seconds for which it has been tried.
    ///   - fallback: Who takes over when it dies; a notification that stands in for another destination's has none.
    ///   - now: The end of the attempt.
    /// - Returns: What to store.
    package static func next(
        of notification: Notification,
        after outcome: Outcome,
        destination: Destination,
        restsUntil: Date?,
        isPaused: Bool,
        age: Double,
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
        case .destinationFailed, .destinationGone, .recipientFailed, .uncertain:
            guard age >= Double(destination.retryFor.components.seconds), isPaused == false else {
                return .retry(at: max(now, restsUntil ?? now), isMinimal: notification.isMinimal)
            }
            return dead(expired(after: destination.retryFor, because: reason))
        }
    }

    /// Why a message that was tried for so long is given up.
    package static func expired(after retryFor: Duration, because reason: String) -> String {
        "not delivered within \(MessageFacts.duration(Double(retryFor.components.seconds))): \(reason)"
    }
}

extension Attempt.Verdict {
    package init(_ verdict: Outcome.Verdict) {
        switch verdict {
        case .delivered: self = .delivered
        case .messageRefused: self = .refused
        case .destinationFailed, .destinationGone, .recipientFailed: self = .failed
        case .uncertain: self = .uncertain
        }
    }
}
