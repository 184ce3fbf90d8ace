import Findings
import FoundationEssentials
import Store
import Triage

/// The ledger: one row per observation, never changed.
enum ObservationRows {
    /// The finding as it was observed.
    static func finding(_ number: Int64, _ session: Session) throws -> Finding {
        guard let finding = try find(number, session) else {
            throw StoredFormError("the observation \(number) that a row refers to is missing")
        }
        return finding
    }

    /// The same; `nil` when there is no such observation.
    static func find(_ number: Int64, _ session: Session) throws -> Finding? {
        try session.first("SELECT content FROM observations WHERE number = $1", [number]) {
            try FindingRows.finding(in: $0.bytes(0))
        }
    }

    /// Joined, so that each number is looked for in its own partition only.
    static let contents = """
        SELECT o.number, o.content FROM unnest($1::bigint[]) AS u(number) JOIN observations o ON o.number = u.number
        """

    /// Findings as they were observed, by the numbers of their observations; those that are missing are left out.
    static func findings(_ numbers: [Int64], _ session: Session) throws -> [Int64: Finding] {
        guard numbers.isEmpty == false else { return [:] }
        let found = try session.all(contents, [numbers]) {
            try ($0.integer(0), FindingRows.finding(in: $0.bytes(1)))
        }
        return Dictionary(found) { first, _ in first }
    }

    /// Every observation of a finding, oldest first.
    static func records(of finding: Int64, _ session: Session) throws -> [ObservationRecord] {
        let states = try ItemRows.itemStates(of: finding, session)
        return try session.all(
            """
            SELECT position, received_at, severity, status, version, disposition, detail FROM observations
            WHERE finding = $1 ORDER BY number
            """,
            [finding]
        ) { row in
            var record = try ObservationRecord(
                position: row.integer(0),
                receivedAt: row.moment(1),
                severity: try ColumnText.severity(row.count(2)),
                status: try ColumnText.status(row.text(3)),
                version: row.count(4),
                matched: [],
                disposition: row.text(5)
            )
            try record.read(storedForm: StoredJSON.document(row.bytes(6) ?? []))
            for index in record.outcomes.indices {
                record.outcomes[index].itemState = record.outcomes[index].item.flatMap { states[$0] }
            }
            return record
        }
    }
}
