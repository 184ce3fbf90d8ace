import Findings
import FoundationEssentials
import Store
import Triage

/// A row of the queue as it rests. To read what it says takes longest, and is left to the time after the commit, for which
/// others wait.
struct StoredNotification: Sendable {
    let number: Int64
    /// A cell that holds what does not belong there is told when the row is read, lest it hold up the others of a claim.
    private let cells: Result<NotificationCells, any Error>

    /// What ``init(_:)`` reads of a notification `n`, in its order.
    static let columns = """
        n.number, n.id, n.destination, n.recipient, n.state, n.created_at, n.due_at, n.retrying_since, n.attempts,
        n.uncertain, n.minimal, n.fallback_for, n.dead_reason, n.transition, n.first_seen_at, n.opened_at,
        n.received_at, n.count, n.rule, n.version, n.thread, n.bundle,
        (SELECT c.channel || chr(10) || c.timestamp FROM conversations c
            WHERE c.destination = n.destination AND c.thread = n.thread) AS posted,
        (SELECT o.content FROM observations o WHERE o.number = n.observation) AS content, n.severity, n.finding
        """

    /// How many columns those are: the place of what is asked for besides.
    static let width = 26

    /// Copies a row that begins with ``columns``.
    ///
    /// - Throws: Never over a cell but the number's.
    init(_ row: Columns) throws {
        number = try row.integer(0)
        cells = Result { try NotificationCells(row) }
    }

    /// What the row says.
    ///
    /// - Returns: The notification.
    /// - Throws: ``StoredFormError`` or what the parser throws when this version cannot read it.
    func read() throws -> Notification { try cells.get().read() }
}

/// The cells of such a row.
private struct NotificationCells: Sendable {
    private let id, destination, transition, rule, thread: String
    private let recipient, fallbackFor, deadReason, bundle, posted: String?
    private let createdAt, dueAt, retryingSince, firstSeenAt, openedAt, receivedAt: Date
    private let state, attempts, uncertain, count, version, severity: Int
    private let finding: Int64
    private let isMinimal: Bool
    /// The stored form of the finding.
    private let content: [UInt8]?

    init(_ row: Columns) throws {
        id = try row.text(1)
        destination = try row.text(2)
        recipient = try row.optionalText(3)
        state = try row.count(4)
        createdAt = try row.moment(5)
        dueAt = try row.moment(6)
        retryingSince = try row.moment(7)
        attempts = try row.count(8)
        uncertain = try row.count(9)
        isMinimal = try row.flag(10)
        fallbackFor = try row.optionalText(11)
        deadReason = try row.optionalText(12)
        transition = try row.text(13)
        firstSeenAt = try row.moment(14)
        openedAt = try row.moment(15)
        receivedAt = try row.moment(16)
        count = try row.count(17)
        rule = try row.text(18)
        version = try row.count(19)
        thread = try row.text(20)
        bundle = try row.optionalText(21)
        posted = try row.optionalText(22)
        content = try row.bytes(23)
        severity = try row.count(24)
        finding = try row.integer(25)
    }

    func read() throws -> Notification {
        Notification(
            id: id,
            destination: destination,
            recipient: recipient,
            state: try ColumnText.notificationState(state),
            createdAt: createdAt,
            dueAt: dueAt,
            retryingSince: retryingSince,
            attempts: attempts,
            uncertain: uncertain,
            isMinimal: isMinimal,
            fallbackFor: fallbackFor,
            deadReason: deadReason,
            posted: posted.flatMap(NotificationCells.posted),
            content: Notification.Content(
                finding: try FindingRows.finding(in: content),
                findingID: Subject.id(ofFinding: finding),
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

    private static func posted(_ text: String) -> Notification.Posted? {
        let parts = text.split(separator: "\n")
        guard parts.count == 2 else { return nil }
        return Notification.Posted(channel: String(parts[0]), timestamp: String(parts[1]))
    }
}
