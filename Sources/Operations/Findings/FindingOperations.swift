import FoundationEssentials
import Routing
package import Store
import Triage

/// Findings with everything that happened to them, and why.
package struct FindingOperations: Sendable {
    let records: any Records
    let archive: any JournalArchive
    let rules: RuleReader
    let routes: ActiveRoutes
    let activeSilences: ActiveSilences
    let lanes: any Lanes
    let now: @Sendable () -> Date

    /// Findings, last seen first.
    ///
    /// - Parameters:
    ///   - filter: Which are meant.
    ///   - page: Which of them.
    /// - Returns: A page of them.
    /// - Throws: ``InvalidCursor``; ``UnknownName`` when none is found under the name of no rule or destination; or when
    ///   they cannot be read.
    package func list(_ filter: FindingFilter, page: Page) async throws -> Paged<FindingRecord> {
        let found = try await records.findings(filter, page: page)
        if found.items.isEmpty {
            try routes.table.document.require(rule: filter.rule, destination: filter.destination)
        }
        return found
    }

    /// Findings, last seen first, each with what became of it.
    ///
    /// - Parameters:
    ///   - filter: Which are meant.
    ///   - page: Which of them.
    /// - Returns: A page of them.
    /// - Throws: As ``list(_:page:)`` does.
    package func listed(_ filter: FindingFilter, page: Page) async throws -> Paged<ListedFinding> {
        let found = try await list(filter, page: page)
        let standings = try await records.standings(of: found.items.map(\.id))
        return Paged(
            items: found.items.map { ListedFinding(record: $0, standings: standings[$0.id] ?? []) },
            next: found.next
        )
    }

    /// So many of a finding's messages are read with their attempts.
    private static let mostDeliveries = 50

    /// The newest messages about a finding, with their attempts.
    ///
    /// - Parameter story: The finding.
    /// - Returns: At most 50.
    /// - Throws: When they cannot be read.
    package func deliveries(of story: FindingStory) async throws -> [NotificationRecord] {
        var found: [NotificationRecord] = []
        let newest = story.notifications.sorted { $0.createdAt > $1.createdAt }.prefix(FindingOperations.mostDeliveries)
        for notification in newest {
            if let record = try await records.notification(notification.id) { found.append(record) }
        }
        return found
    }

    /// What the lanes do now.
    package func laneStates() async -> [LaneStatus] { await lanes.status() }

    /// One finding.
    ///
    /// - Parameter text: Its id, the beginning of that, or its key.
    /// - Returns: The finding with every observation and delivery.
    /// - Throws: ``FindingRefusal``, or when it cannot be read.
    package func finding(_ text: String) async throws -> FindingStory {
        if let story = try await records.finding(text) { return story }
        let id: String
        do {
            id = try await AmbiguousID.resolve(text) { try await records.findingIDs(like: $0, limit: $1) }
        } catch let ambiguity as AmbiguousID {
            throw FindingRefusal.ambiguous(ambiguity)
        }
        guard let story = try await records.finding(id) else { throw FindingRefusal.unknown }
        return story
    }
}

/// A finding as listings have it.
package struct ListedFinding: Sendable, Hashable {
    package var record: FindingRecord
    /// By destination.
    package var standings: [AlertStanding]

    package init(record: FindingRecord, standings: [AlertStanding]) {
        self.record = record
        self.standings = standings
    }

    package var fate: FindingFate { FindingFate(disposition: record.disposition, standings: standings) }
}

/// Why a finding is not shown.
package enum FindingRefusal: Error, Hashable {
    case unknown
    /// Several could be meant.
    case ambiguous(AmbiguousID)
}
