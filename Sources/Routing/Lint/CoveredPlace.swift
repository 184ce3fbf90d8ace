/// The accounts and Regions that a row of ``Coverage`` stands for.
package struct CoveredPlace: Sendable {
    private let account: FieldCheck
    private let region: FieldCheck

    init(account: GlobSet, region: GlobSet, accounts: [String: [String]]) {
        self.account = FieldCheck(.account, account, accounts: accounts)
        self.region = FieldCheck(.region, region, accounts: accounts)
    }

    /// What tells the accounts from those of other rows; rows with the same one stand for the same accounts.
    package var accountWords: String { account.expected }

    /// Says whether findings of an account are the row's.
    ///
    /// - Parameter id: `nil` for a finding without one.
    /// - Returns: Whether they are.
    package func takes(account id: String?) -> Bool { account.accepts(id) }

    /// Says whether findings of a Region are the row's.
    ///
    /// - Parameter name: `nil` for a finding without one.
    /// - Returns: Whether they are.
    package func takes(region name: String?) -> Bool { region.accepts(name) }
}
