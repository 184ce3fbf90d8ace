import Findings
import GRDB
package import Store

extension SQLiteStore {
    package func seen() async throws -> SeenValues {
        try await ask { db in
            SeenValues(
                try db.all(
                    """
                    WITH newest AS (
                        SELECT number, account, kind, row_number() OVER () AS place FROM (
                            SELECT number, account, kind FROM findings INDEXED BY findings_by_last_seen
                            ORDER BY last_seen_at DESC, number DESC LIMIT ?))
                    SELECT o.content FROM (
                        SELECT number FROM newest WHERE place <= ?
                        UNION
                        SELECT * FROM (SELECT max(number) FROM newest GROUP BY account, kind LIMIT ?)
                    ) n JOIN findings f ON f.number = n.number JOIN observations o ON o.number = f.observation
                    ORDER BY f.last_seen_at DESC, f.number DESC
                    """,
                    [SeenValues.Limit.places, SeenValues.Limit.findings, SeenValues.Limit.accounts]
                ) { try FindingRows.finding(in: $0.optionalText(0)) }
            )
        }
    }
}
