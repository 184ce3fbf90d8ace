/// What became of a decision under other rules.
package struct DecisionChange: Sendable, Hashable {
    package var kind: ReplayClass
    /// Destinations, in the order in which the rules name them.
    package var lost: [String] = []
    package var gained: [String] = []
    /// Told on other terms, or with other recipients.
    package var changed: [String] = []

    package init(kind: ReplayClass, lost: [String], gained: [String], changed: [String]) {
        self.kind = kind
        self.lost = lost
        self.gained = gained
        self.changed = changed
    }

    /// Compares two decisions about the same observation.
    ///
    /// - Parameters:
    ///   - before: Of the earlier rules.
    ///   - after: Of the later rules.
    package init(from before: Decision, to after: Decision) {
        switch (before.verdict, after.verdict) {
        case (.routed(let before), .routed(let after)):
            kind = .unchanged
            compare(before, after)
        case (.routed(let before), .suppressed):
            kind = .suppressed
            lost = before.map(\.destination)
        case (.routed(let before), .unrouted):
            kind = .nobody
            lost = before.map(\.destination)
        case (.suppressed, .routed(let after)), (.unrouted, .routed(let after)):
            kind = .told
            gained = after.map(\.destination)
        case (.unrouted, .suppressed): kind = .suppressed
        case (.suppressed, .suppressed), (.suppressed, .unrouted), (.unrouted, .unrouted): kind = .unchanged
        }
    }

    private mutating func compare(_ before: [Decision.Routed], _ after: [Decision.Routed]) {
        for one in before {
            guard let other = after.first(where: { $0.destination == one.destination }) else {
                lost.append(one.destination)
                continue
            }
            if one.terms != other.terms || one.recipients != other.recipients { changed.append(one.destination) }
        }
        gained = after.map(\.destination).filter { name in before.contains { $0.destination == name } == false }
        if gained.isEmpty == false {
            kind = .elsewhere
        } else if lost.isEmpty == false {
            kind = .fewer
        } else if changed.isEmpty == false {
            kind = .terms
        }
    }
}
