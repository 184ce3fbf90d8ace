package import Findings
package import FoundationEssentials
package import Triage

/// The queue of notifications, by destination.
package protocol Outbox: Sendable {
    /// Marks due notifications as `sending`, counts the attempt, and returns them once that is on disk.
    ///
    /// Order within a destination: more severe first, then older first; but never a notification whose finding has an
    /// older one pending or sending at the same destination and recipient.
    ///
    /// - Parameters:
    ///   - destinations: The destinations of one lane.
    ///   - limit: How many at most, 1 or more.
    ///   - claimant: The lane, which claims once at a time and sends in the order of ``BegunClaims``; `nil` for whoever
    ///     begins all that it claims at once.
    ///   - now: Notifications due later stay.
    /// - Returns: The claimed notifications, in the order in which they are to be sent.
    /// - Throws: When the claim could not be committed; then nothing was claimed.
    func claim(destinations: [String], limit: Int, by claimant: Claimant?, now: Date) async throws -> [Notification]

    /// Like ``claim(destinations:limit:by:now:)``, but only notifications whose finding is CRITICAL: a lane keeps a place free for
    /// them.
    ///
    /// - Parameters:
    ///   - destinations: The destinations of one lane.
    ///   - limit: How many at most, 1 or more.
    ///   - claimant: As there.
    ///   - now: Notifications due later stay.
    /// - Returns: The claimed notifications, in the order in which they are to be sent.
    /// - Throws: When the claim could not be committed; then nothing was claimed.
    func claimCritical(
        destinations: [String],
        limit: Int,
        by claimant: Claimant?,
        now: Date
    ) async throws -> [Notification]

    /// Records attempts and what became of their notifications, in one commit.
    ///
    /// - Throws: When the commit failed; the notifications stay `sending` and are settled again or recovered.
    func settle(_ settlements: [Settlement]) async throws

    /// Returns notifications that an earlier process left `sending` to the queue: each that may have been begun, see
    /// ``BegunClaims``, with an `uncertain` attempt on record, and every other as if it had not been claimed.
    ///
    /// - Returns: How many may have been begun.
    func recover(now: Date) async throws -> Int

    /// The earliest due time of a pending notification per destination.
    func nextDue() async throws -> [String: Date]

    /// Wakes the lanes: an element after pending notifications were added or made due; several may be folded into one.
    var queued: AsyncStream<Void> { get }

    /// Hands every pending notification of a destination on to its fallback: each becomes `diverted`, and a new one is
    /// queued per recipient of the fallback. A notification that itself stands in for another destination is left.
    ///
    /// - Returns: How many were handed on.
    func divert(from destination: String, to fallback: FallbackTarget, now: Date) async throws -> Int

    /// Returns dead notifications to the queue with a fresh budget of attempts.
    ///
    /// - Parameters:
    ///   - filter: Only what it selects; states other than `dead` are never touched.
    ///   - dryRun: Whether only to count.
    ///   - expected: How many whoever asks was told of; looked at in the transaction that returns them, and not by a dry
    ///     run. `nil` for any number.
    ///   - now: When they become due.
    /// - Returns: How many there were; with `dryRun` how many there would be.
    /// - Throws: ``NotExpected``, or when the commit failed; nothing has changed then.
    func redrive(_ filter: NotificationFilter, dryRun: Bool, expected: ExpectedCount?, now: Date) async throws -> Int

    /// Makes one pending or dead notification due at once.
    ///
    /// - Returns: Whether there was such a notification.
    func retry(_ id: String, now: Date) async throws -> Bool

    /// The lanes' states that survive restarts, by lane.
    func laneRecords() async throws -> [LaneRecord]

    /// Writes the state of lanes.
    func save(_ lanes: [LaneRecord]) async throws

    /// The destinations that people have paused.
    func pauses() async throws -> [DestinationPause]

    /// Remembers that somebody has paused a destination; an earlier pause of it is replaced.
    func save(_ pause: DestinationPause) async throws

    /// Ends a pause. What waits for the destination has its whole time to be retried again: while it was paused nothing was
    /// tried.
    ///
    /// - Parameters:
    ///   - destination: By name; one that is not paused is left as it is.
    ///   - now: From when on what waits is retried.
    /// - Throws: When the commit failed; the pause stands then.
    func endPause(of destination: String, now: Date) async throws

    /// Makes everything pending for these destinations due at once.
    func makeDue(_ destinations: [String], now: Date) async throws

    /// Gives up what has been retried for too long, beyond what fails one by one.
    ///
    /// - Parameters:
    ///   - destination: Whose pending notifications are meant.
    ///   - date: Those that have been retried since then, or for longer.
    ///   - reason: For people.
    ///   - fallback: Who takes over; a notification that itself stands in for another destination has none.
    ///   - now: The moment.
    /// - Returns: How many were given up.
    /// - Throws: When a commit failed; some may be given up then.
    func expire(
        _ destination: String,
        retryingSince date: Date,
        reason: String,
        fallback: FallbackTarget?,
        now: Date
    ) async throws -> Int

    /// Pending and sending notifications per destination.
    func backlog() async throws -> [DestinationBacklog]
}

