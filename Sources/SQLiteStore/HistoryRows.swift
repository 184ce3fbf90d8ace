import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// What was observed, a bounded piece at a time; see ``History``.
enum HistoryRows {
    static func observations(
        before: Int64?,
        since: Date,
        limit: Int,
        reading part: ObservedPart,
        _ db: Database
    ) throws -> [ObservedFinding] {
        try db.prefix(
            """
            SELECT number, received_at, \(part == .outcomes ? "detail" : "NULL"), content, finding,
                (SELECT first_seen_at FROM findings WHERE findings.number = finding)
            FROM observations WHERE number < ? ORDER BY number DESC LIMIT ?
            """,
            [before ?? .max, max(1, limit)]
        ) { row in
            let receivedAt = try row.moment(1)
            guard receivedAt >= since else { return nil }
            return try ObservedFinding(
                number: row.integer(0),
                content: row.bytes(3),
                reading: part,
                receivedAt: receivedAt,
                detail: part == .outcomes ? row.bytes(2) ?? [] : nil,
                findingNumber: row.integer(4),
                firstSeenAt: row.date(5)
            )
        }
    }

    static func hidden(by silence: String, limit: Int, _ db: Database) throws -> [ObservedFinding] {
        try AlertRows.list(.silenced(by: silence), limit: max(1, limit), db)
            .sorted { $0.alert.lastSeenAt > $1.alert.lastSeenAt }
            .map { found in
                ObservedFinding(
                    number: found.subject.observation,
                    finding: try ObservationRows.finding(found.subject.observation, db),
                    receivedAt: found.alert.lastSeenAt,
                    destinations: [found.alert.destination],
                    silencedBy: [silence]
                )
            }
    }

    static func journal(before: Int64?, since: Date, byteLimit: Int, _ db: Database) throws -> [JournalEntry] {
        let rows = try db.cursor(
            """
            SELECT position, received_at, observations, source, request_id, body FROM journal
            WHERE position < ? AND body IS NOT NULL ORDER BY position DESC
            """,
            [before ?? .max]
        )
        return try JournalRows.entries(rows, byteLimit: byteLimit) { $0.receivedAt >= since }
    }
}
