package import FoundationEssentials
package import Routing
import Store
package import Triage

/// Sends one notification to one destination, once.
package protocol Notifier: Sendable {
    /// Makes one attempt. Never throws and never retries: the lane decides what follows.
    ///
    /// - Parameters:
    ///   - notification: What to say; `id` is the idempotency key, `uncertain` above 0 asks for a "possible repeat" note.
    ///   - destination: Where to, as configured now.
    ///   - now: For ages shown in the message and for signatures.
    /// - Returns: What became of the attempt, with the evidence for the attempts log.
    func deliver(_ notification: Notification, to destination: Destination, now: Date) async -> Outcome
}
