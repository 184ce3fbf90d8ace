package import Findings
package import Routing

/// The rules under which findings are looked at.
package enum RuleChoice: Sendable, Hashable {
    /// Those in force.
    case active
    /// Those that decided when the finding was last observed; those in force for a finding that is not stored.
    case atTheTime
    case version(Int)
    /// The draft with this id, as it is now.
    case draft(String)
}

/// Why findings go where they go, under one set of rules.
package struct Explanations: Sendable, Hashable {
    /// Of the rules; `nil` for a draft.
    package var version: Int?
    /// The draft's id; `nil` for a version.
    package var draft: String?
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
}
