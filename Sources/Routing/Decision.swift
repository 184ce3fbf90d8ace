/// What the rules say about one finding.
package struct Decision: Sendable, Hashable {
    /// The numbered version of the rules that decided.
    package var version: Int
    /// The rules that matched, in order, up to the one that ended the reading.
    package var matched: [String]
    package var verdict: Verdict

    package init(version: Int, matched: [String], verdict: Verdict) {
        self.version = version
        self.matched = matched
        self.verdict = verdict
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
        /// See ``Destination/backlogLimit``.
        package var backlogLimit: Int?

        package init(
            destination: String,
            rule: String,
            terms: Rule.Terms,
            recipients: [String?] = [nil],
            backlogLimit: Int? = nil
        ) {
            self.destination = destination
            self.rule = rule
            self.terms = terms
            self.recipients = recipients
            self.backlogLimit = backlogLimit
        }
    }
}
