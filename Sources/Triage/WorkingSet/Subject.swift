/// What a piece of news is about: the numbers under which a store keeps the observation, its finding, and the problem that
/// the finding reports.
package struct Subject: Sendable, Hashable {
    package var finding: Int64
    package var observation: Int64
    /// The finding that numbers the problem: the first that reported it.
    package var problem: Int64

    package init(finding: Int64, observation: Int64, problem: Int64) {
        self.finding = finding
        self.observation = observation
        self.problem = problem
    }

    /// The record id of the finding, for URLs and commands: `f` and its number in hexadecimal digits.
    package var findingID: String { Subject.id(ofFinding: finding) }

    /// The record id of the finding with this number.
    package static func id(ofFinding number: Int64) -> String { "f" + String(number, radix: 16) }
}

/// Which alert is meant: that of a problem at a destination.
package struct AlertKey: Sendable, Hashable {
    /// The number of the problem.
    package var problem: Int64
    package var destination: String

    package init(problem: Int64, destination: String) {
        self.problem = problem
        self.destination = destination
    }
}
