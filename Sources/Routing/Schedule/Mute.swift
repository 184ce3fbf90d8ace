package import Findings
package import FoundationEssentials

/// A time in which a rule or a destination announces nothing, and what becomes of what is due then.
package struct Mute: Sendable, Hashable {
    /// Any of them; see ``isOutside``.
    package var windows: [TimeWindow]
    /// Whether the windows are the times that are *not* muted.
    package var isOutside: Bool
    /// What is muted; the rest is announced as ever.
    package var severities: Set<Severity>
    package var action: Action
    /// In words, recorded with each observation that is held back.
    package var reason: String

    package init(
        windows: [TimeWindow],
        isOutside: Bool = false,
        severities: Set<Severity> = Set(Severity.allCases),
        action: Action = .hold,
        reason: String
    ) {
        self.windows = windows
        self.isOutside = isOutside
        self.severities = severities
        self.action = action
        self.reason = reason
    }

    package enum Action: String, Sendable, Hashable, CaseIterable {
        /// Announced when the window ends.
        case hold
        /// Not announced, recorded with the reason; what the source says again after the window, and what was never announced by
        /// then, is announced.
        case drop
    }

    /// Until when this mute holds a severity back.
    ///
    /// - Parameters:
    ///   - severity: Of the alert.
    ///   - date: Now.
    /// - Returns: The end of the muted time, `nil` when nothing is muted now; a time that does not end within 400 days
    ///   is taken to end then.
    package func until(_ severity: Severity, at date: Date) -> Date? {
        guard severities.contains(severity) else { return nil }
        let limit = date.addingTimeInterval(Double(TimeWindow.horizon) * 86_400)
        var end = date
        // Windows may follow one another without a gap; a week of minutes is more borders than any set of them has.
        for _ in 0..<10_080 where end < limit {
            let covering = windows.filter { $0.contains(end) }
            if isOutside {
                guard covering.isEmpty else { break }
                guard let start = windows.compactMap({ $0.nextStart(after: end) }).min() else { return limit }
                end = start
            } else {
                guard covering.isEmpty == false else { break }
                guard let last = covering.map({ $0.end(from: end) ?? limit }).max(), last > end else { break }
                end = last
            }
        }
        return end > date ? min(end, limit) : nil
    }
}
