package import Findings

/// A condition beside the JSON text it was read from. Two are the same when they test the same, in the same order.
package struct WrittenCondition: Sendable, Hashable {
    package let condition: Condition
    /// The object on one line.
    package let text: String

    private init(_ condition: Condition, text: String) {
        self.condition = condition
        self.text = text
    }

    /// Reads a condition in the language of a rule's `when`.
    ///
    /// - Parameters:
    ///   - json: The object.
    ///   - pointer: JSON pointer to it in its document, for diagnostics.
    ///   - groups: The account groups there are; `nil` for a condition that was checked when it was written.
    /// - Returns: The condition, and what is doubtful in it.
    /// - Throws: ``RouteDocumentError`` with everything that is wrong, each at its place in the document.
    package static func read(
        _ json: JSON,
        pointer: String = "",
        groups: [String]?
    ) throws(RouteDocumentError) -> (condition: WrittenCondition, warnings: [RouteDiagnostic]) {
        var reader = RouteReader(bytes: json.document.bytes, file: "")
        var names = RouteReader.Names(destinations: [], groups: groups ?? [])
        names.takesAnyGroup = groups == nil
        let condition = reader.condition(RouteReader.Node(json: json, pointer: pointer), names)
        let diagnostics = reader.diagnostics()
        guard let condition, reader.hasErrors == false else { throw RouteDocumentError(diagnostics: diagnostics) }
        return (WrittenCondition(condition, text: json.compactText), diagnostics)
    }

    package static func == (left: WrittenCondition, right: WrittenCondition) -> Bool {
        left.condition == right.condition
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(condition) }

    /// The account groups of the condition that are not among these.
    package func missingGroups(_ accounts: [String: [String]]) -> [String] {
        condition.accountGroups.filter { accounts[$0] == nil }.sorted()
    }
}

extension Condition {
    /// Whether it can be seen that every finding is accepted, so that it says nothing.
    var acceptsEverything: Bool {
        tests.allSatisfy { test in
            switch test {
            case .severity(let accepted, _): accepted.count == Severity.allCases.count
            case .field(_, let globs):
                globs.words.contains { $0.allSatisfy { $0 == "*" } }
                    && globs.words.allSatisfy { $0.hasPrefix("!") == false }
            case .pattern: false
            case .not(let condition): condition.acceptsNothing
            case .any(let conditions): conditions.contains(where: \.acceptsEverything)
            }
        }
    }

    /// Whether it can be seen that no finding is accepted.
    private var acceptsNothing: Bool {
        tests.contains { test in
            switch test {
            case .severity(let accepted, _): accepted.isEmpty
            case .field, .pattern: false
            case .not(let condition): condition.acceptsEverything
            case .any(let conditions): conditions.allSatisfy(\.acceptsNothing)
            }
        }
    }
}
