import Findings
import GRDB
import Triage

extension FindingRows {
    static func insert(_ change: ChangedRows.FindingChange, _ db: Database) throws {
        let row = change.row
        let finding = try change.finding ?? ObservationRows.finding(row.observation, db)
        try db.run(
            """
            INSERT INTO findings(number, hash, key, problem, observation, observed_at, first_seen_at, last_seen_at,
                observations, severity, status, kind, disposition, account, region, title)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                row.number, Fingerprint.word(of: row.key.rawValue), row.key.rawValue, row.problem, row.observation,
                row.observedAt.stored, row.firstSeenAt.stored, row.lastSeenAt.stored, row.observations,
                Int(row.severity.rawValue), row.status.rawValue, finding.kind.rawValue, row.disposition,
                finding.account, finding.region, finding.title,
            ]
        )
    }

    static func save(_ change: ChangedRows.FindingChange, _ db: Database) throws {
        let row = change.row
        if change.isRenamed {
            try db.run(
                "UPDATE findings SET hash = ?, key = ? WHERE number = ?",
                [Fingerprint.word(of: row.key.rawValue), row.key.rawValue, row.number]
            )
        }
        guard let finding = change.finding else {
            // Its newest observation is not one of this transaction.
            return try db.run(
                "UPDATE findings SET observations = ? WHERE number = ?",
                [row.observations, row.number]
            )
        }
        try db.run(
            """
            UPDATE findings SET observation = ?, observed_at = ?, last_seen_at = ?, observations = ?, severity = ?,
                status = ?, kind = ?, disposition = ?, account = ?, region = ?, title = ?
            WHERE number = ?
            """,
            [
                row.observation, row.observedAt.stored, row.lastSeenAt.stored, row.observations,
                Int(row.severity.rawValue), row.status.rawValue, finding.kind.rawValue, row.disposition,
                finding.account, finding.region, finding.title, row.number,
            ]
        )
    }
}
