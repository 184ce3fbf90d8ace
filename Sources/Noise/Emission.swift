package import Findings
import FoundationEssentials

/// One event of the feed.
package struct Emission: Sendable {
    /// The problem that its finding reports, alone or with others.
    package var problem: Int
    /// Which of the problem's findings it is, from 0.
    package var member: Int
    package var observation: Observation
    /// See `Event.redeliveryKey`.
    package var redeliveryKey: String

    package var finding: Finding { observation.finding }
}
