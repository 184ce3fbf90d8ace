import Findings
import FoundationEssentials
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
            problem: columns.optionalInteger(2),
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

    /// Every column of a ``FindingRecord``, with the finding as it was last observed.
    static let columns = """
        f.number, f.first_seen_at, f.last_seen_at, f.observations, f.disposition,
        (SELECT o.content FROM observations o WHERE o.number = f.observation) AS content
        """

    static func record(_ row: Columns) throws -> FindingRecord {
        try FindingRecord(
            id: Subject.id(ofFinding: row.integer(0)),
            finding: try finding(in: row.bytes(5)),
            firstSeenAt: row.moment(1),
            lastSeenAt: row.moment(2),
            observations: row.count(3),
            disposition: row.text(4)
        )
    }

    static func finding(in content: [UInt8]?) throws -> Finding {
        guard let content else { throw StoredFormError("the observation that a row refers to is missing") }
        return try Finding(storedForm: StoredJSON.document(content))
    }

    /// The number in a record id, or that of the finding with this key.
    static func number(of text: String, _ session: Session) throws -> Int64? {
        try numbers(of: [text], session)[text]
    }

    /// The same for several texts; those that name no finding are left out.
    static func numbers(of texts: [String], _ session: Session) throws -> [String: Int64] {
        guard texts.isEmpty == false else { return [:] }
        let ids: [Int64?] = texts.map { text in
            guard text.hasPrefix("f"), let number = Int64(text.dropFirst(), radix: 16),
                Subject.id(ofFinding: number) == text
            else { return nil }
            return number
        }
        let rows = try session.all(
            """
            SELECT u.place, coalesce((SELECT f.number FROM findings f WHERE f.number = u.number),
                (SELECT f.number FROM findings f WHERE f.hash = u.hash AND f.key = u.key LIMIT 1))
            FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS u(number, hash, key, place)
            """,
            [ids, texts.map(Fingerprint.word(of:)), texts]
        ) { try ($0.count(0), $0.optionalInteger(1)) }
        var numbers: [String: Int64] = [:]
        for (place, number) in rows { numbers[texts[place - 1]] = number }
        return numbers
    }

    /// How many findings were seen since a moment, by place and severity.
    static func counts(since: Date, _ session: Session) throws -> [PlaceCount] {
        try session.all(
            """
            SELECT account, region, severity, count(*) FROM findings
            WHERE last_seen_at >= $1 GROUP BY account, region, severity
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

    /// The accounts of open findings.
    static func openAccounts(limit: Int, changedSince hour: Int, _ session: Session) throws -> OpenAccounts {
        let counts = try session.all(
            "SELECT account, severity, count(*), max(number) FROM findings WHERE status = $1 GROUP BY account, severity",
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
            changes: try OpenHourRows.changes(since: hour, session),
            limit: limit
        )
        guard newest.isEmpty == false else { return open }
        let named = try session.all(
            """
            SELECT f.number, o.content FROM findings f JOIN observations o ON o.number = f.observation
            WHERE f.number = ANY($1)
            """,
            [newest]
        ) { try ($0.integer(0), finding(in: $0.bytes(1)).accountName) }
        let names = Dictionary(named) { first, _ in first }
        for (index, number) in newest.enumerated() { open.accounts[index].name = names[number] ?? nil }
        return open
    }
}
