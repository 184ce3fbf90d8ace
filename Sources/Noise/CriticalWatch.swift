import Findings
import FoundationEssentials

/// Notes every moment at which a problem becomes CRITICAL, by its own reading of the feed.
struct CriticalWatch {
    struct Opening: Sendable, Hashable {
        var finding: FindingKey
        var receivedAt: Date
    }

    private struct Life {
        /// Of the findings that report the problem.
        var members: [Int: Finding.Standing] = [:]
        /// Whether it is known to be CRITICAL.
        var isKnown = false
    }

    private var lives: [Int: Life] = [:]
    private(set) var openings: [Opening] = []

    /// A problem is CRITICAL when one of its active findings is, and over when none of them is active or acknowledged.
    mutating func see(_ emission: Emission, at date: Date) {
        let finding = emission.finding
        guard finding.status != .resolved || lives[emission.problem] != nil else { return }
        var life = lives[emission.problem] ?? Life()
        life.members[emission.member] =
            finding.status == .resolved
            ? nil : Finding.Standing(isActive: finding.status == .active, severity: finding.severity)
        guard life.members.isEmpty == false else {
            lives[emission.problem] = nil
            return
        }
        if life.isKnown == false, life.members.values.contains(where: { $0.isActive && $0.severity == .critical }) {
            life.isKnown = true
            openings.append(Opening(finding: finding.key, receivedAt: date))
        }
        lives[emission.problem] = life
    }
}

extension Finding {
    /// What counts of a finding that is not resolved.
    fileprivate struct Standing {
        var isActive: Bool
        var severity: Severity
    }
}
