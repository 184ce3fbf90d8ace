package import Findings

/// Where a problem stands after an observation: what one finding says, or all findings that report the same problem.
package struct ProblemState: Sendable, Hashable {
    package var status: FindingStatus
    package var severity: Severity
    /// Whether the source dates the observation before the newest one known of the same finding; equal dates are not
    /// stale, for Security Hub's BatchUpdateFindings leaves `UpdatedAt` as it was (Security Hub user guide,
    /// "BatchUpdateFindings").
    package var isStale: Bool

    package init(status: FindingStatus, severity: Severity, isStale: Bool) {
        self.status = status
        self.severity = severity
        self.isStale = isStale
    }

    /// Of a problem that several findings report: active as long as one of them is, as severe as the most severe of those
    /// that make it so.
    ///
    /// - Parameters:
    ///   - members: Every finding that reports it, at least one.
    ///   - isStale: Whether the observation at hand is.
    package init(of members: some Sequence<(status: FindingStatus, severity: Severity)>, isStale: Bool) {
        let rank: (FindingStatus) -> Int = { $0 == .active ? 2 : $0 == .acknowledged ? 1 : 0 }
        var status = FindingStatus.resolved
        var severity = Severity.unknown
        for member in members {
            if rank(member.status) > rank(status) {
                status = member.status
                severity = member.severity
            } else if member.status == status {
                severity = max(severity, member.severity)
            }
        }
        self.init(status: status, severity: severity, isStale: isStale)
    }
}
