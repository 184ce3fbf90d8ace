package import Findings
package import FoundationEssentials
import Routing
import Triage

/// How much is read of an observation.
package enum ObservedPart: Sendable {
    /// What conditions look at, and what tells people which finding it is; see ``Finding/StoredPart/decided``.
    case decided
    /// The whole finding.
    case finding
    /// Also at which destinations it was news, and which silences hid it; that takes a third of the time.
    case outcomes
}

/// What was observed, for looking at it again; reads only, a bounded piece at a time.
package protocol History: Sendable {
    /// Observations, the newest first.
    ///
    /// - Parameters:
    ///   - before: Only those with a smaller number, `nil` to begin with the newest.
    ///   - since: Only those received at this moment or later.
    ///   - limit: How many at most, 1 or more.
    ///   - part: How much is read of each.
    /// - Returns: Fewer than `limit` when there are no more.
    /// - Throws: When they cannot be read.
    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]

    /// Active alerts that a silence keeps back now, the last seen first, one for each destination.
    ///
    /// - Parameters:
    ///   - silence: Its id.
    ///   - limit: How many at most.
    /// - Returns: Their findings; `destinations` is where they are kept back.
    /// - Throws: When they cannot be read.
    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding]

    /// Journal entries whose bodies are still kept, the newest first.
    ///
    /// - Parameters:
    ///   - before: Only those at a smaller position, `nil` to begin with the newest.
    ///   - since: Only those received at this moment or later.
    ///   - byteLimit: Stop before the bodies together exceed this, but return at least one entry.
    /// - Returns: Empty when there are no more.
    /// - Throws: When they cannot be read.
    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry]

    /// Where the newest journal entry that was received before a moment is found.
    ///
    /// - Parameter date: The moment.
    /// - Returns: What ``journal(before:since:byteLimit:)`` takes to begin with that entry; 0 when there is none.
    /// - Throws: When they cannot be read.
    func journalCursor(at date: Date) async throws -> Int64

    /// The same for who has to know how much it takes: read on threads whose processor time is known, as far as this process
    /// does the reading.
    var metered: any History { get }
}

extension History {
    /// By halves: positions of one stream rise with time, so that some twenty looks at single rows find it among millions.
    package func journalCursor(at date: Date) async throws -> Int64 {
        try await MomentSearch.cursor(at: date) { cursor in
            try await journal(before: cursor, since: .distantPast, byteLimit: 1).first.map {
                ($0.position, $0.receivedAt)
            }
        }
    }
}

/// Finds a moment among rows whose numbers rise with time.
package enum MomentSearch {
    /// The cursor of what was received before a moment.
    ///
    /// - Parameters:
    ///   - date: The moment.
    ///   - newest: The newest row with a smaller number than this one; `nil` when there is none.
    /// - Returns: A number: rows with smaller ones were received before the moment. 0 when there are none.
    /// - Throws: What `newest` throws.
    package static func cursor(
        at date: Date,
        _ newest: (Int64) async throws -> (number: Int64, receivedAt: Date)?
    ) async throws -> Int64 {
        guard let last = try await newest(.max) else { return 0 }
        guard last.receivedAt >= date else { return last.number + 1 }
        // What stands before `low` was received earlier, and what stands before `high` was not.
        var (low, high): (Int64, Int64) = (1, last.number + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if let found = try await newest(middle), found.receivedAt >= date {
                high = found.number + 1
            } else {
                low = middle
            }
        }
        return low
    }
}

/// A finding as it was observed once.
package struct ObservedFinding: Sendable, Hashable {
    /// Rises with every observation.
    package var number: Int64
    package var finding: Finding
    package var receivedAt: Date
    /// Where it was news then, announced or held back; see ``isNews(transition:held:)``.
    package var destinations: [String]
    /// The silences that hid it.
    package var silencedBy: [String]
    /// Under which number the finding is stored, and when it was first observed, where that is known.
    package var findingNumber: Int64?
    package var firstSeenAt: Date?

    package init(
        number: Int64,
        finding: Finding,
        receivedAt: Date,
        destinations: [String],
        silencedBy: [String] = [],
        findingNumber: Int64? = nil,
        firstSeenAt: Date? = nil
    ) {
        self.number = number
        self.findingNumber = findingNumber
        self.firstSeenAt = firstSeenAt
        self.finding = finding
        self.receivedAt = receivedAt
        self.destinations = destinations
        self.silencedBy = silencedBy
    }

    /// Whether an outcome is of the kind that a silence can hide: readers were told, or would have been had nothing held
    /// it back.
    ///
    /// - Parameters:
    ///   - transition: What the observation meant at a destination, as it is stored.
    ///   - held: Why it was not announced, as it is stored; `nil` when it was.
    /// - Returns: False for the end of an alert, which passes silences, and for what was no news to its rule.
    package static func isNews(transition: String?, held: String?) -> Bool {
        guard transition != Transition.resolved.rawValue, let held else {
            return transition != Transition.resolved.rawValue
        }
        switch HeldReason(rawValue: held) {
        case .silenced, .muted, .inhibited, .superseded: return true
        case .refreshed, .stale, .acknowledged, .resolvedUnannounced, .notInNotify, nil: return false
        }
    }
}
