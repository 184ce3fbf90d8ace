package import Findings

/// One message that is to be queued; the finding is that of its subject.
package struct QueuedMessage: Sendable, Hashable {
    package var destination: String
    package var recipient: String?
    package var facts: AnnouncedFacts
    /// The conversation, see `Notification.Content.thread`.
    package var thread: String
    /// Messages with the same ordering key leave in order, see `Outbox.claim`: the problem's number, or less 0 the group's.
    package var orderingKey: Int64
    /// How much of the totals it stands for.
    package var units: Int
    /// What its readers knew before it.
    package var known: Severity?
    package var bundle: Notification.Bundle?

    package init(
        destination: String,
        recipient: String?,
        facts: AnnouncedFacts,
        thread: String,
        orderingKey: Int64,
        units: Int = 1,
        known: Severity? = nil,
        bundle: Notification.Bundle? = nil
    ) {
        self.destination = destination
        self.recipient = recipient
        self.facts = facts
        self.thread = thread
        self.orderingKey = orderingKey
        self.units = units
        self.known = known
        self.bundle = bundle
    }
}
