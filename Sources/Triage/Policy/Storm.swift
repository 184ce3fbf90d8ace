package import Findings
package import Routing

/// When a destination gets summaries instead of messages one by one.
package enum Storm {
    /// How often a summary is sent while a storm lasts, in seconds.
    package static let interval = Destination.summaryInterval
    /// How long a destination that takes none is left alone at most, and for how long its reminders are put off.
    package static let longestInterval = 15 * interval

    /// Whether a message is told in summaries while a storm lasts: everything but what is critical and bad news.
    package static func folds(_ severity: Severity, _ transition: Transition) -> Bool {
        guard severity == .critical else { return true }
        switch transition {
        case .opened, .raised, .reopened: return false
        case .lowered, .updated, .resolved, .acknowledged, .refreshed, .stale, .reminder: return true
        }
    }

    /// Whether so many waiting messages begin a storm.
    package static func begins(pending: Int, limit: Int?) -> Bool {
        guard let limit else { return false }
        return pending >= max(1, limit)
    }

    /// What a storm does when its next summary is due.
    package enum Step: Sendable, Hashable {
        /// The destination has not taken the last summary yet: look again in a while.
        case wait
        case summarise
        /// What came since the last summary could have gone out one by one.
        case end
    }

    /// - Parameters:
    ///   - waiting: Alerts that came since the last summary.
    ///   - isFirst: Whether no summary was sent yet.
    ///   - pending: Messages that wait at the destination.
    ///   - limit: How many may wait there.
    /// - Returns: What to do now.
    package static func next(waiting: Int, isFirst: Bool, pending: Int, limit: Int?) -> Step {
        if isFirst { return .summarise }
        guard let limit else { return .end }
        let calm = max(1, limit / 2)
        if pending > calm { return .wait }
        return waiting > calm ? .summarise : .end
    }
}
