extension RoutingTable {
    /// On what terms a destination gets what a rule sent there, as the rules are now.
    ///
    /// - Parameters:
    ///   - destination: Its name; a destination that is gone has no recipients.
    ///   - rule: Its name, or ``RouteDocument/Fallback/name``; a rule that is gone sends on the usual terms.
    /// - Returns: Recipients, terms and limits.
    package func terms(of destination: String, announcedBy rule: String) -> Decision.Routed {
        resolutions.routed(to: destination, announcedBy: rule)
            ?? Decision.Routed(destination: destination, rule: rule, terms: Rule.Terms())
    }
}
