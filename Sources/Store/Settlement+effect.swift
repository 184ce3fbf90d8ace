package import FoundationEssentials
package import Triage

extension Settlement {
    /// What a settlement makes of its notification: the same rule for every backend.
    package struct Effect: Sendable, Hashable {
        package var state: Notification.State
        package var dueAt: Date?
        package var isMinimal: Bool
        package var isUncertain: Bool
        package var deadReason: String?
        package var rendered: String?
        /// Who gets the message instead, when it is handed on.
        package var fallback: FallbackTarget?
        package var change: TotalsChange
    }

    /// What becomes of the notification, and what that does to the totals.
    ///
    /// A message that stands in for another one has no fallback of its own, so that two destinations that name each other
    /// never pass one message to and fro.
    ///
    /// - Parameters:
    ///   - isStandIn: Whether the notification was queued in another one's place.
    ///   - isMinimal: Whether it is rendered in the safest way already.
    ///   - units: How much of the totals it stands for.
    /// - Returns: The effect on a notification that is being sent.
    package func effect(isStandIn: Bool, isMinimal: Bool, units: Int) -> Effect {
        var effect = Effect(
            state: .pending,
            isMinimal: isMinimal,
            isUncertain: attempt.verdict == .uncertain,
            change: TotalsChange()
        )
        switch next {
        case .delivered:
            effect.state = .delivered
            effect.change.move(units, from: .pending, to: .delivered)
        case .retry(let at, let minimal):
            effect.dueAt = at
            effect.isMinimal = isMinimal || minimal
        case .dead(let reason, let rendered, let fallback):
            effect.rendered = rendered
            if isStandIn == false, let fallback {
                effect.state = .diverted
                effect.fallback = fallback
                effect.change = fallback.change(units: units)
            } else {
                effect.state = .dead
                effect.deadReason = reason
                effect.change.move(units, from: .pending, to: .dead)
            }
        }
        return effect
    }
}

extension FallbackTarget {
    /// Handing one pending message on owes one to each recipient instead.
    ///
    /// - Parameter units: How much of the totals the message stands for.
    /// - Returns: What that does to the totals.
    package func change(units: Int) -> TotalsChange {
        var change = TotalsChange()
        change.add(units * (messages.count - 1), to: .pending)
        change.add(units * (messages.count - 1), to: .due)
        return change
    }

    /// The recipients, never empty.
    package var messages: [String?] { recipients.isEmpty ? [nil] : recipients }
}
