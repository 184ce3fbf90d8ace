package import Findings
package import FoundationEssentials
package import Routing

/// What an announcement says of an alert, as it was when it was put together: the same while it waits in a group, in the
/// queue and in a message.
package struct AnnouncedFacts: Sendable, Hashable, Codable {
    package var transition: Transition
    /// Of the alert, which several findings may report; for an end, what its readers knew to be open.
    package var severity: Severity
    /// When the observation was accepted that it tells of.
    package var receivedAt: Date
    package var openedAt: Date
    package var firstSeenAt: Date
    /// Observations of the alert, 1 or more.
    package var count: Int
    /// The rule that named the destination first.
    package var rule: String
    /// The version of the rules that decided.
    package var version: Int

    package init(
        transition: Transition,
        severity: Severity,
        receivedAt: Date,
        openedAt: Date,
        firstSeenAt: Date,
        count: Int,
        rule: String,
        version: Int
    ) {
        self.transition = transition
        self.severity = severity
        self.receivedAt = receivedAt
        self.openedAt = openedAt
        self.firstSeenAt = firstSeenAt
        self.count = count
        self.rule = rule
        self.version = version
    }

    /// The facts of an alert as it is.
    init(of alert: Alert, _ transition: Transition, receivedAt: Date) {
        self.init(
            transition: transition,
            severity: alert.severity,
            receivedAt: receivedAt,
            openedAt: alert.openedAt,
            firstSeenAt: alert.firstSeenAt,
            count: alert.count,
            rule: alert.rule,
            version: alert.version
        )
    }
}
