package import FoundationEssentials
package import Routing

/// What is to be replayed: two rule sets on a stretch of time.
package struct ReplayQuestion: Sendable {
    package enum Depth: String, Sendable, Hashable, CaseIterable {
        /// Who is told.
        case decisions
        /// Who is told, and in how many messages.
        case messages
    }

    package var before: RoutingTable
    package var after: RoutingTable
    /// Received at this moment or later.
    package var since: Date
    /// Received before this moment.
    package var until: Date
    package var depth: Depth

    package init(before: RoutingTable, after: RoutingTable, since: Date, until: Date, depth: Depth) {
        self.before = before
        self.after = after
        self.since = since
        self.until = until
        self.depth = depth
    }

    /// Whether findings have to be read from the journal again: stored ones do not hold the event that a pattern looks at,
    /// and have the severity that other rules gave them.
    var needsJournal: Bool {
        before.hasPatterns || after.hasPatterns || before.document.severities != after.document.severities
    }
}

/// How far a replay goes.
package struct ReplayLimits: Sendable, Hashable {
    /// How far it looks back at most.
    package var longest = Duration.seconds(90 * 86_400)
    package var observations = 5_000_000
    /// How many of them become messages.
    package var simulated = 200_000
    /// How long the work on messages may take.
    package var simulationTime = Duration.seconds(120)
    /// What is lived through before the first message is counted.
    package var warmUp = Duration.seconds(86_400)
    /// Samples for each class and destination.
    package var samples = 50
    /// Destinations with samples of their own.
    package var sampledDestinations = 50
    /// Changed rules that are looked at by themselves.
    package var changes = 20
    /// Observations with another decision for which that is done.
    package var changedObservations = 50_000

    package init() {}

    /// How far a replay looks back when nobody says.
    package static let usualDays = LookBack.usualDays
}
