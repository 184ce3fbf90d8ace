/// Puts rule sets in force; a bad one changes nothing.
package protocol RouteActivation: Sendable {
    /// Reads the rules file again and, if it is good and different, activates it.
    ///
    /// - Parameter author: Who asked, in words.
    /// - Returns: What was done, or every problem of the file.
    func reload(author: String) async -> RouteReload
    /// What the last reload said.
    func lastReload() async -> RouteReload?
}

/// What a reload did.
package enum RouteReload: Sendable, Hashable {
    case activated(RouteRevision)
    case unchanged(RouteRevision)
    /// The file could not be read or is not good; the earlier rules stay. At least one problem, one line each.
    case refused([String])
}
