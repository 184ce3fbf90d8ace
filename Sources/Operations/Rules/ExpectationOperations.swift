package import Routing

/// What rules are held to, asked of any text of them.
package struct ExpectationOperations: Sendable {
    let sets: RuleSets
    /// Where the examples are that expectations name.
    let examples: ExpectationExamples

    /// What comes of the expectations that a text holds, under the rules that it holds.
    ///
    /// - Parameter text: A whole routes.json.
    /// - Returns: An empty one when nothing is expected.
    /// - Throws: `RouteDocumentError` when the text does not load.
    @concurrent package func report(of text: [UInt8]) async throws -> ExpectationReport {
        let document = try await sets.read(text).document
        guard document.expectations.isEmpty == false else { return ExpectationReport() }
        return RoutingTable(document, version: 0).expectationReport(examples)
    }
}
