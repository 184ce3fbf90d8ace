import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// One row per finding, as it was last observed.
enum FindingRows {
    static let rowColumns = """
        number, key, problem, observation, observed_at, first_seen_at, last_seen_at, observations, severity, status,
        disposition
        """

    static func row(_ columns: Columns) throws -> FindingRow {
        try FindingRow(
            number: columns.integer(0),
            key: FindingKey(columns.text(1)),
            problem: columns.isNull(2) ? nil : columns.integer(2),
            observation: columns.integer(3),
            observedAt: columns.moment(4),
            firstSeenAt: columns.moment(5),
            lastSeenAt: columns.moment(6),
            observations: columns.count(7),
            severity: try ColumnText.severity(columns.count(8)),
            status: try ColumnText.status(columns.text(9)),
            disposition: columns.text(10)
        )
    }

    static func row(_ key: FindingKey, _ db: Database) throws -> FindingRow? {
        try db.first(
            "SELECT \(rowColumns) FROM findings WHERE hash = ? AND key = ?",
            [Fingerprint.word(of: key.rawValue), key.rawValue],
            row
        )
    }

    static func row(numbered number: Int64, _ db: Database) throws -> FindingRow? {
        try db.first("SELECT \(rowColumns) FROM findings WHERE number = ?", [number], row)
    }

    /// How many findings were seen since a moment, by place and severity; the index has all that is asked for.
    static func counts(since: Date, _ db: Database) throws -> [PlaceCount] {
        try db.all(
            """
            SELECT account, region, severity, count(*) FROM findings INDEXED BY findings_by_last_seen
            WHERE last_seen_at >= ? GROUP BY account, region, severity
            """,
            [since.stored]
        ) { row in
            PlaceCount(
                account: try row.optionalText(0),
                region: try row.optionalText(1),
                severity: try ColumnText.severity(row.count(2)),
                count: try row.count(3)
            )
        }
    }

    /// The accounts of open findings; the index has all that is asked for but their names.
    static func openAccounts(limit: Int, changedSince hour: Int, _ db: Database) throws -> OpenAccounts {
        let counts = try db.all(
            """
            SELECT account, severity, count(*), max(number) FROM findings INDEXED BY findings_by_last_seen
            WHERE status = ? GROUP BY account, severity
            """,
            [FindingStatus.active.rawValue]
        ) { row in
            OpenAccounts.SeverityCount(
                account: try row.optionalText(0),
                severity: try ColumnText.severity(row.count(1)),
                count: try row.count(2),
                newest: try row.integer(3)
            )
        }
        var (open, newest) = OpenAccounts.worst(
            of: counts,
            changes: try OpenHourRows.changes(since: hour, db),
            limit: limit
        )
        for (index, number) in newest.enumerated() {
            let observation = try db.first("SELECT observation FROM findings WHERE number = ?", [number]) {
                try $0.integer(0)
            }
            open.accounts[index].name = try observation.flatMap { try ObservationRows.find($0, db) }?.accountName
        }
        return open
    }

    /// The number of a problem: that of the first finding that reported it.
    static func problem(_ key: FindingKey, _ db: Database) throws -> Int64? {
        try db.first("SELECT finding FROM problems WHERE key = ?", [Blob(Fingerprint.bytes(of: key.rawValue))]) {
            try $0.integer(0)
        }
    }

    static func insert(_ problem: FindingKey, reportedBy finding: Int64, _ db: Database) throws {
        try db.run("INSERT INTO problems VALUES (?, ?)", [Blob(Fingerprint.bytes(of: problem.rawValue)), finding])
    }

    /// Where the findings stand that report a problem.
    static func members(of problem: Int64, _ db: Database) throws -> [Int64: FindingRow.Standing] {
        let rows = try db.all("SELECT number, status, severity FROM findings WHERE problem = ?", [problem]) { row in
            try (
                row.integer(0),
                FindingRow.Standing(
                    status: try ColumnText.status(row.text(1)),
                    severity: try ColumnText.severity(row.count(2))
                )
            )
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Every column of a ``FindingRecord``, with the finding as it was last observed.
    static let columns = """
        f.number, f.first_seen_at, f.last_seen_at, f.observations, f.disposition,
        (SELECT content FROM observations WHERE number = f.observation) AS content
        """

    static func record(_ row: StoredRow) throws -> FindingRecord {
        try FindingRecord(
            id: Subject.id(ofFinding: row["number"]),
            finding: try finding(in: row["content"]),
            firstSeenAt: row.moment("first_seen_at"),
            lastSeenAt: row.moment("last_seen_at"),
            observations: row["observations"],
            disposition: row["disposition"]
        )
    }

    static func finding(in content: String?) throws -> Finding { try finding(in: content.map { Array($0.utf8) }) }

    static func finding(in content: [UInt8]?) throws -> Finding {
        guard let content else { throw StoredFormError("the observation that a row refers to is missing") }
        return try Finding(storedForm: StoredJSON.document(content))
    }

    /// The number in a record id, or that of the finding with this key.
    static func number(of text: String, _ db: Database) throws -> Int64? {
        if text.hasPrefix("f"), let number = Int64(text.dropFirst(), radix: 16), Subject.id(ofFinding: number) == text,
            try db.integer("SELECT number FROM findings WHERE number = ?", [number]) != nil
        {
            return number
        }
        return try db.integer(
            "SELECT number FROM findings WHERE hash = ? AND key = ?",
            [Fingerprint.word(of: text), text]
        )
    }
}
