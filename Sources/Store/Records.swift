package import FoundationEssentials
package import Triage

/// What can be asked about findings and deliveries. Reads only, never in the way of the writer.
package protocol Records: Sendable {
    /// Notifications newest first.
    func notifications(_ filter: NotificationFilter, page: Page) async throws -> Paged<Notification>
    /// One notification with every attempt, oldest attempt first, or `nil`.
    func notification(_ id: String) async throws -> NotificationRecord?
    /// Findings, last seen first.
    func findings(_ filter: FindingFilter, page: Page) async throws -> Paged<FindingRecord>
    /// Where findings stand at each destination that keeps an alert of theirs, by record id; of an unknown one nothing.
    func standings(of ids: [String]) async throws -> [String: [AlertStanding]]
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
    /// When the oldest dead notification was queued that the filter selects; `nil` when there is none.
    func oldestDead(_ filter: NotificationFilter) async throws -> Date?
    /// What the newest findings hold; see ``SeenValues/Limit``.
    func seen() async throws -> SeenValues
    /// The totals of the promise, all read in one snapshot.
    func totals() async throws -> Totals
}

/// A question that took longer than the store allows.
package struct QueryTimeout: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "the question took too long to answer; ask for less, e.g. with more filters" }
}
