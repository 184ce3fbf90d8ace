import Findings

/// What nothing in the document uses. What takes a search for findings is ``RouteLint``'s.
extension RouteReader {
    mutating func lint(
        _ document: RouteDocument,
        _ fields: Fields,
        _ destinations: [NamedDestination],
        _ rules: [PlacedRule],
        _ windows: [NamedWindow]
    ) {
        // Of a document with errors nobody knows yet what it uses.
        guard hasErrors == false else { return }
        lintDestinations(document, destinations)
        lintGroups(document, fields["accounts"])
        lintWindows(document, windows)
        let digested = Set(document.destinations.filter { $0.digest != nil }.map(\.name))
        for placed in rules { lintTerms(placed.node, placed.rule.send, digested) }
        if let node = fields["fallback"], let fallback = document.fallback {
            lintTerms(node, fallback.send, digested)
        }
        lintSharedEmail(document, fields["email"])
    }

    private mutating func lintDestinations(_ document: RouteDocument, _ destinations: [NamedDestination]) {
        let sent = document.rules.flatMap(\.send) + (document.fallback?.send ?? [])
        let used = Set(sent + document.destinations.compactMap(\.fallback))
        for destination in destinations where used.contains(destination.name) == false {
            note(
                .warning,
                at: destination.keyOffset,
                destination.node.pointer,
                "the destination \(RouteReader.quoted(destination.name)) is not used: no rule sends to it"
            )
        }
    }

    private mutating func lintGroups(_ document: RouteDocument, _ accounts: Node?) {
        guard let accounts else { return }
        let used = document.rules.reduce(into: Set<String>()) { groups, rule in
            groups.formUnion(rule.when.accountGroups)
            groups.formUnion(rule.terms.unless?.when.accountGroups ?? [])
        }
        for member in accounts.json.members where used.contains(member.key) == false {
            note(
                .warning,
                at: member.keyOffset,
                accounts.child(member.key, member.value).pointer,
                "the account group \(RouteReader.quoted(member.key)) is not used: no rule names @\(member.key)"
            )
        }
    }
}
