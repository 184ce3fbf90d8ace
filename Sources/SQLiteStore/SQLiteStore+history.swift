import Findings
package import FoundationEssentials
import GRDB
package import Store
import Triage

extension SQLiteStore: History {
    package func observations(before: Int64?, since: Date, limit: Int) async throws -> [ObservedFinding] {
        try await ask { db in
            let rows = try db.cursor(
                """
                SELECT number, received_at, detail, content, finding,
                    (SELECT first_seen_at FROM findings WHERE findings.number = finding) AS first_seen_at
                FROM observations WHERE number < ? ORDER BY number DESC LIMIT ?
                """,
                [before ?? .max, max(1, limit)]
            )
            var found: [ObservedFinding] = []
            // By place: looking names up costs as much as reading the finding.
            while let row = try rows.next(), case let receivedAt = try row.moment(1), receivedAt >= since {
                found.append(
                    try ObservedFinding(
                        number: row[0],
                        content: (row[3] as String?).map { Array($0.utf8) },
                        receivedAt: receivedAt,
                        detail: Array((row[2] as String).utf8),
                        findingNumber: row[4],
                        firstSeenAt: (row[5] as Double?).map { try Date(stored: $0) }
                    )
                )
            }
            return found
        }
    }

    package func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] {
        try await ask { db in
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
    }

    package func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] {
        try await ask { db in
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
}
