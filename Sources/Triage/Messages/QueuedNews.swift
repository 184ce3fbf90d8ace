package import Findings
package import FoundationEssentials
package import Routing

/// What a queued message says of a problem.
package struct QueuedNews: Sendable {
    /// The notification's id.
    package var id: String
    package var subject: Subject
    package var transition: Transition
    package var severity: Severity
    package var receivedAt: Date
    package var units: Int
    /// What its readers know without it.
    package var known: Severity?
    /// Whether it speaks of this one problem alone, stands in for no other message, and has certainly reached nobody, no other
    /// recipient of the same news either.
    package var isFoldable: Bool

    package init(
        id: String,
        subject: Subject,
        transition: Transition,
        severity: Severity,
        receivedAt: Date,
        units: Int,
        known: Severity?,
        isFoldable: Bool
    ) {
        self.id = id
        self.subject = subject
        self.transition = transition
        self.severity = severity
        self.receivedAt = receivedAt
        self.units = units
        self.known = known
        self.isFoldable = isFoldable
    }
}
