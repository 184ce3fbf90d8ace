package import Findings
package import FoundationEssentials
package import Routing
import Triage

/// What a candidate would change of what was observed lately, for somebody who is typing it.
package struct ReplayPreview: Sendable {
    package var since: Date
    package var until: Date
    package var observations: Int
    /// Distinct findings in each class.
    package var findings: [ReplayClass: Int]
    package var samples: [ReplayClass: [PreviewSample]]
    /// What is asked about one rule; `nil` when none was named, or neither set has it.
    package var rule: RulePreview?
    /// Whether a pattern stands in either set: the events that it looks at are not at hand here, and it matches nothing.
    package var leavesOutPatterns: Bool
}

/// A finding that a candidate would send elsewhere.
package struct PreviewSample: Sendable, Hashable {
    /// With what rules can look at and nothing else.
    package var finding: Finding
    /// The id under which it is stored, where that is known.
    package var findingID: String?
    package var receivedAt: Date
    package var before: Decision
    package var after: Decision
}

/// What a rule would do.
package struct RulePreview: Sendable {
    /// A test of its condition.
    package struct Test: Sendable, Hashable {
        /// As it is called in routes.json.
        package var name: String
        /// Observations for which it and all before it hold.
        package var passed: Int
    }

    /// None for a rule that the candidate does not have.
    package var tests: [Test] = []
    /// Observations for which all tests hold, and which an earlier rule keeps from it.
    package var endedEarlier = 0
    /// Distinct findings that it matches and did not, and the reverse.
    package var gained = 0
    package var lost = 0
    package var gainedSamples: [PreviewSample] = []
    package var lostSamples: [PreviewSample] = []
    /// Where findings that it loses are told all the same; those told nowhere are under `nil`.
    package var stillTold: [(destination: String?, findings: Int)] = []
}
