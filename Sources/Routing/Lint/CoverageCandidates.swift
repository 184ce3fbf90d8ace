/// The rules that may treat a finding of a row otherwise: the others are left out at a glance, as a search for a witness takes
/// thousands of times longer.
struct CoverageCandidates {
    private struct Rule {
        var place: Int
        /// One bit for each severity, as ``ConditionCheck`` has them.
        var severities: UInt8
        /// The accounts that it names, where it names whole ones and nothing else; `nil` otherwise.
        var accounts: [String]?
    }

    private let rules: [Rule]

    init(_ table: RoutingTable) {
        rules = zip(table.document.rules, table.conditions).enumerated().compactMap { place, pair in
            guard pair.0.isEnabled else { return nil }
            var rule = Rule(place: place, severities: .max, accounts: nil)
            for check in pair.1.checks {
                switch check {
                case .severity(let accepted, _): rule.severities &= accepted
                case .field(let field) where field.field == .account: rule.accounts = field.wholeIncludes
                case .field, .pattern, .not, .any: break
                }
            }
            return rule
        }
    }

    private init(_ rules: [Rule]) { self.rules = rules }

    /// Those that may match in accounts that a row takes.
    ///
    /// - Parameter account: What the row asks of the account.
    /// - Returns: Fewer of them.
    func taking(_ account: FieldCheck) -> CoverageCandidates {
        let wanted = account.wholeIncludes.map { Set($0) }
        let refused = Set(account.excludes.filter(\.isWhole).map(\.text))
        return CoverageCandidates(
            rules.filter { rule in
                guard let accounts = rule.accounts else { return true }
                return accounts.contains { wanted?.contains($0) ?? (refused.contains($0) == false) }
            }
        )
    }

    /// The places of those that may match a finding of a severity.
    func places(_ severity: UInt8) -> some Sequence<Int> {
        rules.lazy.filter { $0.severities & 1 << severity != 0 }.map(\.place)
    }
}

extension FieldCheck {
    /// The values that it takes, where those are whole values and nothing else.
    fileprivate var wholeIncludes: [String]? {
        takesTheRest || includes.allSatisfy(\.isWhole) == false ? nil : includes.map(\.text)
    }
}
