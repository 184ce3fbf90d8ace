import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// One row per finding, as it was last observed.
enum FindingRows {
    /// A finding's row after an observation.
    struct Observed {
        var number: Int64
        /// The number of the problem that it reports with others.
        var problem: Int64?
        /// Whether the source dates the observation before the newest one known.
        var isStale: Bool
    }

    /// Makes the row what the observation says, unless the source dates it before what is stored.
    ///
    /// `lastFormer` is the last row whose key an earlier version may have made, 0 when there is none.
    ///
    /// What a finding reports together with others is settled when it is first seen: turning that off or on later
    /// leaves nothing announced that nobody takes back.
    static func observe(
        _ finding: Finding,
        problem: FindingKey?,
        observation: Int64,
        disposition: String,
        receivedAt: Date,
        lastFormer: Int64,
        _ db: Database
    ) throws -> Observed {
        let observedAt = finding.observedAt(receivedAt: receivedAt)
        let hash = Fingerprint.word(of: finding.key.rawValue)
        func row() throws -> Row? {
            try db.row(
                "SELECT number, observed_at, problem FROM findings WHERE hash = ? AND key = ?",
                [hash, finding.key.rawValue]
            )
        }
        var known = try row()
        if known == nil, lastFormer > 0, let former = finding.key.former,
            try rename(finding, from: former, through: lastFormer, db)
        {
            known = try row()
        }
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
            let number = db.lastInsertedRowID
            return Observed(number: number, problem: try join(number, problem, db), isStale: false)
        }
        let number: Int64 = known[0]
        let newest: Double = known[1]
        let problem: Int64? = known[2]
        if finding.updatedAt != nil, observedAt.stored < newest {
            try db.run("UPDATE findings SET observations = observations + 1 WHERE number = ?", [number])
            return Observed(number: number, problem: problem, isStale: true)
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
        return Observed(number: number, problem: problem, isStale: false)
    }

    static func lastObserved(_ key: FindingKey, _ db: Database) throws -> Finding? {
        try db.first(
            """
            SELECT o.content FROM findings f JOIN observations o ON o.number = f.observation
            WHERE f.hash = ? AND f.key = ?
            """,
            [Fingerprint.word(of: key.rawValue), key.rawValue]
        ) { try finding(in: $0.text(0)) }
    }

    /// Gives a finding that an earlier version stored the key that it has now, so that it goes on as what it is: alerts,
    /// what waits and what it holds back are known by the number of the row.
    ///
    /// `former` is the key that the earlier version made, possibly of several findings, and `last` the last row that it wrote.
    /// Tells whether there was such a row.
    private static func rename(
        _ finding: Finding,
        from former: String,
        through last: Int64,
        _ db: Database
    ) throws -> Bool {
        let stored = try db.first(
            """
            SELECT f.number, o.content FROM findings f JOIN observations o ON o.number = f.observation
            WHERE f.hash = ? AND f.key = ? AND f.number <= ?
            """,
            [Fingerprint.word(of: former), former, last]
        ) { (number: $0.integer(0), finding: try self.finding(in: $0.text(1))) }
        guard let stored, finding.continues(stored.finding) else { return false }
        try db.run(
            "UPDATE findings SET hash = ?, key = ? WHERE number = ?",
            [Fingerprint.word(of: finding.key.rawValue), finding.key.rawValue, stored.number]
        )
        return true
    }

    /// Counts a new finding among those that report the problem.
    ///
    /// - Returns: The problem's number: that of the first of them.
    private static func join(_ number: Int64, _ problem: FindingKey?, _ db: Database) throws -> Int64? {
        guard let problem else { return nil }
        let key = Data(Fingerprint.bytes(of: problem.rawValue))
        try db.run("INSERT OR IGNORE INTO problems VALUES (?, ?)", [key, number])
        let first = try db.integer("SELECT finding FROM problems WHERE key = ?", [key]) ?? number
        try db.run("UPDATE findings SET problem = ? WHERE number = ?", [first, number])
        return first
    }

    /// Where a problem stands that several findings report.
    static func state(of problem: Int64, isStale: Bool, _ db: Database) throws -> ProblemState {
        let members = try db.rows("SELECT status, severity FROM findings WHERE problem = ?", [problem]).map { row in
            (status: try ColumnText.status(row[0]), severity: try ColumnText.severity(row[1]))
        }
        return ProblemState(of: members, isStale: isStale)
    }

    /// Every column of a ``FindingRecord``, with the finding as it was last observed.
    static let columns = """
        f.number, f.first_seen_at, f.last_seen_at, f.observations, f.disposition,
        (SELECT content FROM observations WHERE number = f.observation) AS content
        """

    /// Whether a rule matched the finding `f`; takes the moment from which observations count, and the rule's name.
    static let wasMatched = """
        EXISTS (SELECT 1 FROM observations o WHERE o.finding = f.number AND o.received_at >= ? AND EXISTS (
            SELECT 1 FROM json_each(o.detail, '$.matched') WHERE value = ?))
        """

    /// Whether the finding `f` is of a product; takes its name.
    static let isOfProduct = """
        is_product((SELECT json_extract(content, '$.product') FROM observations WHERE number = f.observation), ?)
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
