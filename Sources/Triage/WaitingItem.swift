import Findings
import FoundationEssentials
import Routing

/// One piece of news that is told with its group's next message.
@dynamicMemberLookup
package struct WaitingItem: Sendable, Hashable {
    /// Given by the store, 1 or more; never given twice.
    package var number: Int64
    /// The group it waits in.
    package var group: Int64
    package var destination: String
    package var facts: AnnouncedFacts
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
        number: Int64,
        group: Int64,
        destination: String,
        facts: AnnouncedFacts,
        units: Int,
        state: State = .waiting,
        notification: String? = nil
    ) {
        self.number = number
        self.group = group
        self.destination = destination
        self.facts = facts
        self.units = units
        self.state = state
        self.notification = notification
    }

    /// News of an alert that is to wait in a group.
    init(group: Int64, alert: Alert, transition: Transition, receivedAt: Date, units: Int) {
        var facts = AnnouncedFacts(of: alert, transition, receivedAt: receivedAt)
        // An end is told as the end of what its readers know.
        if transition == .resolved, let known = alert.notifiedSeverity { facts.severity = known }
        self.init(number: 0, group: group, destination: alert.destination, facts: facts, units: units)
    }

    /// An alert that is still active as an entry of a list.
    init(reminding alert: Alert, in group: Int64) {
        self.init(group: group, alert: alert, transition: .reminder, receivedAt: alert.lastSeenAt, units: 0)
    }

    package subscript<Value>(dynamicMember fact: KeyPath<AnnouncedFacts, Value>) -> Value { facts[keyPath: fact] }
}
