package import FoundationEssentials

/// What a store keeps for triage, inside one open transaction.
///
/// A backend loads single rows, writes what has changed, and answers the few questions whose answer is not bounded by what
/// a batch brings; everything else is decided above it, on a ``WorkingSet``. Every call sees what the earlier ones wrote.
package protocol TriageRows {
    /// The numbers given last, and what holds for all rows.
    func counters() throws -> TriageCounters
    /// Single rows; what is not in the answer does not exist.
    func load(_ wanted: WantedRows) throws -> FoundRows
    func write(_ changes: ChangedRows) throws

    /// Active alerts, in the order of the question, each with its problem's most severe active finding.
    func alerts(_ question: AlertQuestion, limit: Int) throws -> [FoundAlert]
    /// How many there are; not counted beyond the limit.
    func count(_ question: AlertQuestion, upTo limit: Int) throws -> Int
    /// What is in a group in this state, most severe first, then the oldest.
    func items(in group: Int64, _ state: WaitingItem.State, limit: Int) throws -> [ItemRow]
    /// How many items wait in a group.
    func waitingCount(in group: Int64) throws -> Int
    /// What everything that waits in a group comes to.
    func sum(of group: Int64) throws -> WaitingSum
    /// The most severe problem under any of the keys, this one aside; of several the one whose key sorts first.
    func strongestSource(under keys: [String], besides problem: Int64, destination: String) throws -> Triage.Inhibitor?
    /// How many messages wait at the destination; not counted beyond the limit.
    func pending(at destination: String, upTo limit: Int) throws -> Int
    /// What the messages say that wait at a destination, oldest first: once for each recipient, and once for each problem
    /// of a bundle.
    func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews]
    /// Groups of which something is due, the longest due first.
    func dueGroups(now: Date, limit: Int) throws -> [AlertGroup]
    /// Every destination where something is held back.
    func destinationsHolding() throws -> [String]
    /// The silence that ended first of those whose end was not dealt with.
    func endedSilence(now: Date) throws -> EndedSilence?
}

/// Which active alerts are meant.
package enum AlertQuestion: Sendable, Hashable {
    /// Those of a group that its readers know of: most severe first, then the longest open, then by the problem's number.
    case known(in: Int64)
    /// Those of a group, announced or not: the longest open first, then the most severe, then by the problem's number.
    case open(in: Int64)
    /// Those that this silence hides.
    case silenced(by: String)
    /// Those that are held back under a key, `nil` for any, whose problems have greater numbers than this; by number.
    case held(under: String?, destination: String, after: Int64)
}

/// An alert, and what a message about it would be about.
package struct FoundAlert: Sendable, Hashable {
    package var alert: Alert
    package var subject: Subject

    package init(alert: Alert, subject: Subject) {
        self.alert = alert
        self.subject = subject
    }
}

/// What holds for all rows.
package struct TriageCounters: Sendable {
    /// Up to where the journal is applied.
    package var applied: JournalCursor
    /// The version of the rules at the last look at what is held back.
    package var heldUnderVersion: Int
    /// The numbers given last.
    package var finding: Int64
    package var observation: Int64
    package var group: Int64
    package var item: Int64
    package var notifications: NotificationSequence
    /// Whether any problem may hold others back.
    package var hasSources: Bool
    /// The last finding that may have a key as version 0.1.0 made it; 0 when none has.
    package var formerKeysThrough: Int64

    package init(
        applied: JournalCursor = JournalCursor(),
        heldUnderVersion: Int = 0,
        finding: Int64 = 0,
        observation: Int64 = 0,
        group: Int64 = 0,
        item: Int64 = 0,
        notifications: NotificationSequence = NotificationSequence(after: 0, lastID: nil),
        hasSources: Bool = false,
        formerKeysThrough: Int64 = 0
    ) {
        self.applied = applied
        self.heldUnderVersion = heldUnderVersion
        self.finding = finding
        self.observation = observation
        self.group = group
        self.item = item
        self.notifications = notifications
        self.hasSources = hasSources
        self.formerKeysThrough = formerKeysThrough
    }
}
