package import Findings

extension OpenAccounts {
    /// How many findings of a severity are open in an account.
    package struct SeverityCount: Sendable, Hashable {
        package var account: String?
        package var severity: Severity
        package var count: Int
        /// The number of the newest of them.
        package var newest: Int64

        package init(account: String?, severity: Severity, count: Int, newest: Int64) {
            self.account = account
            self.severity = severity
            self.count = count
            self.newest = newest
        }
    }

    /// Sorts out which accounts are shown.
    ///
    /// - Parameters:
    ///   - counts: Each account and severity once, in any order.
    ///   - changes: By account, "" for findings without, how many more are open than before.
    ///   - limit: How many accounts are shown.
    /// - Returns: The accounts, as yet without names, and in the same order the numbers of the newest findings of those
    ///   that are shown.
    package static func worst(
        of counts: [SeverityCount],
        changes: [String: Int],
        limit: Int
    ) -> (accounts: OpenAccounts, newest: [Int64]) {
        var found: [String?: (account: Account, newest: Int64)] = [:]
        for row in counts {
            let empty = Account(account: row.account, name: nil, counts: [:], change: changes[row.account ?? ""] ?? 0)
            var known = found[row.account] ?? (empty, row.newest)
            known.account.counts[row.severity] = row.count
            known.newest = max(row.newest, known.newest)
            found[row.account] = known
        }
        let order = Severity.allCases.reversed()
        let worst = found.values.sorted { left, right in
            for severity in order {
                let counts = (left.account.counts[severity] ?? 0, right.account.counts[severity] ?? 0)
                if counts.0 != counts.1 { return counts.0 > counts.1 }
            }
            return (left.account.account ?? "") < (right.account.account ?? "")
        }
        let shown = worst.prefix(limit)
        let accounts = OpenAccounts(accounts: shown.map(\.account), others: worst.count - shown.count)
        return (accounts, shown.map(\.newest))
    }
}
