import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// New rows of the queue.
extension NotificationRows {
    static func insert(_ rows: [MessageRow], _ session: Session) throws {
        guard let last = rows.last else { return }
        let (messages, facts, subjects) = (rows.map(\.message), rows.map(\.message.facts), rows.map(\.subject))
        let queued = rows.map(\.queuedAt.stored)
        session.later(
            """
            INSERT INTO notifications(number, id, destination, recipient, severity, created_at, due_at, retrying_since,
                finding, observation, transition, first_seen_at, opened_at, received_at, count, rule, version, units,
                thread, turn, known_severity, bundle)
            SELECT number, id, destination, recipient, severity, queued_at, queued_at, queued_at, finding, observation,
                transition, first_seen_at, opened_at, received_at, count, rule, version, units, thread, turn,
                known_severity, bundle
            FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::float8[], $7::bigint[],
                $8::bigint[], $9::text[], $10::float8[], $11::float8[], $12::float8[], $13::bigint[], $14::text[],
                $15::bigint[], $16::bigint[], $17::text[], $18::bigint[], $19::bigint[], $20::text[])
                AS u(number, id, destination, recipient, severity, queued_at, finding, observation, transition,
                first_seen_at, opened_at, received_at, count, rule, version, units, thread, turn, known_severity, bundle)
            """,
            [
                rows.map(\.number), rows.map(\.id), messages.map(\.destination), messages.map(\.recipient),
                facts.map { Int($0.severity.rawValue) }, queued, subjects.map(\.finding), subjects.map(\.observation),
                facts.map(\.transition.rawValue), facts.map(\.firstSeenAt.stored), facts.map(\.openedAt.stored),
                facts.map(\.receivedAt.stored), facts.map(\.count), facts.map(\.rule), facts.map(\.version),
                messages.map(\.units), messages.map(\.thread), messages.map(\.orderingKey),
                messages.map { $0.known.map { Int($0.rawValue) } },
                try messages.map { try $0.bundle.map(StoredJSON.text) },
            ]
        )
        note(last.number, last.id, session)
    }

    private static func note(_ number: Int64, _ id: String, _ session: Session) {
        session.later("UPDATE notification_numbers SET number = $1, id = $2 WHERE one", [number, id])
    }

    /// The numbers and ids that are next, for whoever queues in this transaction: others wait until it ends. To be asked for
    /// before any row of the queue is locked, so that two transactions never wait for each other.
    static func sequence(_ session: Session) throws -> NotificationSequence {
        let last = try session.first("SELECT number, id FROM notification_numbers WHERE one FOR UPDATE") { row in
            NotificationSequence(after: try row.integer(0), lastID: try row.optionalText(1))
        }
        guard let last else { throw StoredFormError("the row with the newest notification's number is missing") }
        return last
    }

    /// Queues one message per recipient of the fallback, in the place of each notification.
    static func insertStandIns(
        for originals: [Int64],
        to fallback: FallbackTarget,
        now: Date,
        _ sequence: inout NotificationSequence,
        _ session: Session
    ) {
        var rows: [(number: Int64, id: String, recipient: String?, original: Int64)] = []
        for original in originals {
            for recipient in fallback.messages {
                let next = sequence.next(now: now)
                rows.append((next.number, next.id, recipient, original))
            }
        }
        guard let last = rows.last else { return }
        session.later(
            """
            INSERT INTO notifications(number, id, destination, recipient, severity, created_at, due_at, retrying_since,
                fallback_for, finding, observation, transition, first_seen_at, opened_at, received_at, count, rule,
                version, units, thread, turn, bundle)
            SELECT u.number, u.id, $5, u.recipient, n.severity, $6, $6, $6, n.id, n.finding, n.observation, n.transition,
                n.first_seen_at, n.opened_at, n.received_at, n.count, n.rule, n.version, n.units, n.thread, n.turn, n.bundle
            FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS u(number, id, recipient, original)
            JOIN notifications n ON n.number = u.original
            """,
            [
                rows.map(\.number), rows.map(\.id), rows.map(\.recipient), rows.map(\.original), fallback.destination,
                now.stored,
            ]
        )
        note(last.number, last.id, session)
    }
}
