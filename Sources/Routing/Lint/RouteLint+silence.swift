package import Findings

extension RouteLint {
    /// What is doubtful in the words of one condition, such as that of a silence.
    ///
    /// - Parameters:
    ///   - when: The condition, as in the `when` of a rule.
    ///   - accounts: The account groups that it may name.
    /// - Returns: Warnings for people; none when the condition cannot be read as one, which is said elsewhere.
    package static func doubts(of when: JSONValue, accounts: [String: [String]]) -> [String] {
        let groups = accounts.sorted { $0.key < $1.key }.map { group in
            JSONValue.Member(group.key, .array(group.value.map { .string($0) }))
        }
        let text = JSONValue.object([
            .init("version", .integer(1)), .init("accounts", .object(groups)),
            .init("destinations", ["d": ["type": "webhook", "url": ["env": "D"]]]),
            .init("rules", [["name": "silence", "when": when, "send": ["d"]]]), .init("fallback", ["send": ["d"]]),
        ]).text
        let file = "silence"
        do {
            let (document, warnings, _) = try RouteDocument.parse(Array(text.utf8), file: file)
            let lint = RouteLint(document, text: try JSONDocument.parse(text), file: file)
            let words = lint.claims.filter { if case .word = $0.kind { true } else { false } }
            let said = warnings + words.map(\.diagnostic)
            return said.filter { $0.severity == .warning && $0.pointer.hasPrefix("/rules/") }
                .map(\.text)
        } catch {
            return []
        }
    }
}
