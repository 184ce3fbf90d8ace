package import Findings
package import FoundationEssentials

/// What a silence would have hidden, had it been in force.
package struct SilencePreview: Sendable, Hashable {
    /// From here on; later when the work was cut short.
    package var since: Date
    package var until: Date
    /// Whether everything since then was looked at.
    package var isComplete: Bool
    package private(set) var observations = 0
    /// By the severity at which they were observed.
    package private(set) var observationsBySeverity: [Severity: Int] = [:]
    /// By the severity at which they were last observed.
    package private(set) var findingsBySeverity: [Severity: Int] = [:]
    /// The findings last observed, the last one first, at most ``shown``.
    package private(set) var examples: [Example] = []
    private var seen: Set<FindingKey> = []

    /// How many findings are named.
    package static let shown = 20

    package struct Example: Sendable, Hashable {
        package var finding: Finding
        package var lastSeenAt: Date
    }

    package init(since: Date, until: Date) {
        self.since = since
        self.until = until
        isComplete = true
    }

    package var findings: Int { seen.count }

    /// Counts an observation that would have been hidden; the newest comes first.
    package mutating func add(_ finding: Finding, receivedAt: Date) {
        observations += 1
        observationsBySeverity[finding.severity, default: 0] += 1
        guard seen.insert(finding.key).inserted else { return }
        findingsBySeverity[finding.severity, default: 0] += 1
        if examples.count < SilencePreview.shown {
            examples.append(Example(finding: finding, lastSeenAt: receivedAt))
        }
    }
}
