import Findings
import FoundationEssentials
package import Store

/// What somebody is about to put in force, and what has to be accepted for it once it was measured.
package enum MeasuredChange: String, Sendable, CaseIterable {
    /// Nobody gets anything.
    case nobody
    /// What is high in one region is suppressed.
    case suppressed
    /// What is high in one region is suppressed, and the others get nothing.
    case both
    /// Only what is medium is suppressed.
    case mild
    /// The same, in other words.
    case words

    package static let rules = """
        {"version": 1, "destinations": {"secops": {"type": "slack", "url": {"env": "SECOPS_URL"}}},
        "rules": [{"name": "severe", "when": {"severity": ">=medium"}, "send": ["secops"]}]}

        """

    /// The rules with the change in them.
    package var rules: String {
        let noise = "[{\"name\": \"noise\", \"when\": {%}, \"suppress\": \"noise\"},\n "
        func suppressing(_ condition: String) -> String {
            MeasuredChange.rules.replacing("[{", with: noise.replacing("%", with: condition) + "{", maxReplacements: 1)
        }
        switch self {
        case .nobody: return MeasuredChange.rules.replacing(">=medium", with: "critical")
        case .suppressed: return suppressing(#""region": "us-*""#)
        case .both: return suppressing(#""region": "us-*""#).replacing(">=medium", with: "critical")
        case .mild: return suppressing(#""severity": "medium""#)
        case .words: return MeasuredChange.rules.replacing(#""when""#, with: #""description": "x", "when""#)
        }
    }

    /// How many findings reach nobody any more, and how many of HIGH or worse are suppressed.
    package var counts: (nobody: Int, suppressed: Int) {
        switch self {
        case .nobody: (4, 0)
        case .suppressed: (0, 2)
        case .both: (1, 2)
        case .mild, .words: (0, 0)
        }
    }

    /// What was observed of late, the newest first.
    package static let observed: [ObservedFinding] = [
        ("a", Severity.high, "us-east-1"), ("b", .high, "us-west-2"), ("c", .high, "eu-west-1"),
        ("d", .medium, "us-east-1"),
    ].enumerated().map { index, finding in
        ObservedFinding(
            number: Int64(10 - index),
            finding: .example(key: finding.0, severity: finding.1, region: finding.2),
            receivedAt: Example.now - Double(60 * (index + 1)),
            destinations: ["secops"]
        )
    }
}