extension Outbox {
    /// Returns dead notifications to the queue, however many there are.
    package func redrive(_ filter: NotificationFilter, dryRun: Bool, now: Date) async throws -> Int {
        try await redrive(filter, dryRun: dryRun, expected: nil, now: now)
    }
}

/// Where a destination's messages go instead.
package struct FallbackTarget: Sendable, Hashable {
    package var destination: String
    /// See `Destination.recipients`; at least one element.
    package var recipients: [String?]

    package init(destination: String, recipients: [String?]) {
        self.destination = destination
        self.recipients = recipients
    }
}

/// What became of one claimed notification.
package struct Settlement: Sendable, Hashable {
    package var attempt: Attempt
    package var next: Next
    /// The lane as it is after this attempt, when something about it changed.
    package var lane: LaneRecord?
    /// Where the message stands now, if it began its conversation and the destination told.
    package var posted: Notification.Posted?

    package init(
        attempt: Attempt,
        next: Next,
        lane: LaneRecord? = nil,
        posted: Notification.Posted? = nil
    ) {
        self.attempt = attempt
        self.next = next
        self.lane = lane
        self.posted = posted
    }

    package enum Next: Sendable, Hashable {
        case delivered
        /// Back to the queue. `isMinimal` asks for the safest rendering from now on.
        case retry(at: Date, isMinimal: Bool)
        /// Given up. The rendered message is kept, and a fallback gets a notification of its own.
        case dead(reason: String, rendered: String?, fallback: FallbackTarget?)
    }
}

/// What is kept of a lane over restarts.
package struct LaneRecord: Sendable, Hashable, Codable {
    /// A fingerprint of the resource (webhook URL without query, SMTP relay); no secret can be read from it.
    package var lane: String
    /// Why it looks as if it would not come back by itself; `nil` when it does not. With 0 failures it is of a version
    /// that kept people's pauses by lane: somebody's reason to pause it.
    package var goneReason: String?
    /// Consecutive failures that are the destination's fault.
    package var failures: Int
    /// Nothing is sent before this moment.
    package var notBefore: Date?
    /// Up to when what was sent has used its rate; whoever sends next goes on from there. `nil` for a lane without a rate.
    package var paidUntil: Date?

    package init(
        lane: String,
        goneReason: String? = nil,
        failures: Int = 0,
        notBefore: Date? = nil,
        paidUntil: Date? = nil
    ) {
        self.lane = lane
        self.goneReason = goneReason
        self.failures = failures
        self.notBefore = notBefore
        self.paidUntil = paidUntil
    }
}

/// Somebody has paused a destination: nothing is sent to it, nothing of it expires, and no fallback takes over.
package struct DestinationPause: Sendable, Hashable {
    package var destination: String
    /// In the person's words.
    package var reason: String
    /// Who did, as `api:token.siem`; `nil` where an earlier version wrote it, or the whole lane was paused by one.
    package var author: String?
    package var pausedAt: Date

    package init(destination: String, reason: String, author: String? = nil, pausedAt: Date) {
        self.destination = destination
        self.reason = reason
        self.author = author
        self.pausedAt = pausedAt
    }
}

/// How much waits for one destination.
package struct DestinationBacklog: Sendable, Hashable {
    package var destination: String
    package var pending: Int
    /// How many of those tell of something CRITICAL.
    package var critical: Int
    package var sending: Int
    package var dead: Int
    package var oldestPendingAt: Date?
    /// Pieces of news that no message has been made of yet: they wait in groups, windows or digests.
    package var waiting: Int

    package init(
        destination: String,
        pending: Int = 0,
        critical: Int = 0,
        sending: Int = 0,
        dead: Int = 0,
        oldestPendingAt: Date? = nil,
        waiting: Int = 0
    ) {
        self.destination = destination
        self.pending = pending
        self.critical = critical
        self.sending = sending
        self.dead = dead
        self.oldestPendingAt = oldestPendingAt
        self.waiting = waiting
    }
}

/// Which notifications are meant; every given field must hold.
package struct NotificationFilter: Sendable, Hashable {
    package var states: Set<Notification.State>?
    package var destination: String?
    package var rule: String?
    package var finding: FindingKey?
    package var errorClass: String?
    package var createdAfter: Date?
    package var createdBefore: Date?
    /// Notifications that one of these selects are left out.
    package var without: [NotificationFilter] = []

    package init(
        states: Set<Notification.State>? = nil,
        destination: String? = nil,
        rule: String? = nil,
        finding: FindingKey? = nil,
        errorClass: String? = nil,
        createdAfter: Date? = nil,
        createdBefore: Date? = nil,
        without: [NotificationFilter] = []
    ) {
        self.states = states
        self.destination = destination
        self.rule = rule
        self.finding = finding
        self.errorClass = errorClass
        self.createdAfter = createdAfter
        self.createdBefore = createdBefore
        self.without = without
    }
}
