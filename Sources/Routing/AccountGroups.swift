/// The account groups of a document, asked by account.
package struct AccountGroups: Sendable, Hashable {
    /// By id, in the order of their names.
    private var byID: [String: [String]] = [:]
    private var patterns: [Pattern] = []
    /// Ids, which may hold `*`, by the name of the group.
    package let members: [String: [String]]

    private struct Pattern: Hashable {
        var name: String
        var glob: Glob
    }

    /// - Parameter members: As the document has them.
    package init(_ members: [String: [String]] = [:]) {
        self.members = members
        for (name, words) in members.sorted(by: { $0.key < $1.key }) {
            for word in words {
                if word.contains("*") {
                    patterns.append(Pattern(name: name, glob: Glob(word, foldsCase: false)))
                } else {
                    byID[word, default: []].append(name)
                }
            }
        }
    }

    /// The names of the groups that an account is in.
    package func names(of account: String) -> [String] {
        let named = byID[account] ?? []
        guard patterns.isEmpty == false else { return named }
        let bytes = Array(account.utf8)
        return Set(named + patterns.filter { $0.glob.matches(bytes) }.map(\.name)).sorted()
    }

    /// Whether a text with `*` stands for another, whatever the case of either.
    package static func stands(_ glob: String, for text: String) -> Bool {
        Glob(glob.lowercased(), foldsCase: false).matches(Array(text.lowercased().utf8))
    }
}
