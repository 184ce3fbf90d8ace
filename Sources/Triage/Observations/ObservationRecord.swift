package import Findings
package import FoundationEssentials
package import Routing

/// One observation in the ledger: what the rules said, and what became of it at each destination.
package struct ObservationRecord: Sendable, Hashable, Codable {
    /// The journal entry it came in.
    package var position: Int64
    package var receivedAt: Date
    package var severity: Severity
    package var status: FindingStatus
    package var version: Int
    package var matched: [String]
    /// `routed`, `suppressed` or `unrouted`.
    package var disposition: String
    /// The reason in words, when it was suppressed.
    package var reason: String?
    package var outcomes: [Outcome]

    package init(
        position: Int64,
        receivedAt: Date,
        severity: Severity,
        status: FindingStatus,
        version: Int,
        matched: [String],
        disposition: String,
        reason: String? = nil,
        outcomes: [Outcome] = []
    ) {
        self.position = position
        self.receivedAt = receivedAt
        self.severity = severity
        self.status = status
        self.version = version
        self.matched = matched
        self.disposition = disposition
        self.reason = reason
        self.outcomes = outcomes
    }

    package struct Outcome: Sendable, Hashable, Codable {
        package var destination: String
        package var rule: String
        package var transition: Transition
        /// Why no message was due; `nil` when one was.
        package var held: String?
        /// What held it: the id of a silence, the words of a mute window, the finding of an inhibiting alert.
        package var heldBy: String?
        /// The number of the ``WaitingItem``, when it was to be told with others.
        package var item: Int64?
        /// What became of the item by now; only in what a store answers.
        package var itemState: ItemState?
        /// The notifications that were queued for it at once.
        package var notifications: [String]

        package init(
            destination: String,
            rule: String,
            transition: Transition,
            held: String?,
            heldBy: String? = nil,
            item: Int64? = nil,
            itemState: ItemState? = nil,
            notifications: [String]
        ) {
            self.destination = destination
            self.rule = rule
            self.transition = transition
            self.held = held
            self.heldBy = heldBy
            self.item = item
            self.itemState = itemState
            self.notifications = notifications
        }
    }

    /// What became of news that was put into a group.
    package struct ItemState: Sendable, Hashable, Codable {
        package var state: WaitingItem.State
        /// Which kind of group: `group`, `held`, `digest`, `silence` or `storm`.
        package var kind: String
        /// While it waits: until when.
        package var until: Date?
        /// The notification that told it.
        package var notification: String?

        package init(state: WaitingItem.State, kind: String, until: Date?, notification: String?) {
            self.state = state
            self.kind = kind
            self.until = until
            self.notification = notification
        }
    }
}
