package import Findings
package import FoundationEssentials

/// What triage keeps of a finding beside its contents, which are those of its newest observation.
package struct FindingRow: Sendable, Hashable {
    package var number: Int64
    package var key: FindingKey
    /// The number of the problem that it reports with others; decided when it is first seen, so that merging standards later,
    /// or not any more, leaves nothing announced that nobody takes back.
    package var problem: Int64?
    /// The newest observation by the source's dates.
    package var observation: Int64
    package var observedAt: Date
    package var firstSeenAt: Date
    package var lastSeenAt: Date
    /// How often it was observed, 1 or more.
    package var observations: Int
    package var severity: Severity
    package var status: FindingStatus
    /// What the rules said of it when it was last observed.
    package var disposition: String

    package init(
        number: Int64,
        key: FindingKey,
        problem: Int64?,
        observation: Int64,
        observedAt: Date,
        firstSeenAt: Date,
        lastSeenAt: Date,
        observations: Int,
        severity: Severity,
        status: FindingStatus,
        disposition: String
    ) {
        self.number = number
        self.key = key
        self.problem = problem
        self.observation = observation
        self.observedAt = observedAt
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.observations = observations
        self.severity = severity
        self.status = status
        self.disposition = disposition
    }

    /// Where one of several findings stands that report a problem together.
    package struct Standing: Sendable, Hashable {
        package var status: FindingStatus
        package var severity: Severity

        package init(status: FindingStatus, severity: Severity) {
            self.status = status
            self.severity = severity
        }
    }

    package var standing: Standing { Standing(status: status, severity: severity) }
}
