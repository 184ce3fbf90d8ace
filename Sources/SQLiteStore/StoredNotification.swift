import Findings
import FoundationEssentials
import Store
import Triage

/// A row of the queue as it rests. To read what it says takes longest, and is left to the time after the commit, for which
/// others wait.
struct StoredNotification: Sendable {
    let number: Int64
    private let id, destination, transition, rule, thread: String
    private let recipient, fallbackFor, deadReason, bundle, posted: String?
    private let createdAt, dueAt, retryingSince, firstSeenAt, openedAt, receivedAt: Date
    private let state, attempts, uncertain, count, version, severity: Int
    private let isMinimal: Bool
    /// The stored form of the finding.
    private let content: [UInt8]?

    /// What ``init(_:)`` reads of a notification `n`, in its order.
    static let columns = """
        n.number, n.id, n.destination, n.recipient, n.state, n.created_at, n.due_at, n.retrying_since, n.attempts,
        n.uncertain, n.minimal, n.fallback_for, n.dead_reason, n.transition, n.first_seen_at, n.opened_at,
        n.received_at, n.count, n.rule, n.version, n.thread, n.bundle,
        (SELECT channel || char(10) || timestamp FROM conversations c
            WHERE c.destination = n.destination AND c.thread = n.thread) AS posted,
        (SELECT content FROM observations WHERE number = n.observation) AS content, n.severity
        """

    /// How many columns those are: the place of what is asked for besides.
    static let width: Int32 = 25

    /// Copies a row that begins with ``columns``.
    init(_ row: Columns) {
        number = row.integer(0)
        id = row.text(1)
        destination = row.text(2)
        recipient = row.optionalText(3)
        state = row.count(4)
        createdAt = row.moment(5)
        dueAt = row.moment(6)
        retryingSince = row.moment(7)
        attempts = row.count(8)
        uncertain = row.count(9)
        isMinimal = row.integer(10) != 0
        fallbackFor = row.optionalText(11)
        deadReason = row.optionalText(12)
        transition = row.text(13)
        firstSeenAt = row.moment(14)
        openedAt = row.moment(15)
        receivedAt = row.moment(16)
        count = row.count(17)
        rule = row.text(18)
        version = row.count(19)
        thread = row.text(20)
        bundle = row.optionalText(21)
        posted = row.optionalText(22)
        content = row.bytes(23)
        severity = row.count(24)
    }

    /// What the row says.
    ///
    /// - Returns: The notification.
    /// - Throws: ``StoredFormError`` or what the parser throws when this version cannot read it.
    func read() throws -> Notification {
        Notification(
            id: id,
            destination: destination,
            recipient: recipient,
            state: try NotificationRows.state(state),
            createdAt: createdAt,
            dueAt: dueAt,
            retryingSince: retryingSince,
            attempts: attempts,
            uncertain: uncertain,
            isMinimal: isMinimal,
            fallbackFor: fallbackFor,
            deadReason: deadReason,
            posted: posted.flatMap(StoredNotification.place),
            content: Notification.Content(
                finding: try FindingRows.finding(in: content),
                facts: AnnouncedFacts(
                    transition: try ColumnText.transition(transition),
                    severity: try ColumnText.severity(severity),
                    receivedAt: receivedAt,
                    openedAt: openedAt,
                    firstSeenAt: firstSeenAt,
                    count: count,
                    rule: rule,
                    version: version
                ),
                thread: thread,
                bundle: try StoredJSON.value(Notification.Bundle.self, in: bundle)
            )
        )
    }

    private static func place(_ text: String) -> Notification.Posted? {
        let parts = text.split(separator: "\n")
        guard parts.count == 2 else { return nil }
        return Notification.Posted(channel: String(parts[0]), timestamp: String(parts[1]))
    }
}
