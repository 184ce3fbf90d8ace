package import FoundationEssentials
package import Replay

/// What somebody wants replayed.
package struct ReplayRequest: Sendable, Hashable {
    package var candidate: RuleSource
    /// What it is compared with.
    package var against: RuleSource
    /// `nil` for ``ReplayLimits/usualDays`` before the end.
    package var since: Date?
    /// `nil` for now.
    package var until: Date?
    package var depth: ReplayQuestion.Depth

    package init(
        candidate: RuleSource,
        against: RuleSource = .active,
        since: Date? = nil,
        until: Date? = nil,
        depth: ReplayQuestion.Depth = .decisions
    ) {
        self.candidate = candidate
        self.against = against
        self.since = since
        self.until = until
        self.depth = depth
    }
}

/// Why nothing is replayed, or no replay is shown.
package enum ReplayRefusal: Error {
    case unknown
    /// So many wait already.
    case full(Int)
    /// One of the rule sets is not there, or does not load.
    case rules(RuleRefusal)
    /// The end does not come after the beginning.
    case empty
    /// There is no result yet, or none will come.
    case notDone(ReplayStatus.State)
}
