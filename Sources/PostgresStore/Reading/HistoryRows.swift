import Findings
import FoundationEssentials
import Store
import Triage

/// What was observed, a bounded piece at a time; see ``History``.
enum HistoryRows {
    static func observations(
        before: Int64?,
        since: Date,
        limit: Int,
        reading part: ObservedPart,
        _ session: Session
    ) throws -> [ObservedFinding] {
        try session.all(
            """
            WITH page AS (
                SELECT number, received_at FROM observations WHERE number < $1 ORDER BY number DESC LIMIT $2
            )
            SELECT o.number, o.received_at, \(part == .outcomes ? "o.detail" : "NULL::bytea"), o.content, o.finding,
                (SELECT f.first_seen_at FROM findings f WHERE f.number = o.finding)
            FROM page JOIN observations o ON o.number = page.number
            WHERE o.number > coalesce((SELECT max(number) FROM page WHERE received_at < $3), 0)
            ORDER BY o.number DESC
            """,
            [before ?? .max, max(1, limit), since.stored]
        ) { row in
            try ObservedFinding(
                number: row.integer(0),
                content: row.bytes(3),
                reading: part,
                receivedAt: row.moment(1),
                detail: part == .outcomes ? row.bytes(2) ?? [] : nil,
                findingNumber: row.integer(4),
                firstSeenAt: row.date(5)
            )
        }
    }

    static func hidden(by silence: String, limit: Int, _ session: Session) throws -> [ObservedFinding] {
        let found = try AlertRows.list(.silenced(by: silence), limit: max(1, limit), session)
            .sorted { $0.alert.lastSeenAt > $1.alert.lastSeenAt }
        let findings = try ObservationRows.findings(found.map(\.subject.observation), session)
        return try found.map { found in
            guard let finding = findings[found.subject.observation] else {
                throw StoredFormError("the observation \(found.subject.observation) that a row refers to is missing")
            }
            return ObservedFinding(
                number: found.subject.observation,
                finding: finding,
                receivedAt: found.alert.lastSeenAt,
                destinations: [found.alert.destination],
                silencedBy: [silence]
            )
        }
    }

    static func journal(
        before: Int64?,
        since: Date,
        byteLimit: Int,
        _ session: Session
    ) throws -> [JournalEntry] {
        let heads = try JournalPages.heads(before: before, since: since, byteLimit: byteLimit, session)
        return try JournalRows.entries(heads, session)
    }
}
