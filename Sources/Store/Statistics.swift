package import Findings
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

    /// How many findings were seen, by where they are and how severe they are.
    ///
    /// - Parameter since: Seen at this moment or later.
    /// - Returns: One count for each place and severity that has any, in no order.
    /// - Throws: When it cannot be read.
    func placeCounts(since: Date) async throws -> [PlaceCount]

    /// The accounts with the most severe open findings first.
    ///
    /// - Parameters:
    ///   - limit: How many.
    ///   - since: Changes are counted from the hour of this moment on.
    /// - Returns: Them, and how many accounts more there are.
    /// - Throws: When it cannot be read.
    func openAccounts(limit: Int, changedSince since: Date) async throws -> OpenAccounts
}

/// The open findings of some accounts.
package struct OpenAccounts: Sendable, Hashable {
    /// The worst first: by how many findings are CRITICAL, then HIGH and so on.
    package var accounts: [Account]
    /// Accounts that are not among them.
    package var others: Int

    package struct Account: Sendable, Hashable {
        /// 12 digits as findings have it; `nil` for those without.
        package var account: String?
        /// As the newest of its findings calls it.
        package var name: String?
        package var counts: [Severity: Int]
        /// How many more are open than at the moment that was asked about; observations of before this was counted are not in it.
        package var change: Int

        package init(account: String?, name: String?, counts: [Severity: Int], change: Int = 0) {
            self.account = account
            self.name = name
            self.counts = counts
            self.change = change
        }

        package var total: Int { counts.values.reduce(0, +) }
    }

    package init(accounts: [Account] = [], others: Int = 0) {
        self.accounts = accounts
        self.others = others
    }
}

/// How many findings there are of a severity in an account and Region.
package struct PlaceCount: Sendable, Hashable {
    /// 12 digits as findings have it; `nil` for those without.
    package var account: String?
    package var region: String?
    package var severity: Severity
    package var count: Int

    package init(account: String?, region: String?, severity: Severity, count: Int) {
        self.account = account
        self.region = region
        self.severity = severity
        self.count = count
    }
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
