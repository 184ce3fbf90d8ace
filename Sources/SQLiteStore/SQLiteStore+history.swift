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
                SELECT number, received_at, detail, content FROM observations
                WHERE number < ? ORDER BY number DESC LIMIT ?
                """,
                [before ?? .max, max(1, limit)]
            )
            var found: [ObservedFinding] = []
            while let row = try rows.next(), try row.moment("received_at") >= since {
                let detail = try StoredJSON.document(row["detail"] as String)
                found.append(
                    try ObservedFinding(
                        number: row["number"],
                        finding: try FindingRows.finding(in: row["content"]),
                        receivedAt: row.moment("received_at"),
                        destinations: detail["outcomes"]?.elements.compactMap(Self.destinationOfNews) ?? [],
                        silencedBy: detail["outcomes"]?.elements.compactMap(Self.silence) ?? []
                    )
                )
            }
            return found
        }
    }

    /// The destination of a stored outcome that a silence could have hidden.
    private static func destinationOfNews(_ outcome: JSON) -> String? {
        let parts = outcome.elements
        guard parts.count > 3, ObservedFinding.isNews(transition: parts[2].string, held: parts[3].string) else {
            return nil
        }
        return parts[0].string
    }

    /// The silence that a stored outcome names as its reason.
    private static func silence(_ outcome: JSON) -> String? {
        let parts = outcome.elements
        guard parts.count > 5, parts[3].string == HeldReason.silenced.rawValue else { return nil }
        return parts[5].string
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
