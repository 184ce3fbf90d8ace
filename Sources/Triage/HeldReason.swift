/// Why an observation is not announced. The raw value is what the ledger, the API and metrics show.
package enum HeldReason: String, Sendable, Hashable, Codable, CaseIterable {
    case refreshed, stale, acknowledged
    /// Resolved before anything was announced: there is nothing to take back.
    case resolvedUnannounced = "resolved_unannounced"
    /// The rule's `notify` leaves this transition out.
    case notInNotify = "not_in_notify"
    /// A silence hides it; when that ends, a digest names it if it is still active.
    case silenced
    /// A mute window drops it.
    case muted
    /// A more severe alert about the same thing is active; when that is resolved, this one is announced.
    case inhibited
    /// It waited for its message, and a later observation made that needless.
    case superseded
}
