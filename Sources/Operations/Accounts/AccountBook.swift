package import Findings
package import Routing
package import Store

/// What is known of accounts beside their ids: the names that findings carry, and the groups of the rules in force.
package struct AccountBook: Sendable, Hashable {
    package private(set) var names: [String: String]
    /// Ids that the newest findings hold, with a name or without.
    package let known: Set<String>
    package let groups: AccountGroups

    /// - Parameters:
    ///   - seen: What the newest findings hold.
    ///   - groups: Those of the rules in force.
    package init(_ seen: SeenValues = SeenValues(), groups: AccountGroups = AccountGroups()) {
        names = seen.accountNames
        known = seen.accounts
        self.groups = groups
    }

    /// The name of an account, if any finding told it.
    package func name(of account: String?) -> String? { account.flatMap { names[$0] } }

    /// Takes in what the findings of a page tell, which may be newer.
    ///
    /// - Parameter findings: The newest first.
    package mutating func learn(from findings: some Sequence<Finding>) {
        names.merge(SeenValues(findings).accountNames) { _, newer in newer }
    }

    /// What somebody means by a word for accounts.
    package enum Choice: Sendable, Hashable {
        /// Ids, which may hold `*`.
        case accounts([String])
        /// There is no group of this name.
        case noGroup(known: [String])
    }

    /// The accounts that a word stands for: `@group`, an id or a name, either with `*`.
    package func choice(_ word: String) -> Choice {
        if word.hasPrefix("@") {
            guard let members = groups.members[String(word.dropFirst())] else {
                return .noGroup(known: groups.members.keys.sorted().map { "@\($0)" })
            }
            return .accounts(members)
        }
        let named = names.filter { AccountGroups.stands(word, for: $0.value) }.map(\.key).sorted()
        return .accounts([word] + named.filter { $0 != word })
    }

    /// Whether anything is known of an account by this id or name, which holds no `*`.
    package func knows(_ word: String) -> Bool {
        known.contains(word) || names[word] != nil || names.values.contains { $0.lowercased() == word.lowercased() }
    }
}
