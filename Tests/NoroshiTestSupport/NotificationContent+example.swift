package import Findings
package import FoundationEssentials
package import Routing
package import Triage

extension Notification.Content {
    /// With the facts one by one; without a severity, that of the finding.
    package init(
        finding: Finding,
        transition: Transition,
        severity: Severity? = nil,
        firstSeenAt: Date,
        openedAt: Date,
        receivedAt: Date,
        count: Int,
        rule: String,
        version: Int,
        thread: String,
        bundle: Notification.Bundle? = nil
    ) {
        self.init(
            finding: finding,
            facts: AnnouncedFacts(
                transition: transition,
                severity: severity ?? finding.severity,
                receivedAt: receivedAt,
                openedAt: openedAt,
                firstSeenAt: firstSeenAt,
                count: count,
                rule: rule,
                version: version
            ),
            thread: thread,
            bundle: bundle
        )
    }
}
