package import Findings
package import Routing

/// Counts what a bundle's alerts are.
package struct BundleTallies: Sendable {
    private var severities: [String: Int] = [:]
    private var transitions: [String: Int] = [:]
    private var accounts: [String: Int] = [:]
    private var products: [String: Int] = [:]
    private var controls: [String: Int] = [:]

    /// How many names of a kind a bundle lists.
    private static let mostNames = 10

    package init() {}

    package mutating func add(
        severity: Severity,
        transition: Transition,
        account: String?,
        product: String?,
        control: String?,
        times: Int = 1
    ) {
        severities[severity.label, default: 0] += times
        transitions[transition.rawValue, default: 0] += times
        if let account { accounts[account, default: 0] += times }
        if let product { products[product, default: 0] += times }
        if let control { controls[control, default: 0] += times }
    }

    package var counts: Notification.Bundle.Counts {
        let order = Dictionary(Severity.allCases.map { ($0.label, Int($0.rawValue)) }) { first, _ in first }
        return Notification.Bundle.Counts(
            severities: severities.map { Notification.Bundle.Tally(name: $0.key, count: $0.value) }
                .sorted { order[$0.name, default: 0] > order[$1.name, default: 0] },
            transitions: top(transitions),
            accounts: top(accounts),
            products: top(products),
            controls: top(controls)
        )
    }

    private func top(_ numbers: [String: Int]) -> [Notification.Bundle.Tally] {
        numbers.map { Notification.Bundle.Tally(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
            .prefix(BundleTallies.mostNames).map(\.self)
    }
}
