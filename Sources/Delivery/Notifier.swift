package import FoundationEssentials
package import Routing
import Store
package import Triage

/// Sends one notification to one destination of whatever type, once.
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

/// The same for destinations of one type.
protocol TransportNotifier<Settings>: Sendable {
    associatedtype Settings: TransportSettings

    /// Makes one attempt, as ``Notifier/deliver(_:to:now:)`` does.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - settings: The destination's own.
    ///   - destination: For its name, the time an attempt may take, and the addresses that it may reach.
    ///   - now: For ages shown in the message and for signatures.
    /// - Returns: What became of the attempt, with the evidence for the attempts log.
    func deliver(_ notification: Notification, by settings: Settings, to destination: Destination, now: Date) async
        -> Outcome
}
