package import Findings

/// A routes.json that was read without an error.
package struct RouteDocument: Sendable, Hashable {
    /// Account group name → account ids, with `*`.
    package var accounts: [String: [String]]
    /// In the order written.
    package var destinations: [Destination]
    /// In the order written.
    package var rules: [Rule]
    /// Where findings go that no rule matched.
    package var fallback: Fallback?
    /// Severities for what AWS gives none, over the documented defaults.
    package var severities: SeverityDefaults
    /// Topics whose SNS subscriptions are confirmed and whose messages are believed.
    package var snsTopics: [String]
    /// The queues that are pulled, in the order written.
    package var sources: [QueueSource]
    /// The times that mutes may name, in the order written.
    package var windows: [TimeWindow]
    /// Whether one Security Hub control that fails on one resource is one alert, however many standards report it.
    package var mergeStandards: Bool
    /// What the rules are held to, in the order written. Nothing is decided by them.
    package var expectations: [Expectation]

    package init(
        accounts: [String: [String]] = [:],
        destinations: [Destination] = [],
        rules: [Rule] = [],
        fallback: Fallback? = nil,
        severities: SeverityDefaults = .documented,
        snsTopics: [String] = [],
        sources: [QueueSource] = [],
        windows: [TimeWindow] = [],
        mergeStandards: Bool = true,
        expectations: [Expectation] = []
    ) {
        self.accounts = accounts
        self.destinations = destinations
        self.rules = rules
        self.fallback = fallback
        self.severities = severities
        self.snsTopics = snsTopics
        self.sources = sources
        self.windows = windows
        self.mergeStandards = mergeStandards
        self.expectations = expectations
    }

    package struct Fallback: Sendable, Hashable {
        package var send: [String]
        package var terms: Rule.Terms

        package init(send: [String], terms: Rule.Terms = Rule.Terms()) {
            self.send = send
            self.terms = terms
        }
    }

    /// The destination with this name.
    package func destination(named name: String) -> Destination? { destinations.first { $0.name == name } }
}
