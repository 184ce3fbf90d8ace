extension Condition {
    /// The account groups that the condition names, at any depth.
    var accountGroups: Set<String> {
        tests.reduce(into: []) { groups, test in
            switch test {
            case .field(.account, let globs):
                for word in globs.words {
                    let text = word.hasPrefix("!") ? word.dropFirst() : word[...]
                    if text.hasPrefix("@") { groups.insert(String(text.dropFirst())) }
                }
            case .not(let condition): groups.formUnion(condition.accountGroups)
            case .any(let conditions): for condition in conditions { groups.formUnion(condition.accountGroups) }
            case .severity, .field, .pattern: break
            }
        }
    }
}

extension Condition {
    /// Whether one of the tests, at any depth, is an event pattern.
    package var hasPattern: Bool {
        tests.contains { test in
            switch test {
            case .severity, .field: false
            case .pattern: true
            case .not(let condition): condition.hasPattern
            case .any(let conditions): conditions.contains(where: \.hasPattern)
            }
        }
    }
}
