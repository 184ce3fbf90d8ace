package import FoundationEssentials
package import Routing

/// Why a destination does not know of a finding, or that it does.
package struct WhyNot: Sendable, Hashable {
    /// The finding's record id.
    package var finding: String
    package var destination: String
    /// The version of the rules that is looked at; `nil` when none is kept that could be.
    package var version: Int?
    package var cause: Cause
    /// The rule that decided, or the nearest that sends there.
    package var rule: String?
    /// How many conditions of that rule do not hold.
    package var failures: Int
    /// The first of them.
    package var condition: Explanation.Comparison?
    /// When it was told, or until when it waits.
    package var at: Date?
    package var sentence: String

    package enum Cause: String, Sendable, Hashable, CaseIterable {
        /// It was told.
        case told
        /// No rule sends there.
        case noRule = "no_rule"
        /// The nearest rule does not match.
        case condition
        /// An earlier rule ended the reading.
        case ended
        /// The rule is off.
        case off
        /// A rule suppresses the finding.
        case suppressed
        /// A rule matched, and what it says or what is in force held the message: `notify`, a silence, a window, `unless`.
        case held
        /// It is told with others later: a group, a window, a digest, a silence or a storm.
        case together
        /// It is in the queue.
        case queued
        /// The destination is paused.
        case paused
        /// Tries failed, and another follows.
        case retrying
        /// All tries failed, and the destination's fallback has the message now.
        case diverted
        /// All tries failed.
        case gaveUp = "gave_up"
    }
}
