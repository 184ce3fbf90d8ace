package import Findings
package import Routing

/// A finding of which something is to be expected.
package enum ExpectedFinding: Sendable, Hashable {
    /// One that came in, by its key.
    case stored(String)
    /// One of those in a body of any shape that the intake takes.
    case body([UInt8])
    /// One that has just these fields.
    case fields([UInt8])
}

/// What an expectation about a finding may begin with.
package struct ExpectationSuggestion: Sendable, Hashable {
    package var finding: Finding
    /// What conditions of the rules in force ask for, as JSON; with the event when nothing less makes the same decision.
    package var fields: JSONValue
    /// The event by itself, as JSON; `nil` when it is not at hand, is too long, or is decided in another way.
    package var event: JSONValue?
    /// Whether the fields are decided as the finding is.
    package var isDecidedAlike: Bool
    /// By the rules in force.
    package var decision: Decision
}
