package import FoundationEssentials
import Logging
import Routing
package import Store
package import Triage

/// Deliveries, and what waits to become one.
package struct DeliveryOperations: Sendable {
    let audit: Audit
    let records: any Records
    let outbox: any Outbox
    let routes: ActiveRoutes
    let now: @Sendable () -> Date

    /// Deliveries, the newest first.
    ///
    /// - Parameters:
    ///   - filter: Which are meant.
    ///   - page: Which of them.
    /// - Returns: A page of them.
    /// - Throws: ``InvalidCursor``; ``UnknownName`` when none is found under a name of no rule or destination; or when they
    ///   cannot be read.
    package func list(_ filter: NotificationFilter, page: Page) async throws -> Paged<Notification> {
        let found = try await records.notifications(filter, page: page)
        if found.items.isEmpty {
            try routes.table.document.require(rule: filter.rule, destination: filter.destination)
        }
        return found
    }

    /// What waits for its group, a digest, a window or the end of a silence or storm; what is due first comes first.
    ///
    /// - Parameters:
    ///   - filter: What is meant.
    ///   - page: Which of it.
    /// - Returns: A page of it.
    /// - Throws: As ``list(_:page:)``.
    package func waiting(_ filter: WaitingFilter, page: Page) async throws -> Paged<WaitingNews> {
        let found = try await records.waiting(filter, page: page)
        if found.items.isEmpty {
            try routes.table.document.require(rule: filter.rule, destination: filter.destination)
        }
        return found
    }

    /// One delivery with its attempts.
    ///
    /// - Parameter id: Its id, or the beginning or the end of it.
    /// - Returns: The delivery.
    /// - Throws: ``DeliveryRefusal``, or when it cannot be read.
    package func delivery(_ id: String) async throws -> NotificationRecord { try await record(try await resolve(id)) }

    /// Makes one pending or dead delivery due at once.
    ///
    /// - Parameters:
    ///   - id: Its id, or the beginning or the end of it.
    ///   - author: Who asks.
    /// - Returns: What it is now.
    /// - Throws: ``DeliveryRefusal``, or when it cannot be written.
    package func retry(_ id: String, by author: Author) async throws -> NotificationRecord {
        let id = try await resolve(id)
        let before = try await record(id).notification.state
        guard try await outbox.retry(id, now: now()) else {
            throw DeliveryRefusal.notRetryable(try await record(id).notification.state)
        }
        author.log("a delivery was made due at once", ["delivery_id": .string(id)])
        let entry = author.entry("delivery.retry", id, before: before.rawValue, after: "due at once")
        await audit.note(entry, by: author)
        return try await record(id)
    }

    /// Returns dead deliveries to the queue, or counts them.
    ///
    /// - Parameters:
    ///   - filter: Which are meant.
    ///   - dryRun: Whether only to count.
    ///   - expected: How many the author was told of, `nil` for any number; of a dry run nothing is expected.
    ///   - author: Who asks.
    /// - Returns: How many there were.
    /// - Throws: ``DeliveryRefusal/notExpected(_:found:)``, or when the commit failed; nothing has changed then.
    package func redrive(
        _ filter: NotificationFilter,
        dryRun: Bool,
        expected: ExpectedCount? = nil,
        by author: Author
    ) async throws -> Int {
        let count: Int
        do {
            count = try await outbox.redrive(filter, dryRun: dryRun, expected: expected, now: now())
        } catch let surprise as NotExpected {
            throw DeliveryRefusal.notExpected(expected?.count ?? 0, found: surprise.found)
        }
        if dryRun == false {
            author.log("dead deliveries were redriven", ["count": "\(count)"])
            let after = "\(count) made due"
            await audit.note(author.entry("delivery.redrive", filter.destination ?? "all", after: after), by: author)
        }
        return count
    }

    /// When the oldest dead delivery was queued that a filter selects; `nil` when there is none.
    ///
    /// - Throws: When it cannot be read.
    package func oldestDead(_ filter: NotificationFilter) async throws -> Date? {
        try await records.oldestDead(filter)
    }

    private func resolve(_ text: String) async throws -> String {
        if try await records.notification(text) != nil { return text }
        do {
            return try await AmbiguousID.resolve(text) { try await records.notificationIDs(like: $0, limit: $1) }
        } catch let ambiguity as AmbiguousID {
            throw DeliveryRefusal.ambiguous(ambiguity)
        }
    }

    private func record(_ id: String) async throws -> NotificationRecord {
        guard let record = try await records.notification(id) else { throw DeliveryRefusal.unknown }
        return record
    }
}

/// Why a delivery is not shown or not sent again.
package enum DeliveryRefusal: Error, Hashable {
    case unknown
    /// Several could be meant.
    case ambiguous(AmbiguousID)
    /// Only pending and dead ones can be sent again, and it is in this state.
    case notRetryable(Notification.State)
    /// There are not as many dead ones any more as whoever asks was told of.
    case notExpected(Int, found: Int)
}
