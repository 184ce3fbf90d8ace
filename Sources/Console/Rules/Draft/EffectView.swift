import Findings

/// What a draft would have done with what came in, as its page shows it.
struct EffectView: Sendable, Hashable {
    /// One of the counts; each finding is in the first of them that fits.
    struct Count: Sendable, Hashable {
        enum Kind: String, Sendable, Hashable, CaseIterable {
            case nobody, suppressed, fewer, more, terms
            /// Reached nobody before.
            case told

            /// Those that are looked at before rules are put in force.
            static let losses = allCases.filter { $0 != .told }
        }

        var kind: Kind
        var findings: Int
        /// Whom it is about, in words.
        var words: String
        var samples: [Sample] = []
    }

    struct Sample: Sendable, Hashable {
        var findingID: String
        var title: String
        var severity: Severity
        /// The account, the Region, and what became of it before.
        var words: String
    }

    struct Destination: Sendable, Hashable {
        var name: String
        var gained: Int
        var lost: Int
        /// `nil` when messages were not counted.
        var messages: Change?
        /// Messages that were really sent in that time; `nil` where that is not known.
        var sent: Int?
        /// Messages of each day, the oldest first.
        var days: [Change] = []
        var busiestHour: Change?
        /// How many messages it takes in an hour by the rules that were measured; `nil` where nothing limits it.
        var hourlyRate: Int?
    }

    struct Change: Sendable, Hashable {
        var before: Int
        var after: Int
    }

    /// What one change of the draft does by itself.
    struct Part: Sendable, Hashable {
        /// As the page names it.
        var name: String
        /// The rule that it is, where there is one in the draft.
        var rule: String?
        var verb: String
        /// Findings of each kind that it makes.
        var findings: [Count.Kind: Int]
    }

    enum State: Sendable, Hashable {
        case complete
        case running(done: Int, of: Int)
        /// Not all that was asked for was there.
        case cut(String)
        /// The draft has changed since.
        case stale(changes: Int)
        /// What measured it ended before it was done.
        case interrupted
        /// Nothing came in.
        case empty
    }

    var state: State
    /// What was measured: `v40`; `nil` for the draft.
    var candidate: String?
    /// `v41`.
    var against: String
    /// The time that was looked at, in words.
    var period: String
    var observations: Int
    var findings: Int
    /// One for each kind, in their order.
    var counts: [Count]
    var destinations: [Destination]
    var parts: [Part] = []

    /// Whether it is of the draft as it is now, and over.
    var isPresent: Bool {
        switch state {
        case .complete, .cut, .empty: true
        case .running, .stale, .interrupted: false
        }
    }

    func count(_ kind: Count.Kind) -> Int { counts.first { $0.kind == kind }?.findings ?? 0 }
}
