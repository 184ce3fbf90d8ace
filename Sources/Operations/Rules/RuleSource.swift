/// Where rules come from that somebody wants to look at.
package enum RuleSource: Sendable, Hashable {
    /// Those in force.
    case active
    case version(Int)
    /// The draft with this id, as it is now.
    case draft(String)
    /// A whole routes.json.
    case text([UInt8])
}
