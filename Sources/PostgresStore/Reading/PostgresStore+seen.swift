import Findings
package import Store

extension PostgresStore {
    package func seen() async throws -> SeenValues {
        try await ask { session in
            SeenValues(
                try session.all(
                    """
                    WITH newest AS (
                        SELECT number, account, kind, row_number() OVER () AS place FROM (
                            SELECT number, account, kind FROM findings
                            ORDER BY last_seen_at DESC, number DESC LIMIT $1) AS findings)
                    SELECT o.content FROM (
                        SELECT number FROM newest WHERE place <= $2
                        UNION
                        (SELECT max(number) FROM newest GROUP BY account, kind LIMIT $3)
                    ) AS n JOIN findings f ON f.number = n.number JOIN observations o ON o.number = f.observation
                    ORDER BY f.last_seen_at DESC, f.number DESC
                    """,
                    [SeenValues.Limit.places, SeenValues.Limit.findings, SeenValues.Limit.accounts]
                ) { try FindingRows.finding(in: $0.bytes(0)) }
            )
        }
    }
}
