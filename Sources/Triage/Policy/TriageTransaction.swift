package import Findings
package import FoundationEssentials
package import Routing

/// The rows that triage touches, inside one open transaction; every call sees what the earlier ones wrote.
///
/// A backend plays this role, and applying (``apply(_:now:change:)``) and the timers
/// (``fire(now:table:silences:change:)``) are
/// then the same for all of them. No call reads or writes a number of rows that grows with what is stored.
package protocol TriageTransaction {
    /// How the backend refers to one observation, its finding, and the problem that the finding reports.
    associatedtype Place

    // MARK: What comes in

    /// Keeps the key of an event.
    ///
    /// - Returns: Whether it was unknown until now.
    mutating func remember(_ redeliveryKey: String, receivedAt: Date) throws -> Bool
    /// The finding with this key as it was last observed, `nil` when it never was.
    mutating func lastObserved(_ key: FindingKey) throws -> Finding?
    /// Makes the finding's record what this observation says, unless an observation that the source dates later is known.
    ///
    /// - Parameters:
    ///   - finding: The observation.
    ///   - problem: What several findings report together; `nil` when this one stands alone.
    ///   - disposition: What the rules said.
    ///   - receivedAt: When it was accepted; stands in for a source date that is missing.
    /// - Returns: Where it is, and where the problem stands now.
    /// - Throws: When the rows cannot be written.
    mutating func observe(
        _ finding: Finding,
        problem: FindingKey?,
        disposition: String,
        receivedAt: Date
    ) throws -> (place: Place, state: ProblemState)
    /// Writes the observation to the ledger, the last thing done for it.
    mutating func record(_ observation: ObservationRecord, of finding: Finding, content: String, at place: Place) throws
    /// Moves the applied position.
    mutating func advance(to position: Int64) throws
    /// The position that is applied.
    func appliedPosition() throws -> Int64

    // MARK: Alerts

    /// The stored alert of the problem at the destination.
    mutating func alert(at place: Place, finding: FindingKey, destination: String) throws -> Alert?
    mutating func save(_ alert: Alert, at place: Place) throws
    /// The finding as it was observed there.
    mutating func finding(at place: Place) throws -> Finding
    /// What the rules said of the finding when it was last observed.
    mutating func disposition(at place: Place) throws -> String
    /// The record id of the finding (``FindingRecord/id``).
    func findingID(at place: Place) -> String
    /// The number of the problem, for the names of conversations.
    func problemNumber(at place: Place) -> Int64
    /// Active alerts of a group that its readers know of, most severe first, then the longest open.
    mutating func activeAlerts(in group: Int64, limit: Int) throws -> [(alert: Alert, place: Place)]
    /// The alert of a group that has been active longest, announced or not.
    mutating func oldestAlert(in group: Int64) throws -> (alert: Alert, place: Place)?
    /// How many alerts of a group are active and known to its readers; not counted beyond the limit.
    mutating func activeCount(in group: Int64, upTo limit: Int) throws -> Int
    /// Active alerts that this silence hides.
    mutating func alerts(silencedBy silence: String, limit: Int) throws -> [(alert: Alert, place: Place)]

    // MARK: Messages

    /// Queues one message, due now.
    ///
    /// - Returns: Its id.
    mutating func queue(_ message: QueuedMessage, at place: Place, now: Date) throws -> String
    /// How many messages wait at the destination; not counted beyond the limit.
    mutating func pending(at destination: String, upTo limit: Int) throws -> Int
    /// What the messages say that wait at a destination, oldest first: once for each recipient, and once for each problem
    /// of a bundle.
    mutating func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews<Place>]
    /// Takes these messages out of the queue, since a summary tells what they say.
    mutating func fold(_ notifications: [String]) throws

    // MARK: Groups

    mutating func group(_ name: AlertGroup.Name) throws -> AlertGroup?
    mutating func group(numbered number: Int64) throws -> AlertGroup?
    /// Stores a new group.
    ///
    /// - Returns: Its number.
    mutating func insert(_ group: AlertGroup) throws -> Int64
    mutating func save(_ group: AlertGroup) throws
    mutating func remove(_ group: AlertGroup) throws
    /// Groups of which something is due, the longest due first.
    mutating func dueGroups(now: Date, limit: Int) throws -> [AlertGroup]
    /// The storms at destinations that were asked for in this transaction, so that each is looked up once.
    var storms: [String: AlertGroup?] { get set }

    // MARK: What waits in groups

    /// - Returns: The item's number.
    mutating func put(_ item: WaitingItem, at place: Place) throws -> Int64
    /// Takes an item back.
    ///
    /// - Returns: Its units, `nil` when it does not wait any more.
    mutating func withdraw(item: Int64) throws -> Int?
    /// Has an item that waits speak of this observation of its finding.
    mutating func refer(item: Int64, to place: Place) throws
    /// What waits in a group, most severe first, then the oldest.
    mutating func waiting(in group: Int64, limit: Int) throws -> [(item: WaitingItem, place: Place)]
    mutating func waitingCount(in group: Int64) throws -> Int
    /// The most severe of what a group has told.
    mutating func toldItem(in group: Int64) throws -> (item: WaitingItem, place: Place)?
    /// What everything that waits in a group comes to.
    mutating func sum(of group: Int64) throws -> WaitingSum
    /// Notes that a notification tells these items.
    mutating func tell(_ items: [Int64], in notification: String) throws
    /// Notes that a notification tells everything that waits in a group, and that the alerts' readers know it
    /// (``Alert/announce(_:severity:)``).
    mutating func tellEverything(in group: Int64, by notification: String) throws
    /// Moves an item into another group.
    mutating func move(item: Int64, to group: Int64) throws

    // MARK: Inhibition

    /// Replaces the keys under which a problem may hold others back at a destination; none when it is not active.
    ///
    /// - Returns: Keys under which it no longer does, or does with less severity.
    mutating func setSource(
        _ keys: [String],
        severity: Severity,
        finding: FindingKey,
        at place: Place,
        destination: String
    ) throws -> [String]
    /// The destinations at which the problem may hold others back.
    mutating func sourceDestinations(at place: Place) throws -> [String]
    /// The most severe problem under any of the keys, this one aside.
    mutating func strongestSource(
        under keys: [String],
        besides place: Place,
        destination: String
    ) throws -> Triage.Inhibitor?
    /// Replaces the keys under which a problem is held back at a destination.
    mutating func setHeld(_ keys: [String], at place: Place, destination: String) throws
    /// Problems that are held back under a key, `nil` for any, after the one with this number; by number.
    mutating func held(
        under key: String?,
        destination: String,
        after number: Int64,
        limit: Int
    ) throws -> [(number: Int64, keys: [String], alert: Alert, place: Place)]
    /// Every destination where something is held back.
    mutating func destinationsHolding() throws -> [String]
    /// The version of the rules at the last look at what is held back.
    var heldUnderVersion: Int { get throws }
    mutating func setHeldUnderVersion(_ version: Int) throws

    // MARK: Silences

    /// When a silence ends; `nil` when its end was dealt with, or there is no such silence.
    mutating func end(ofSilence id: String) throws -> Date?
    /// A silence that has ended and was not dealt with.
    mutating func endedSilence(now: Date) throws -> EndedSilence?
    mutating func close(silence id: String) throws
}

