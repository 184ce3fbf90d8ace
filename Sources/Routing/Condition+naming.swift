package import Findings

/// What a condition is about, for those who look for rules and not for findings.
extension Condition {
    /// Whether the condition names this account at any depth, to want or to exclude it: itself, by a glob or by a group.
    ///
    /// - Parameters:
    ///   - account: An id, a glob, or `@group`.
    ///   - groups: The account groups of its document.
    /// - Returns: `false` when it says nothing about the account.
    package func names(account: String, groups: [String: [String]]) -> Bool {
        tests.contains { test in
            switch test {
            case .field(.account, let globs):
                (globs.wanted + globs.excluded).contains { word in
                    if word == account { return true }
                    let ids = word.hasPrefix("@") ? groups[String(word.dropFirst())] ?? [] : [word]
                    return account.hasPrefix("@") == false && ids.contains { Condition.overlap($0, account) }
                }
            case .not(let condition): condition.names(account: account, groups: groups)
            case .any(let conditions): conditions.contains { $0.names(account: account, groups: groups) }
            case .severity, .field, .pattern: false
            }
        }
    }

    /// Whether one of two globs takes the other for a value.
    private static func overlap(_ one: String, _ other: String) -> Bool {
        one == other || Glob(one, foldsCase: false).matches(Array(other.utf8))
            || Glob(other, foldsCase: false).matches(Array(one.utf8))
    }

    /// Whether a finding of one of these severities may fit, as far as the condition's own words about severities say.
    package func mayTake(severities: Set<Severity>) -> Bool {
        tests.allSatisfy { test in
            switch test {
            case .severity(let wanted, _): wanted.isDisjoint(with: severities) == false
            case .any(let conditions): conditions.contains { $0.mayTake(severities: severities) }
            case .field, .pattern, .not: true
            }
        }
    }
}
