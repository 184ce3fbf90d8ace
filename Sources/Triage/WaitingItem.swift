package import Findings
package import FoundationEssentials
package import Routing

/// One piece of news that is told with its group's next message.
package struct WaitingItem: Sendable, Hashable {
    /// Given by the store, 1 or more; never given twice.
    package var number: Int64
    /// The group it waits in.
    package var group: Int64
    package var destination: String
    package var rule: String
    package var version: Int
    package var transition: Transition
    package var severity: Severity
    package var receivedAt: Date
    package var openedAt: Date
    package var firstSeenAt: Date
    package var count: Int
    /// How many messages it was due, see `Totals`; 0 for what is counted elsewhere.
    package var units: Int
    package var state: State
    /// The notification that told it, the one to the first recipient.
    package var notification: String?

    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case waiting, told
        /// A later observation made it needless.
        case withdrawn
    }

    package init(
        number: Int64 = 0,
        group: Int64,
        alert: Alert,
        transition: Transition,
        receivedAt: Date,
        units: Int
    ) {
        self.number = number
        self.group = group
        destination = alert.destination
        rule = alert.rule
        version = alert.version
        self.transition = transition
        // An end is told as the end of what its readers know.
        severity = transition == .resolved ? alert.notifiedSeverity ?? alert.severity : alert.severity
        self.receivedAt = receivedAt
        openedAt = alert.openedAt
        firstSeenAt = alert.firstSeenAt
        count = alert.count
        self.units = units
        state = .waiting
    }

    package init(
        number: Int64,
        group: Int64,
        destination: String,
        rule: String,
        version: Int,
        transition: Transition,
        severity: Severity,
        receivedAt: Date,
        openedAt: Date,
        firstSeenAt: Date,
        count: Int,
        units: Int,
        state: State = .waiting,
        notification: String? = nil
    ) {
        self.number = number
        self.group = group
        self.destination = destination
        self.rule = rule
        self.version = version
        self.transition = transition
        self.severity = severity
        self.receivedAt = receivedAt
        self.openedAt = openedAt
        self.firstSeenAt = firstSeenAt
        self.count = count
        self.units = units
        self.state = state
        self.notification = notification
    }
}
