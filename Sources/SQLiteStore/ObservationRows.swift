import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// The ledger: one row per observation, never changed.
enum ObservationRows {
    static func insert(
        _ record: ObservationRecord,
        content: String,
        number: Int64,
        findingNumber: Int64,
        _ db: Database
    ) throws {
        try db.run(
            "INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                number, findingNumber, record.position, record.receivedAt.stored, Int(record.severity.rawValue),
                record.status.rawValue, record.version, record.disposition, record.storedForm.text,
                content,
            ]
        )
    }

    /// Every observation of a finding, oldest first.
    static func records(of finding: Int64, _ db: Database) throws -> [ObservationRecord] {
        let fates = try ItemRows.fates(of: finding, db)
        return try db.rows(
            """
            SELECT position, received_at, severity, status, version, disposition, detail FROM observations
            WHERE finding = ? ORDER BY number
            """,
            [finding]
        ).map { row in
            var record = ObservationRecord(
                position: row["position"],
                receivedAt: row.moment("received_at"),
                severity: try ColumnText.severity(row["severity"]),
                status: try ColumnText.status(row["status"]),
                version: row["version"],
                matched: [],
                disposition: row["disposition"]
            )
            try record.read(storedForm: JSONDocument.parse(row["detail"] as String))
            for index in record.outcomes.indices {
                record.outcomes[index].fate = record.outcomes[index].item.flatMap { fates[$0] }
            }
            return record
        }
    }
}
