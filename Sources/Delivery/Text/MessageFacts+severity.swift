import Findings
import Routing

extension MessageFacts {
    static func words(_ transition: Transition, _ severity: Severity) -> String {
        switch transition {
        case .opened, .refreshed, .stale: severity.label
        case .raised: "RAISED to \(severity.label)"
        case .lowered: "LOWERED to \(severity.label)"
        case .reminder: "STILL OPEN · \(severity.label)"
        case .reopened: "REOPENED · \(severity.label)"
        case .updated: "UPDATED · \(severity.label)"
        case .resolved: "RESOLVED · \(severity.label)"
        case .acknowledged: "ACKNOWLEDGED · \(severity.label)"
        }
    }

    /// Whether it calls for somebody: what is over, less severe than before or only told in other words does not.
    var isCall: Bool {
        switch transition {
        case .resolved, .lowered, .updated, .acknowledged: false
        case .opened, .raised, .reopened, .refreshed, .stale, .reminder: true
        }
    }

    /// The colour of the bar beside the message, `#rrggbb`; the word stands beside it everywhere.
    package var colour: String { MessageFacts.colour(severity, isResolved: transition == .resolved) }

    static func colour(_ severity: Severity, isResolved: Bool) -> String {
        guard isResolved == false else { return "#2e7d32" }
        return switch severity {
        case .critical: "#b00020"
        case .high: "#e4572e"
        case .medium: "#f2a900"
        case .low: "#3b82c4"
        case .informational: "#6b7280"
        case .unknown: "#9ca3af"
        }
    }
}