/// One message that is to be queued; the finding is that of its place.
package struct QueuedMessage: Sendable, Hashable {
    package var recipient: String?
    package var transition: Transition
    package var alert: Alert
    package var receivedAt: Date
    /// The conversation, see `Notification.Content.thread`.
    package var thread: String
    /// Messages with the same turn leave in order, see `Outbox.claim`: the problem's number, or less 0 the group's.
    package var turn: Int64
    /// How much of the totals it stands for.
    package var units: Int
    /// What its readers knew before it.
    package var known: Severity?
    package var bundle: Notification.Bundle?

    package init(
        recipient: String?,
        transition: Transition,
        alert: Alert,
        receivedAt: Date,
        thread: String,
        turn: Int64,
        units: Int = 1,
        known: Severity? = nil,
        bundle: Notification.Bundle? = nil
    ) {
        self.recipient = recipient
        self.transition = transition
        self.alert = alert
        self.receivedAt = receivedAt
        self.thread = thread
        self.turn = turn
        self.units = units
        self.known = known
        self.bundle = bundle
    }
}

/// What a queued message says of a problem.
package struct QueuedNews<Place> {
    /// The notification's id.
    package var id: String
    package var place: Place
    package var transition: Transition
    package var severity: Severity
    package var receivedAt: Date
    package var units: Int
    /// What its readers know without it.
    package var known: Severity?
    /// Whether it speaks of this one problem alone, stands in for no other message, and has certainly reached nobody, no other
    /// recipient of the same news either.
    package var isFoldable: Bool

    package init(
        id: String,
        place: Place,
        transition: Transition,
        severity: Severity,
        receivedAt: Date,
        units: Int,
        known: Severity?,
        isFoldable: Bool
    ) {
        self.id = id
        self.place = place
        self.transition = transition
        self.severity = severity
        self.receivedAt = receivedAt
        self.units = units
        self.known = known
        self.isFoldable = isFoldable
    }
}

/// What waits in a group, added up.
package struct WaitingSum: Sendable, Hashable {
    package var count: Int
    package var units: Int
    package var counts: Notification.Bundle.Counts

    package init(count: Int, units: Int, counts: Notification.Bundle.Counts) {
        self.count = count
        self.units = units
        self.counts = counts
    }
}

/// A silence that is over.
package struct EndedSilence: Sendable, Hashable {
    package var id: String
    package var owner: String
    package var reason: String
    package var startsAt: Date
    package var endsAt: Date

    package init(id: String, owner: String, reason: String, startsAt: Date, endsAt: Date) {
        self.id = id
        self.owner = owner
        self.reason = reason
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}
