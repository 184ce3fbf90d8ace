import Findings
package import Routing
import Synchronization

/// What is allowed in rules and probably not meant, worked out once for each text.
package final class LintOperations: Sendable {
    private struct Known {
        var text: JSONDocument
        var claims: [Claim]
    }

    private let rules: RuleReader
    private let known = Mutex<[Known]>([])

    /// The rules in force, and two drafts.
    private static let mostKnown = 3

    init(rules: RuleReader) { self.rules = rules }

    /// The claims about rules, each with the finding that shows it.
    ///
    /// - Parameter source: Which rules.
    /// - Returns: In the order of the text.
    /// - Throws: ``RuleRefusal``, or when something cannot be read.
    @concurrent
    package func report(of source: RuleSource = .active) async throws -> LintReport {
        let (set, version) = try await rules.set(source)
        return LintReport(version: version, claims: await claims(about: set))
    }

    /// The same of rules at hand.
    @concurrent
    package func claims(about set: RuleSet) async -> [Claim] {
        let text = set.root.document
        if let found = known.withLock({ $0.first { $0.text === text } }) { return found.claims }
        let claims = Claim.all(
            of: set.document,
            warnings: set.warnings,
            text: set.root,
            file: "routes.json"
        )
        known.withLock { known in
            known.insert(Known(text: text, claims: claims), at: 0)
            if known.count > LintOperations.mostKnown { known.removeLast() }
        }
        return claims
    }
}

/// What is doubtful in one set of rules.
package struct LintReport: Sendable {
    /// Of the rules; `nil` when they have none.
    package var version: Int?
    package var claims: [Claim]
}
