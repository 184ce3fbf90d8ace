package import Findings
package import FoundationEssentials
import Routing
package import Triage

/// What can be asked about findings and deliveries. Reads only, never in the way of the writer.
package protocol Records: Sendable {
    /// Notifications newest first.
    func notifications(_ filter: NotificationFilter, page: Page) async throws -> Paged<Notification>
    /// One notification with every attempt, oldest attempt first, or `nil`.
    func notification(_ id: String) async throws -> NotificationRecord?
    /// Findings, last seen first.
    func findings(_ filter: FindingFilter, page: Page) async throws -> Paged<FindingRecord>
    /// One finding by its record id or its key's text, with every observation, oldest first.
    func finding(_ id: String) async throws -> FindingStory?
    /// Quarantined items, newest first.
    func quarantine(page: Page) async throws -> Paged<QuarantineRecord>
    /// What waits to be told, what is due first at the beginning.
    func waiting(_ filter: WaitingFilter, page: Page) async throws -> Paged<WaitingNews>
    /// Ids of notifications that begin with these hexadecimal digits, or end in them; no more than the limit.
    func notificationIDs(like part: String, limit: Int) async throws -> [String]
    /// Record ids of findings that begin so; no more than the limit.
    func findingIDs(like part: String, limit: Int) async throws -> [String]
    /// The totals of the promise, all read in one snapshot.
    func totals() async throws -> Totals
}

/// A page of a listing.
package struct Page: Sendable, Hashable {
    /// 1...500.
    package var limit: Int
    /// What ``Paged/next`` said; opaque, stable under inserts.
    package var cursor: String?

    package init(limit: Int = 50, cursor: String? = nil) {
        self.limit = limit
        self.cursor = cursor
    }
}

package struct Paged<Item: Sendable>: Sendable {
    package var items: [Item]
    /// The cursor of the next page, `nil` on the last one.
    package var next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// A cursor that no listing gave out.
package struct InvalidCursor: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "the cursor is not one that this listing gave out" }
}

/// A question that took longer than the store allows.
package struct QueryTimeout: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "the question took too long to answer; ask for less, e.g. with more filters" }
}

package struct NotificationRecord: Sendable, Hashable {
    package var notification: Notification
    package var attempts: [Attempt]
    /// The message as it was last rendered before it was given up.
    package var rendered: String?

    package init(notification: Notification, attempts: [Attempt], rendered: String?) {
        self.notification = notification
        self.attempts = attempts
        self.rendered = rendered
    }
}

package struct FindingFilter: Sendable, Hashable {
    package var account: String?
    package var region: String?
    package var severities: Set<Severity>?
    package var status: FindingStatus?
    package var kind: FindingKind?
    /// Only findings that were matched by this rule, at least once from ``seenAfter`` on.
    package var rule: String?
    /// Whatever the case.
    package var product: String?
    /// Only findings that were last seen at or after this moment.
    package var seenAfter: Date?
    /// Only findings whose last observation was `routed`, `suppressed` or `unrouted`.
    package var disposition: String?
    /// Part of the title, case-insensitive.
    package var text: String?

    package init(
        account: String? = nil,
        region: String? = nil,
        severities: Set<Severity>? = nil,
        status: FindingStatus? = nil,
        kind: FindingKind? = nil,
        rule: String? = nil,
        product: String? = nil,
        seenAfter: Date? = nil,
        disposition: String? = nil,
        text: String? = nil
    ) {
        self.account = account
        self.region = region
        self.severities = severities
        self.status = status
        self.kind = kind
        self.rule = rule
        self.product = product
        self.seenAfter = seenAfter
        self.disposition = disposition
        self.text = text
    }
}

/// A finding as last observed.
package struct FindingRecord: Sendable, Hashable {
    /// Short and stable, for URLs and commands.
    package var id: String
    package var finding: Finding
    package var firstSeenAt: Date
    package var lastSeenAt: Date
    package var observations: Int
    /// `routed`, `suppressed` or `unrouted`, of the last observation.
    package var disposition: String

    package init(
        id: String,
        finding: Finding,
        firstSeenAt: Date,
        lastSeenAt: Date,
        observations: Int,
        disposition: String
    ) {
        self.id = id
        self.finding = finding
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.observations = observations
        self.disposition = disposition
    }
}

/// A finding with everything that happened to it.
package struct FindingStory: Sendable, Hashable {
    package var record: FindingRecord
    package var observations: [ObservationRecord]
    package var notifications: [Notification]

    package init(record: FindingRecord, observations: [ObservationRecord], notifications: [Notification]) {
        self.record = record
        self.observations = observations
        self.notifications = notifications
    }
}

package struct QuarantineRecord: Sendable, Hashable {
    package var id: Int64
    package var receivedAt: Date
    package var reason: String
    package var bytes: [UInt8]

    package init(id: Int64, receivedAt: Date, reason: String, bytes: [UInt8]) {
        self.id = id
        self.receivedAt = receivedAt
        self.reason = reason
        self.bytes = bytes
    }
}
