package import Findings

/// What the newest findings hold: for names beside ids, and for what somebody begins to write.
package struct SeenValues: Sendable, Hashable {
    package private(set) var accounts: Set<String> = []
    /// By id, as the newest finding has it that names the account.
    package private(set) var accountNames: [String: String] = [:]
    package private(set) var regions: Set<String> = []
    package private(set) var products: Set<String> = []
    package private(set) var resourceTypes: Set<String> = []
    package private(set) var controls: Set<String> = []

    /// - Parameter findings: The newest first.
    package init(_ findings: some Sequence<Finding> = []) {
        for finding in findings { add(finding) }
    }

    private mutating func add(_ finding: Finding) {
        if let account = finding.account, account.isEmpty == false {
            accounts.insert(account)
            if let name = finding.accountName, name.isEmpty == false, name != account, accountNames[account] == nil {
                accountNames[account] = name
            }
        }
        if let region = finding.region { regions.insert(region) }
        products.insert(finding.product)
        resourceTypes.formUnion(finding.resources.compactMap(\.type))
        controls.formUnion(finding.controls)
    }

    /// Adds names that were known before and are not now.
    package mutating func keep(namesOf earlier: SeenValues) {
        accountNames.merge(earlier.accountNames) { newer, _ in newer }
    }

    /// How much is looked at.
    package enum Limit {
        /// Findings that are read, the last seen first.
        package static let findings = 1_000
        /// Findings among which each account's newest of each kind is read, too: not every source names its accounts.
        package static let places = 100_000
        /// Of these at most.
        package static let accounts = 5_000
    }
}
