package import FoundationEssentials
package import Triage

/// Journal entries that could not be applied and stand aside, so that they hold up nothing else.
///
/// They are kept whatever their age, counted among what was accepted, and tried again when somebody asks for it.
package protocol SetAsideEntries: Sendable {
    /// Sets an unapplied entry aside and moves the applied position past it.
    ///
    /// - Parameters:
    ///   - failed: The position of the entry, which is the next of those that its process took; `nil` when it cannot even be
    ///     read, for the first unapplied one.
    ///   - reason: Why it cannot be applied.
    ///   - now: The time.
    /// - Returns: The entry; `nil` when it is applied or stands aside already, or when everything is applied.
    /// - Throws: When that could not be written, which says that the store is at fault and not the entry.
    func setAsideNext(_ failed: Int64?, because reason: String, now: Date) async throws -> SetAsideEntry?

    /// What stands aside, the oldest first.
    func setAside(page: Page) async throws -> Paged<SetAsideEntry>

    /// Asks for another try.
    ///
    /// - Parameter position: Of one entry; `nil` asks for all of them.
    /// - Returns: How many will be tried.
    /// - Throws: When the request could not be written.
    func requestRetry(_ position: Int64?) async throws -> Int

    /// Entries that somebody wants tried again, the oldest first.
    ///
    /// - Parameter limit: How many at most.
    /// - Returns: Each with its journal entry, `nil` where that cannot be read.
    /// - Throws: When the list cannot be read.
    func wantedAgain(limit: Int) async throws -> [(entry: SetAsideEntry, journal: JournalEntry?)]

    /// Applies an entry that stands aside; it is an applied one then.
    ///
    /// - Parameters:
    ///   - entry: As it is decided now.
    ///   - now: The time of application.
    /// - Returns: What was done; `nil` when it does not stand aside.
    /// - Throws: When the transaction failed; nothing has changed then.
    func applyAgain(_ entry: DecidedEntry, now: Date) async throws -> AppliedBatch?

    /// Notes that another try has failed.
    ///
    /// - Parameters:
    ///   - position: Of the entry.
    ///   - reason: Why.
    /// - Throws: When that could not be written.
    func failedAgain(_ position: Int64, because reason: String) async throws
}

/// A journal entry that could not be applied.
package struct SetAsideEntry: Sendable, Hashable {
    package var position: Int64
    package var receivedAt: Date
    /// What it counted as accepted; 0 when not even that can be read.
    package var observations: Int
    package var setAsideAt: Date
    package var reason: String
    /// How often it was tried again since.
    package var retries: Int
    /// Whether somebody wants it tried again.
    package var isWanted: Bool

    package init(
        position: Int64,
        receivedAt: Date,
        observations: Int,
        setAsideAt: Date,
        reason: String,
        retries: Int = 0,
        isWanted: Bool = false
    ) {
        self.position = position
        self.receivedAt = receivedAt
        self.observations = observations
        self.setAsideAt = setAsideAt
        self.reason = reason
        self.retries = retries
        self.isWanted = isWanted
    }
}
