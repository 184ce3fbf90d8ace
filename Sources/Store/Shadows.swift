package import FoundationEssentials
package import Triage

/// Rules that decide beside those in force: one at a time, kept with what was counted until the next begins.
package protocol Shadows: Sendable {
    /// The one that runs, or else the last one; `nil` when there never was one.
    func shadow() async throws -> ShadowRecord?
    /// Begins one, and forgets the one before.
    ///
    /// - Parameters:
    ///   - start: Which rules, and who asks.
    ///   - now: The time.
    /// - Returns: The new one; `nil` when one runs.
    /// - Throws: When the commit failed.
    func startShadow(_ start: ShadowStart, now: Date) async throws -> ShadowRecord?
    /// Ends one; one that is over stays as it is.
    ///
    /// - Parameters:
    ///   - number: Of the shadow.
    ///   - reason: Why, in words.
    ///   - now: The time.
    /// - Throws: When the commit failed.
    func endShadow(_ number: Int64, because reason: String, now: Date) async throws
    /// What was counted.
    ///
    /// - Parameters:
    ///   - number: Of the shadow.
    ///   - limit: How many samples, the newest first.
    /// - Returns: Nothing where there is no such shadow.
    /// - Throws: When it cannot be read.
    func shadowReport(_ number: Int64, samples limit: Int) async throws -> ShadowReport
}

/// Rules that are to decide beside those in force.
package struct ShadowStart: Sendable, Hashable {
    /// The author's name in words.
    package var author: String
    /// The draft that they were taken from.
    package var draft: String
    /// The version beside which they decide.
    package var base: Int
    /// A whole routes.json.
    package var text: [UInt8]

    package init(author: String, draft: String, base: Int, text: [UInt8]) {
        self.author = author
        self.draft = draft
        self.base = base
        self.text = text
    }
}

/// Rules that decide beside those in force, or did.
package struct ShadowRecord: Sendable, Hashable {
    /// 1 or more, rising.
    package var number: Int64
    package var start: ShadowStart
    package var startedAt: Date
    /// `nil` while nobody has ended it.
    package var endedAt: Date?
    package var endReason: String?
    /// Observations that both decided, and those that only the rules in force did, since applying had fallen behind.
    package var observations: Int
    package var missed: Int
    package var lastMissed: Date?

    package init(
        number: Int64,
        start: ShadowStart,
        startedAt: Date,
        endedAt: Date? = nil,
        endReason: String? = nil,
        observations: Int = 0,
        missed: Int = 0,
        lastMissed: Date? = nil
    ) {
        self.number = number
        self.start = start
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.endReason = endReason
        self.observations = observations
        self.missed = missed
        self.lastMissed = lastMissed
    }

    /// After so many seconds it ends by itself.
    package static let longest = 14 * 86_400.0

    package var endsAt: Date { startedAt + ShadowRecord.longest }
}

/// What a shadow decided otherwise.
package struct ShadowReport: Sendable, Hashable {
    /// By hour, effect and destination; see `ShadowTally.Place`.
    package var counts: [ShadowTally.Place: Int]
    /// The newest first.
    package var samples: [ShadowSample]

    package init(counts: [ShadowTally.Place: Int] = [:], samples: [ShadowSample] = []) {
        self.counts = counts
        self.samples = samples
    }
}
