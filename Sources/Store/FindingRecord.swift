package import Findings
package import FoundationEssentials
package import Triage

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
