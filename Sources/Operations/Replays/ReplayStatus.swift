package import FoundationEssentials
package import Replay
package import Store

/// A replay that was asked for, as far as it is.
package struct ReplayStatus: Sendable {
    package typealias State = ReplayRecord.State

    package var id: String
    package var state: State
    /// The version of the candidate; `nil` for rules that nobody has activated.
    package var candidate: Int?
    /// The version that it is compared with; `nil` likewise.
    package var against: Int?
    package var since: Date
    package var until: Date
    package var depth: ReplayQuestion.Depth
    /// Who asked, in words.
    package var author: String
    package var createdAt: Date
    package var startedAt: Date?
    package var finishedAt: Date?
    /// `nil` before the first word of it.
    package var progress: ReplayProgress?
    /// When it is done and was asked for.
    package var result: ReplayResult?
    /// Why it failed, in words.
    package var failure: String?
    /// Rises with everything that is written of it.
    package var revision: Int

    /// One that is done by a program whose results this one cannot read is a failed one here.
    init(_ record: ReplayRecord) {
        let ask = record.ask
        let depth = ReplayQuestion.Depth(rawValue: ask.depth)
        id = ask.id
        state = record.state
        candidate = ask.candidate
        against = ask.against
        since = ask.since
        until = ask.until
        self.depth = depth ?? .decisions
        author = ask.author
        createdAt = record.createdAt
        startedAt = record.startedAt
        finishedAt = record.finishedAt
        progress = record.progress.flatMap { ReplayProgress(stored: $0) }
        failure = record.failure
        revision = record.revision
        if state == .done, ask.form != ReplayResult.form || depth == nil { makeUnreadable() }
    }

    mutating func makeUnreadable() {
        state = .failed
        failure = "another version of the program has written the result, and this one cannot read it"
    }
}
