/// Where a resolution goes although no rule names the destination for it.
///
/// Security Hub makes a passed control INFORMATIONAL, so the rule that announced it when it was severe does not match its
/// resolution. What was announced somewhere must be taken back there, whatever the rules say by then.
package struct Resolutions: Sendable, Hashable {
    private let named: [String: Destination]
    /// The terms of every rule.
    private let terms: [String: Rule.Terms]
    /// Where rules with `unless` send.
    private let inhibiting: Set<String>

    package init(_ document: RouteDocument) {
        named = Dictionary(document.destinations.map { ($0.name, $0) }) { first, _ in first }
        var terms = Dictionary(document.rules.map { ($0.name, $0.terms) }) { first, _ in first }
        if let fallback = document.fallback { terms[RouteDocument.Fallback.name] = fallback.terms }
        self.terms = terms
        inhibiting = InhibitionChecks.destinations(document)
    }

    /// Every destination that there is.
    package var destinations: some Sequence<String> & Sendable { named.keys.sorted() }

    /// What the destination is owed for an alert that this rule announced there: the terms of the rule and of the
    /// destination, or the usual ones when the rule is gone. `nil` when the destination is gone.
    package func routed(to destination: String, announcedBy rule: String) -> Decision.Routed? {
        guard let found = named[destination] else { return nil }
        var routed = Decision.Routed(destination, found, rule: rule, terms: terms[rule] ?? Rule.Terms())
        // What is resolved holds nothing back, and must be struck from what does.
        if inhibiting.contains(destination) { routed.inhibits = [] }
        return routed
    }
}
