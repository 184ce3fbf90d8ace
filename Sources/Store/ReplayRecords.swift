package import FoundationEssentials

/// Replays that were asked for and what came of them, known to whoever shares the store.
///
/// The process that was asked runs a replay. It says how far it is, and is told by the same call when nobody wants the answer
/// any more; a replay of a process that is gone is ``ReplayRecord/State/interrupted``.
package protocol ReplayRecords: Sendable {
    /// Every replay that is kept, the newest first: hardly more than ``ReplayRecord/mostKept``. Whether it is still to be shown
    /// is for the caller to see.
    func replays() async throws -> [ReplayRecord]
    /// The replay with this id; `nil` when there is none.
    func replay(_ id: String) async throws -> ReplayRecord?
    /// The rules of a replay that no version has; `nil` when there is no such replay.
    func replayedRules(_ id: String) async throws -> ReplayedRules?
    /// The result of a replay in its stored form; `nil` when there is none.
    func replayResult(_ id: String) async throws -> [UInt8]?
    /// Adds a replay, and forgets those that are old or too many; see ``ReplayRecord/surplus(of:now:)``.
    ///
    /// - Parameters:
    ///   - ask: What is asked.
    ///   - rules: The rules that no version has.
    ///   - isBegun: Whether it runs at once, and does not wait.
    ///   - now: The time.
    /// - Returns: The replay; that of the same question asked lately; or that too many wait.
    /// - Throws: When the commit failed.
    func startReplay(_ ask: ReplayAsk, _ rules: ReplayedRules, isBegun: Bool, now: Date) async throws
        -> ReplayAdmission
    /// Has a replay that waits run.
    ///
    /// - Parameters:
    ///   - id: The replay.
    ///   - now: The time.
    /// - Returns: Whether it is wanted: false when it was cancelled or forgotten meanwhile.
    /// - Throws: When the commit failed.
    func beginReplay(_ id: String, now: Date) async throws -> Bool
    /// Says how far a replay is that runs.
    ///
    /// - Parameters:
    ///   - id: The replay.
    ///   - progress: In its stored form; `nil` when there is nothing new.
    ///   - now: The time.
    /// - Returns: Whether it is still wanted.
    /// - Throws: When the commit failed.
    func noteReplay(_ id: String, progress: String?, now: Date) async throws -> Bool
    /// Ends a replay that waits, and says of one that runs that nobody wants it; one that is over stays as it is.
    ///
    /// - Parameters:
    ///   - id: The replay.
    ///   - now: The time.
    /// - Throws: When the commit failed.
    func cancelReplay(_ id: String, now: Date) async throws
    /// Writes down how a replay ended; one that is over stays as it is, one that is not there is forgotten.
    ///
    /// - Parameters:
    ///   - id: The replay.
    ///   - end: How.
    ///   - progress: How far it was, in its stored form; `nil` when there is nothing new.
    ///   - now: The time.
    /// - Throws: When the commit failed.
    func endReplay(_ id: String, _ end: ReplayEnd, progress: String?, now: Date) async throws
}

/// A question to be replayed, as it is kept.
package struct ReplayAsk: Sendable, Hashable {
    package var id: String
    /// What tells the question from others: the digests or versions of both rule sets, the depth, and the times asked for.
    package var question: String
    /// In which form the process that runs it writes the result; another version of the program may not know it.
    package var form: Int
    /// Versions; `nil` for rules that nobody has activated.
    package var candidate: Int?
    package var against: Int?
    package var since: Date
    package var until: Date
    /// See `ReplayQuestion.Depth`.
    package var depth: String
    /// Who asked, in words.
    package var author: String
    /// The draft whose text the candidate was, and its change, as `d12-3`; `nil` where it was none.
    package var draft: String?

    package init(
        id: String,
        question: String,
        form: Int,
        candidate: Int?,
        against: Int?,
        since: Date,
        until: Date,
        depth: String,
        author: String,
        draft: String? = nil
    ) {
        self.id = id
        self.question = question
        self.form = form
        self.candidate = candidate
        self.against = against
        self.since = since
        self.until = until
        self.depth = depth
        self.author = author
        self.draft = draft
    }
}

/// The rules of a replay that no version has, each a whole routes.json; `nil` for a version.
package struct ReplayedRules: Sendable, Hashable {
    package var candidate: [UInt8]?
    package var against: [UInt8]?

    package init(candidate: [UInt8]? = nil, against: [UInt8]? = nil) {
        self.candidate = candidate
        self.against = against
    }
}

/// What came of asking for a replay.
package enum ReplayAdmission: Sendable, Hashable {
    case added(ReplayRecord)
    /// The same was asked lately.
    case known(ReplayRecord)
    /// ``ReplayRecord/mostWaiting`` wait already.
    case full
}

/// How a replay ended.
package enum ReplayEnd: Sendable, Hashable {
    /// With a result in its stored form, at most ``ReplayRecord/mostResultBytes``.
    case done([UInt8])
    case cancelled
    /// Why, in words.
    case failed(String)

    package var state: ReplayRecord.State {
        switch self {
        case .done: .done
        case .cancelled: .cancelled
        case .failed: .failed
        }
    }

    package var result: [UInt8]? { if case .done(let result) = self { result } else { nil } }

    package var failure: String? { if case .failed(let reason) = self { reason } else { nil } }
}
