import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// The queue's rows. What there is to say is the observation that a row refers to.
enum NotificationRows {
    static func sequence(_ db: Database) throws -> NotificationSequence {
        let last = try db.row("SELECT number, id FROM notifications ORDER BY number DESC LIMIT 1")
        return try NotificationSequence(after: last?["number"] ?? 0, lastID: last?["id"])
    }

    static func insert(_ row: MessageRow, _ db: Database) throws {
        let message = row.message
        let facts = message.facts
        try db.run(
            """
            INSERT INTO notifications(number, id, destination, recipient, severity, created_at, due_at, retrying_since,
                finding, observation, transition, first_seen_at, opened_at, received_at, count, rule, version, units,
                thread, turn, known_severity, bundle)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                row.number, row.id, message.destination, message.recipient, Int(facts.severity.rawValue),
                row.queuedAt.stored, row.queuedAt.stored, row.queuedAt.stored, row.subject.finding,
                row.subject.observation, facts.transition.rawValue, facts.firstSeenAt.stored, facts.openedAt.stored,
                facts.receivedAt.stored, facts.count, facts.rule, facts.version, message.units, message.thread,
                message.orderingKey, message.known.map { Int($0.rawValue) }, try message.bundle.map(StoredJSON.text),
            ]
        )
    }

    /// Queues one message per recipient of the fallback, in the place of a notification.
    static func insertStandIns(
        for original: Int64,
        to fallback: FallbackTarget,
        now: Date,
        _ db: Database
    ) throws {
        var sequence = try sequence(db)
        for recipient in fallback.messages {
            let next = sequence.next(now: now)
            try db.run(
                """
                INSERT INTO notifications(number, id, destination, recipient, severity, created_at, due_at,
                    retrying_since, fallback_for, finding, observation, transition, first_seen_at, opened_at,
                    received_at, count, rule, version, units, thread, turn, bundle)
                SELECT ?, ?, ?, ?, severity, ?, ?, ?, id, finding, observation, transition, first_seen_at, opened_at,
                    received_at, count, rule, version, units, thread, turn, bundle
                FROM notifications WHERE number = ?
                """,
                [
                    next.number, next.id, fallback.destination, recipient, now.stored, now.stored, now.stored, original,
                ]
            )
        }
    }

    /// Whether a notification `n` is about a finding, or tells of it among others; takes the finding's number twice.
    static let speaksOfFinding = """
        n.finding = ? OR n.number IN (
            SELECT notification_number(notification) FROM waiting_items WHERE finding = ? AND notification NOT NULL)
        """

    /// Whether a notification `n` is a rule's, or tells news of that rule among others; takes the rule's name twice.
    static let speaksForRule = """
        n.rule = ? OR EXISTS (SELECT 1 FROM waiting_items i WHERE i.notification = n.id AND i.rule = ?)
        """

    /// The row of an id, `nil` when there is none.
    static func number(of id: String, _ db: Database) throws -> Int64? {
        guard let number = NotificationSequence.number(in: id) else { return nil }
        return try db.integer("SELECT number FROM notifications WHERE number = ? AND id = ?", [number, id])
    }

    /// A condition on `n` and its arguments.
    static func condition(_ filter: NotificationFilter, _ db: Database) throws -> (sql: String, StatementArguments) {
        var terms: [String] = []
        var arguments = StatementArguments()
        func add(_ term: String, _ argument: StatementArguments) {
            terms.append(term)
            arguments += argument
        }
        if let states = filter.states {
            let codes = states.map { String(ColumnText.code(of: $0)) }.sorted().joined(separator: ", ")
            add(codes.isEmpty ? "FALSE" : states.count == 1 ? "n.state = \(codes)" : "n.state IN (\(codes))", [])
        }
        if let destination = filter.destination { add("n.destination = ?", [destination]) }
        if let rule = filter.rule { add("(\(speaksForRule))", [rule, rule]) }
        if let errorClass = filter.errorClass { add("n.error_class = ?", [errorClass]) }
        if let date = filter.createdAfter { add("n.created_at >= ?", [date.stored]) }
        if let date = filter.createdBefore { add("n.created_at < ?", [date.stored]) }
        if let key = filter.finding {
            let number = try FindingRows.number(of: key.rawValue, db) ?? -1
            add("(\(speaksOfFinding))", [number, number])
        }
        for excluded in filter.without {
            let (sql, values) = try condition(excluded, db)
            // What is unknown of a notification does not leave it out.
            add("(\(sql)) IS NOT TRUE", values)
        }
        return (terms.isEmpty ? "TRUE" : terms.joined(separator: " AND "), arguments)
    }
}
