package import FoundationEssentials
package import Triage

/// What is asked about the fates of observations.
package struct FateQuestion: Sendable, Hashable {
    package var part: CountedPart
    /// The beginning of an hour of UTC, or of a day where days are counted.
    package var since: Date
    /// How many hours of UTC are counted together; they begin where 1970 did.
    package var bucketHours: Int
    /// How many names are told apart.
    package var limit: Int

    /// - Parameters:
    ///   - part: Which observations; accounts are counted by the day.
    ///   - since: From the hour of this moment on, or from its day.
    ///   - bucketHours: How many hours are counted together.
    ///   - limit: How many names are told apart.
    package init(_ part: CountedPart, since: Date, bucketHours: Int, limit: Int) {
        self.part = part
        self.bucketHours = part == .account ? 24 : bucketHours
        let hour = part == .account ? since.utcDay * 24 : since.utcHour
        self.since = Date(timeIntervalSince1970: Double(hour) * 3_600)
        self.limit = limit
    }
}

/// What observations came to by now, by name and time.
package struct FateReport: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        /// `nil` for everything that is not told apart.
        package var name: String?
        /// By the number of the bucket since 1970.
        package var buckets: [Int: Fates]

        package init(name: String?, buckets: [Int: Fates] = [:]) {
            self.name = name
            self.buckets = buckets
        }

        package var total: Fates { buckets.values.reduce(into: Fates()) { $0 += $1 } }
    }

    /// Those with the most observations first.
    package var parts: [Part]
    package var others: Part?
    /// From when on anything was counted; `nil` when nothing was.
    package var countedFrom: Date?

    package init(parts: [Part] = [], others: Part? = nil, countedFrom: Date? = nil) {
        self.parts = parts
        self.others = others
        self.countedFrom = countedFrom
    }
}

/// What became of observations by now, each counted once, under the worst of its destinations: dead before pending before
/// held before delivered.
package struct Fates: Sendable, Hashable {
    package var delivered: Int
    package var pending: Int
    package var held: Int
    package var suppressed: Int
    package var unrouted: Int
    package var dead: Int

    package init(
        delivered: Int = 0,
        pending: Int = 0,
        held: Int = 0,
        suppressed: Int = 0,
        unrouted: Int = 0,
        dead: Int = 0
    ) {
        self.delivered = delivered
        self.pending = pending
        self.held = held
        self.suppressed = suppressed
        self.unrouted = unrouted
        self.dead = dead
    }

    /// All of them.
    package var applied: Int { delivered + pending + held + suppressed + unrouted + dead }

    package static func += (left: inout Fates, right: Fates) {
        left.delivered += right.delivered
        left.pending += right.pending
        left.held += right.held
        left.suppressed += right.suppressed
        left.unrouted += right.unrouted
        left.dead += right.dead
    }

    /// Adds what was counted when it was applied; what was told then counts as delivered until something else is known.
    package mutating func add(_ counts: FateCounts) {
        delivered += counts.told
        held += counts.held
        suppressed += counts.suppressed
        unrouted += counts.unrouted
    }

    /// Observations that are something else by now than they were counted as.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - wasHeld: Whether they were counted as held, and not as told.
    ///   - rank: What they are: 0 held, 1 pending, 2 dead.
    package mutating func move(_ count: Int, wasHeld: Bool, to rank: Int) {
        if wasHeld { held -= count } else { delivered -= count }
        switch rank {
        case 2: dead += count
        case 1: pending += count
        default: held += count
        }
    }
}
