package import FoundationEssentials
package import Routing

/// What other rules would have made of what was observed.
package struct ReplayResult: Sendable {
    /// From here on; later than asked for when the work was cut.
    package var since: Date
    package var until: Date
    /// What was not looked at and why, in sentences; empty when everything was.
    package var cuts: [String] = []
    /// Whether events were read from the journal again, since one of the rule sets asks for that.
    package var readsJournal: Bool
    package var observations: Int
    /// Distinct findings in each class, and observations.
    package var findings: [ReplayClass: Int]
    package var observationClasses: [ReplayClass: Int]
    /// Of the findings that are newly suppressed, those of HIGH or worse.
    package var suppressedHigh = 0
    package var destinations: [DestinationEffect]
    /// How many observations each rule matched, by its name; what no rule matched stands under that of the fallback.
    package var rules: [String: HourlyCounts.Pair] = [:]
    package var changes: [ChangeEffect]
    package var samples: ReplaySamples
    /// `nil` when only decisions were asked for.
    package var messages: MessageEffect?

    /// How many different findings were looked at.
    package var findingCount: Int { findings.values.reduce(0, +) }
}

/// What other rules mean for a destination.
package struct DestinationEffect: Sendable, Hashable {
    package var destination: String
    /// Findings of which an observation is sent there now and was not, and the reverse.
    package var findingsGained: Int
    package var findingsLost: Int
    /// What was sent there by decision.
    package var observations: HourlyCounts
}

/// How many messages both rule sets would have sent.
package struct MessageEffect: Sendable {
    package var since: Date
    package var until: Date
    /// Observations that were lived through and counted.
    package var observations: Int
    package var destinations: [DestinationMessages]
}

/// The messages of a destination.
package struct DestinationMessages: Sendable, Hashable {
    package var destination: String
    package var messages: HourlyCounts
    /// How many it takes in an hour; `nil` when nothing holds it to a rate.
    package var hourlyRateBefore: Int?
    package var hourlyRateAfter: Int?
    /// How many there really were, where the rules compared with are in force and somebody has counted.
    package var sent: Int?
}

/// How far a replay is.
package struct ReplayProgress: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable {
        case decisions, messages
    }

    package var phase: Phase
    /// Observations done.
    package var done: Int
    /// Of about so many.
    package var of: Int
    /// Everything from here on is decided.
    package var since: Date?
    /// Findings in each class by now.
    package var findings: [ReplayClass: Int]
}
