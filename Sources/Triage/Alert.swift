package import Findings
package import FoundationEssentials

/// The life of one finding at one destination.
package struct Alert: Sendable, Hashable {
    package var finding: FindingKey
    package var destination: String
    package var status: FindingStatus
    /// As last observed.
    package var severity: Severity
    /// The severity of the last announcement; `nil` until something was announced.
    package var notifiedSeverity: Severity?
    /// The source's time of the newest observation, or when it was received if the source gives none.
    package var observedAt: Date
    package var firstSeenAt: Date
    package var lastSeenAt: Date
    /// Observations that were not stale, 1 or more.
    package var count: Int
    /// When it last became active.
    package var openedAt: Date
    package var rule: String
    package var version: Int

    package init(
        finding: FindingKey,
        destination: String,
        status: FindingStatus,
        severity: Severity,
        notifiedSeverity: Severity?,
        observedAt: Date,
        firstSeenAt: Date,
        lastSeenAt: Date,
        count: Int,
        openedAt: Date,
        rule: String,
        version: Int
    ) {
        self.finding = finding
        self.destination = destination
        self.status = status
        self.severity = severity
        self.notifiedSeverity = notifiedSeverity
        self.observedAt = observedAt
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.count = count
        self.openedAt = openedAt
        self.rule = rule
        self.version = version
    }
}
