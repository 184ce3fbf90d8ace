/// The rules with `unless`, by the destinations that they send to.
struct InhibitionChecks: Sendable {
    private struct Entry: Sendable {
        let inhibits: Decision.Inhibits
        let check: ConditionCheck
    }

    private let entries: [String: [Entry]]

    init(_ document: RouteDocument) {
        var entries: [String: [Entry]] = [:]
        for rule in document.rules where rule.isEnabled {
            guard let unless = rule.terms.unless else { continue }
            let entry = Entry(
                inhibits: Decision.Inhibits(rule: rule.name, inhibition: unless),
                check: ConditionCheck(unless.when, accounts: document.accounts)
            )
            for destination in rule.send { entries[destination, default: []].append(entry) }
        }
        self.entries = entries
    }

    /// Where rules with `unless` send.
    static func destinations(_ document: RouteDocument) -> Set<String> {
        document.rules.reduce(into: []) { found, rule in
            if rule.isEnabled, rule.terms.unless != nil { found.formUnion(rule.send) }
        }
    }

    /// Where the conditions look.
    var attributes: Set<FieldValues.Attribute> {
        entries.values.joined().reduce(into: []) { $0.formUnion($1.check.attributes) }
    }

    var hasPattern: Bool { entries.values.joined().contains { $0.check.hasPattern } }

    /// Notes for each destination of the decision which rules would take the finding for one that holds others back.
    func fill(_ decision: inout Decision, _ values: FieldValues) {
        guard entries.isEmpty == false, case .routed(var routed) = decision.verdict else { return }
        for index in routed.indices {
            guard let entries = entries[routed[index].destination] else { continue }
            routed[index].inhibits = entries.filter { $0.check.accepts(values) }.map(\.inhibits)
        }
        decision.verdict = .routed(routed)
    }
}
