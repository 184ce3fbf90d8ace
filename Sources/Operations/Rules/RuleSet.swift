package import Findings
package import Routing

/// A routes.json that can be used: its text, and what it means.
package struct RuleSet: Sendable {
    /// As it is written, UTF-8.
    package let bytes: [UInt8]
    package let root: JSON
    package let document: RouteDocument
    /// What is doubtful in it.
    package internal(set) var warnings: [RouteDiagnostic]

    /// - Parameters:
    ///   - bytes: A whole routes.json.
    ///   - file: What diagnostics call it.
    /// - Throws: `RouteDocumentError` with all errors.
    package init(_ bytes: [UInt8], file: String = "routes.json") throws(RouteDocumentError) {
        (document, warnings, root) = try RouteDocument.parse(bytes, file: file)
        self.bytes = bytes
    }

    /// The place of a rule, from 0.
    package func place(of name: String) -> Int? { document.rules.firstIndex { $0.name == name } }

    /// A rule as it is written.
    package func json(at place: Int) -> JSON? {
        let rules = root["rules"]?.elements ?? []
        return rules.indices.contains(place) ? rules[place] : nil
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
