package import FoundationEssentials
package import Triage

/// What was counted by the hour while observations were applied, kept as long as they are.
package protocol Statistics: Sendable {
    /// How often rules were of weight, by day.
    ///
    /// - Parameters:
    ///   - rules: Their names; that of the fallback stands for what no rule matched.
    ///   - since: From the hour of this moment on.
    /// - Returns: By rule, the days in their order; none where there was nothing.
    /// - Throws: When it cannot be read.
    func ruleDays(of rules: [String], since: Date) async throws -> [String: [RuleDay]]

    /// What became of observations by now.
    ///
    /// - Parameter question: Of which, and how they are told apart.
    /// - Returns: What was counted; observations that were applied before anything was counted are not in it.
    /// - Throws: When it cannot be read.
    func fates(_ question: FateQuestion) async throws -> FateReport
}

/// What a rule was counted with on a day of UTC.
package struct RuleDay: Sendable, Hashable {
    /// Days since 1970.
    package var day: Int
    package var counts: RuleCounts

    package init(day: Int, counts: RuleCounts) {
        self.day = day
        self.counts = counts
    }

    /// When the day begins.
    package var begin: Date { Date(timeIntervalSince1970: Double(day) * 86_400) }
}
