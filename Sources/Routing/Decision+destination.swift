extension Decision.Routed {
    /// One destination on a rule's terms and its own: the rule's mutes come first, the rule's digest wins.
    ///
    /// - Parameters:
    ///   - name: The destination's name.
    ///   - destination: The destination, `nil` when there is none of this name.
    ///   - rule: What named it.
    ///   - terms: The rule's.
    init(_ name: String, _ destination: Destination?, rule: String, terms: Rule.Terms) {
        var terms = terms
        let isOwn = terms.digest != nil
        terms.mutes += destination?.mutes ?? []
        terms.digest = terms.digest ?? destination?.digest
        self.init(
            destination: name,
            rule: rule,
            terms: terms,
            recipients: destination?.recipients ?? [nil],
            backlogLimit: destination?.backlogLimit,
            digestRule: isOwn ? rule : ""
        )
    }
}
