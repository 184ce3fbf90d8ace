/// How often a rule was of weight.
package struct RuleCounts: Sendable, Hashable {
    /// Observations that it matched.
    package var matched: Int
    /// Of these, those on which it ended the reading.
    package var ended: Int
    /// Of these, those on which it was the first to name a destination.
    package var first: Int

    package init(matched: Int = 0, ended: Int = 0, first: Int = 0) {
        self.matched = matched
        self.ended = ended
        self.first = first
    }

    package static func += (left: inout RuleCounts, right: RuleCounts) {
        left.matched += right.matched
        left.ended += right.ended
        left.first += right.first
    }
}

/// A rule, by its name, in one hour of UTC; see `Date.utcHour`.
package struct RuleHour: Sendable, Hashable {
    package var rule: String
    package var hour: Int

    package init(rule: String, hour: Int) {
        self.rule = rule
        self.hour = hour
    }
}
