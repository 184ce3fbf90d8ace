/// What the rules say about one finding.
package struct Decision: Sendable, Hashable {
    /// The numbered version of the rules that decided.
    package var version: Int
    /// The rules that matched, in order, up to the one that ended the reading.
    package var matched: [String]
    package var verdict: Verdict
    /// Whether the last of the rules that matched ended the reading.
    package var isEnded: Bool

    package init(version: Int, matched: [String], verdict: Verdict, isEnded: Bool = false) {
        self.version = version
        self.matched = matched
        self.verdict = verdict
        self.isEnded = isEnded
    }

    package enum Verdict: Sendable, Hashable {
        /// At least one destination, each once, on the terms of the first rule that named it.
        case routed([Routed])
        case suppressed(rule: String, reason: String)
        /// No rule matched and there is no fallback.
        case unrouted
    }

    /// One destination that gets the finding, and why.
    package struct Routed: Sendable, Hashable {
        package var destination: String
        /// The rule that named it first; `fallback` for the document's fallback.
        package var rule: String
        package var terms: Rule.Terms
        /// How many messages one announcement is: the number of mail recipients, 1 for every other transport.
        package var recipients: [String?]
        /// How many messages may wait there before that means more than a minute; `nil` when nobody can say.
        package var backlogLimit: Int?
        /// The rule whose digest `terms.digest` is; empty when it is the destination's own.
        package var digestRule: String
        /// The rules with `unless` that send there and would take this finding for one that holds others back; `nil`
        /// when no rule that sends there has an `unless`.
        package var inhibits: [Inhibits]?

        package init(
            destination: String,
            rule: String,
            terms: Rule.Terms,
            recipients: [String?] = [nil],
            backlogLimit: Int? = nil,
            digestRule: String = "",
            inhibits: [Inhibits]? = nil
        ) {
            self.destination = destination
            self.rule = rule
            self.terms = terms
            self.recipients = recipients
            self.backlogLimit = backlogLimit
            self.digestRule = digestRule
            self.inhibits = inhibits
        }
    }

    /// A rule whose `unless` a finding may satisfy.
    package struct Inhibits: Sendable, Hashable {
        package var rule: String
        package var inhibition: Inhibition

        package init(rule: String, inhibition: Inhibition) {
            self.rule = rule
            self.inhibition = inhibition
        }
    }
}

extension Decision {
    /// Where it sends, in order; nowhere for what is suppressed or not routed.
    package var destinations: [String] {
        guard case .routed(let routed) = verdict else { return [] }
        return routed.map(\.destination)
    }
}
