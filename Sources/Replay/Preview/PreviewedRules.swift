import Findings
package import Routing

/// A rule set with what it says about each shape of recent observations.
package struct PreviewedRules: Sendable {
    package let table: RoutingTable
    /// By the number of the shape, numbers in ``decisions``.
    let ofShape: [Int32]
    private(set) var decisions: [Decision] = []

    /// How many shapes were decided.
    package var count: Int { ofShape.count }

    /// Decides every shape once.
    ///
    /// - Parameters:
    ///   - table: The rules.
    ///   - recent: What they are asked about.
    /// - Throws: `CancellationError`.
    package init(_ table: RoutingTable, on recent: RecentObservations) throws {
        self.table = table
        var known = KnownDecisions()
        let noEvent = try JSONDocument.parse("{}")
        var numbers: [Int32] = []
        numbers.reserveCapacity(recent.shapes.count)
        let key = FindingKey("")
        for (index, shape) in recent.shapes.enumerated() {
            if index % 1_024 == 0 { try Task.checkCancellation() }
            let finding = recent.values.finding(shape, key: key)
            numbers.append(Int32(known.number(table.decide(Observation(finding: finding, event: noEvent)))))
        }
        ofShape = numbers
        decisions = known.all
    }
}
