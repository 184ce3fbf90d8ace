import Findings
import FoundationEssentials
import GRDB
import Store

/// One row per finding, as it was last observed.
enum FindingRows {
    /// Makes the row what the observation says, unless the source dates it before what is stored.
    ///
    /// - Returns: The number of the finding.
    static func observe(
        _ finding: Finding,
        observation: Int64,
        disposition: String,
        receivedAt: Date,
        _ db: Database
    ) throws -> Int64 {
        let observedAt = finding.updatedAt ?? receivedAt
        let hash = Fingerprint.word(of: finding.key.rawValue)
        let known = try db.row(
            "SELECT number, observed_at FROM findings WHERE hash = ? AND key = ?",
            [hash, finding.key.rawValue]
        )
        guard let known else {
            try db.run(
                """
                INSERT INTO findings(hash, key, observation, observed_at, first_seen_at, last_seen_at, observations,
                    severity, status, kind, disposition, account, region, title)
                VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    hash, finding.key.rawValue, observation, observedAt.stored, receivedAt.stored, receivedAt.stored,
                    Int(finding.severity.rawValue), finding.status.rawValue, finding.kind.rawValue, disposition,
                    finding.account, finding.region, finding.title,
                ]
            )
            return db.lastInsertedRowID
        }
        let number: Int64 = known[0]
        let newest: Double = known[1]
        if let updatedAt = finding.updatedAt, updatedAt.stored < newest {
            try db.run("UPDATE findings SET observations = observations + 1 WHERE number = ?", [number])
            return number
        }
        try db.run(
            """
            UPDATE findings SET observation = ?, observed_at = ?, last_seen_at = ?, observations = observations + 1,
                severity = ?, status = ?, kind = ?, disposition = ?, account = ?, region = ?, title = ?
            WHERE number = ?
            """,
            [
                observation, max(newest, observedAt.stored), receivedAt.stored, Int(finding.severity.rawValue),
                finding.status.rawValue, finding.kind.rawValue, disposition, finding.account, finding.region,
                finding.title, number,
            ]
        )
        return number
    }

    /// Every column of a ``FindingRecord``, with the finding as it was last observed.
    static let columns = """
        f.number, f.first_seen_at, f.last_seen_at, f.observations, f.disposition,
        (SELECT content FROM observations WHERE number = f.observation) AS content
        """

    static func record(_ row: Row) throws -> FindingRecord {
        FindingRecord(
            id: id(of: row["number"]),
            finding: try finding(in: row["content"]),
            firstSeenAt: row.moment("first_seen_at"),
            lastSeenAt: row.moment("last_seen_at"),
            observations: row["observations"],
            disposition: row["disposition"]
        )
    }

    static func finding(in content: String?) throws -> Finding {
        guard let content else { throw StoredFormError("the observation that a row refers to is missing") }
        return try Finding(storedForm: JSONDocument.parse(content))
    }

    /// `f` and the number in hexadecimal digits.
    static func id(of number: Int64) -> String { "f" + String(number, radix: 16) }

    /// The number in a record id, or that of the finding with this key.
    static func number(of text: String, _ db: Database) throws -> Int64? {
        if text.hasPrefix("f"), let number = Int64(text.dropFirst(), radix: 16), id(of: number) == text,
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
