package import Findings
package import FoundationEssentials
package import Routing

/// One message that is to be queued; the finding is that of its place.
package struct QueuedMessage: Sendable, Hashable {
    package var recipient: String?
    package var transition: Transition
    package var alert: Alert
    package var receivedAt: Date
    /// The conversation, see `Notification.Content.thread`.
    package var thread: String
    /// Messages with the same turn leave in order, see `Outbox.claim`: the problem's number, or less 0 the group's.
    package var turn: Int64
    /// How much of the totals it stands for.
    package var units: Int
    /// What its readers knew before it.
    package var known: Severity?
    package var bundle: Notification.Bundle?

    package init(
        recipient: String?,
        transition: Transition,
        alert: Alert,
        receivedAt: Date,
        thread: String,
        turn: Int64,
        units: Int = 1,
        known: Severity? = nil,
        bundle: Notification.Bundle? = nil
    ) {
        self.recipient = recipient
        self.transition = transition
        self.alert = alert
        self.receivedAt = receivedAt
        self.thread = thread
        self.turn = turn
        self.units = units
        self.known = known
        self.bundle = bundle
    }
}
