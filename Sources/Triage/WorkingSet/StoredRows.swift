package import Findings
package import FoundationEssentials

/// An item that waits in a group, or did, with what it is about.
package struct ItemRow: Sendable, Hashable {
    package var item: WaitingItem
    package var subject: Subject

    package init(item: WaitingItem, subject: Subject) {
        self.item = item
        self.subject = subject
    }
}

/// A line of the ledger.
package struct LedgerRow: Sendable {
    package var subject: Subject
    package var key: FindingKey
    package var record: ObservationRecord
    /// The finding as it was observed, in its stored form.
    package var content: String

    package init(subject: Subject, key: FindingKey, record: ObservationRecord, content: String) {
        self.subject = subject
        self.key = key
        self.record = record
        self.content = content
    }
}

/// A message in the queue.
package struct MessageRow: Sendable {
    package var number: Int64
    /// See ``NotificationSequence``.
    package var id: String
    package var message: QueuedMessage
    package var subject: Subject
    package var queuedAt: Date
    package var state = Notification.State.pending

    package init(number: Int64, id: String, message: QueuedMessage, subject: Subject, queuedAt: Date) {
        self.number = number
        self.id = id
        self.message = message
        self.subject = subject
        self.queuedAt = queuedAt
    }
}

/// A key under which an active problem may hold others back.
package struct InhibitionSource: Sendable, Hashable {
    package var key: String
    package var severity: Severity
    package var finding: FindingKey

    package init(key: String, severity: Severity, finding: FindingKey) {
        self.key = key
        self.severity = severity
        self.finding = finding
    }
}
