package import Findings
package import Routing

/// The rules under which findings are looked at.
package enum RuleChoice: Sendable, Hashable {
    /// Those in force.
    case active
    /// Those that decided when the finding was last observed; those in force for a finding that is not stored.
    case atTheTime
    case version(Int)
}

/// Why findings go where they go, under one version of the rules.
package struct Explanations: Sendable, Hashable {
    /// Of the rules.
    package var version: Int
    /// Whether the events were at hand; without one, patterns of rules cannot hold.
    package var isEventKept: Bool
    package var explanations: [Explanation]
    /// How many findings more there were than one answer explains.
    package var omitted: Int
    /// Why items could not be read, one for each.
    package var unreadable: [String]
}

/// Why nothing is explained.
package enum ExplanationRefusal: Error {
    /// Nothing of the body can be read.
    case unreadable(FindingDecodingError)
    /// The fields make no finding.
    case unusableFields(ObservationFieldsError)
    case unknownFinding
    /// There is no such version of the rules, or its text is not kept any more.
    case unknownVersion(Int)
    /// This version of the program cannot read that version of the rules.
    case unusableVersion(Int, [RouteDiagnostic])
}
