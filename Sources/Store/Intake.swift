package import FoundationEssentials
package import Triage

/// The append-only journal through which everything comes in.
package protocol Intake: Sendable {
    /// Writes the request to the journal.
    ///
    /// Calls that wait together share one commit. A request without observations and with quarantined items writes no
    /// journal entry, only the quarantine.
    ///
    /// - Parameters:
    ///   - request: What was received.
    ///   - completion: Called once the request is on disk, with the position of its entry (0 when none was written), or
    ///     with the reason why it is not, an ``IntakeError`` where that is foreseen. Others wait while it runs.
    func accept(_ request: IntakeRequest, then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void)

    /// Entries that are not applied, oldest first.
    ///
    /// - Parameters:
    ///   - cursor: Only entries after these, for who reads on while it has the earlier ones applied; `nil` for all.
    ///   - limit: How many at most, 1 or more.
    ///   - byteLimit: Stop before the bodies together exceed this, but return at least one entry.
    /// - Returns: Entries in journal order, empty when there are none.
    /// - Throws: When the journal cannot be read.
    func unapplied(after cursor: JournalCursor?, limit: Int, byteLimit: Int) async throws -> [JournalEntry]

    /// Applies decided entries in one transaction that also moves the applied position past the last of them.
    ///
    /// For each event: an event whose redelivery key is known is counted and left; otherwise every observation is
    /// recorded, triaged against the stored alerts (``Triage/step(alert:finding:routed:version:receivedAt:)``), and
    /// every announcement becomes one notification per recipient.
    ///
    /// - Parameters:
    ///   - entries: In journal order, beginning with the first unapplied one.
    ///   - now: The time of application, which becomes the notifications' creation and due time.
    /// - Returns: What was done.
    /// - Throws: When the transaction failed; nothing has changed then.
    @discardableResult
    func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch

    /// Wakes whoever applies: an element after entries were accepted; several may be folded into one.
    var accepted: AsyncStream<Void> { get }

    /// Deletes applied journal entries, quarantine and evidence older than the date, except what a pending or dead notification needs.
    func prune(before date: Date) async throws
}

extension Intake {
    /// Writes the request to the journal and returns once it is on disk; see ``accept(_:then:)``.
    ///
    /// - Parameter request: What was received.
    /// - Returns: The position of the entry, 0 when none was written.
    /// - Throws: ``IntakeError`` where the reason is foreseen.
    package func accept(_ request: IntakeRequest) async throws -> Int64 {
        try await withCheckedThrowingContinuation { continuation in
            accept(request) { continuation.resume(with: $0) }
        }
    }
}

/// Why a request was not accepted.
package enum IntakeError: Error, Hashable {
    /// The disk is full; earlier entries are safe.
    case diskFull
    /// The store cannot be written for another reason; earlier entries are safe unless it says that their file is gone.
    case unwritable(StoreTrouble)
    /// More requests wait for their commit than the queue holds.
    case overloaded
    /// The store has been closed.
    case closed
}

extension IntakeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .diskFull: "the disk that holds the data directory is full"
        case .unwritable(let trouble): "\(trouble)"
        case .overloaded: "more requests are waiting to be written to disk than the intake queue holds"
        case .closed: "the store is closed"
        }
    }
}
