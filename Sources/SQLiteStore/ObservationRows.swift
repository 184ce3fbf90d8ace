import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// The ledger: one row per observation, never changed.
enum ObservationRows {
    static func insert(_ row: LedgerRow, _ db: Database) throws {
        let record = row.record
        try db.run(
            "INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                row.subject.observation, row.subject.finding, record.position, record.receivedAt.stored,
                Int(record.severity.rawValue), record.status.rawValue, record.version, record.disposition,
                record.storedForm.text, row.content,
            ]
        )
    }

    /// The finding as it was observed.
    static func finding(_ number: Int64, _ db: Database) throws -> Finding {
        guard let finding = try find(number, db) else {
            throw StoredFormError("the observation \(number) that a row refers to is missing")
        }
        return finding
    }

    /// The same; `nil` when there is no such observation.
    static func find(_ number: Int64, _ db: Database) throws -> Finding? {
        try db.first("SELECT content FROM observations WHERE number = ?", [number]) {
            try FindingRows.finding(in: $0.text(0))
        }
    }

    /// Every observation of a finding, oldest first.
    static func records(of finding: Int64, _ db: Database) throws -> [ObservationRecord] {
        let states = try ItemRows.itemStates(of: finding, db)
        return try db.rows(
            """
            SELECT position, received_at, severity, status, version, disposition, detail FROM observations
            WHERE finding = ? ORDER BY number
            """,
            [finding]
        ).map { row in
            var record = try ObservationRecord(
                position: row["position"],
                receivedAt: row.moment("received_at"),
                severity: try ColumnText.severity(row["severity"]),
                status: try ColumnText.status(row["status"]),
                version: row["version"],
                matched: [],
                disposition: row["disposition"]
            )
            try record.read(storedForm: StoredJSON.document(row["detail"] as String))
            for index in record.outcomes.indices {
                record.outcomes[index].itemState = record.outcomes[index].item.flatMap { states[$0] }
            }
            return record
        }
    }
}
