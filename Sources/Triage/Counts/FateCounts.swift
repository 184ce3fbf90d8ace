import Routing

/// What observations came to when they were applied, each under the worst of its destinations.
package struct FateCounts: Sendable, Hashable {
    /// The news of each destination was announced, or waits to be.
    package var told: Int
    /// A destination was not told.
    package var held: Int
    package var suppressed: Int
    package var unrouted: Int

    package init(told: Int = 0, held: Int = 0, suppressed: Int = 0, unrouted: Int = 0) {
        self.told = told
        self.held = held
        self.suppressed = suppressed
        self.unrouted = unrouted
    }

    package static func += (left: inout FateCounts, right: FateCounts) {
        left.told += right.told
        left.held += right.held
        left.suppressed += right.suppressed
        left.unrouted += right.unrouted
    }

    /// One observation.
    init(of record: ObservationRecord) {
        self.init()
        switch record.disposition {
        case Decision.Verdict.suppressedDisposition: suppressed = 1
        case Decision.Verdict.unrouted.disposition: unrouted = 1
        default:
            if record.outcomes.contains(where: { $0.held != nil }) { held = 1 } else { told = 1 }
        }
    }
}

/// By what observations are counted.
package enum CountedPart: Int, Sendable, Hashable, CaseIterable {
    /// All together, under no name.
    case all = 0
    case source = 1
    /// The account's id; what is of no account stands under no name.
    case account = 2
    /// What a destination was sent, or would have been: each observation once for each of its destinations.
    case destination = 3
}

/// A part of the observations of one hour of UTC; see `Date.utcHour`.
package struct FateHour: Sendable, Hashable {
    package var part: CountedPart
    package var name: String
    package var hour: Int

    package init(_ part: CountedPart, _ name: String, hour: Int) {
        self.part = part
        self.name = name
        self.hour = hour
    }
}
