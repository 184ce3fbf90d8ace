import Findings
import FoundationEssentials
import Store
import Triage

/// What triage keeps of findings.
extension FindingRows {
    static func select(_ keys: [FindingKey]) -> Statement? {
        guard keys.isEmpty == false else { return nil }
        return Statement(
            """
            SELECT \(rowColumns) FROM unnest($1::bigint[], $2::text[]) AS u(wanted_hash, wanted_key)
            JOIN findings ON hash = wanted_hash AND key = wanted_key
            """,
            [keys.map { Fingerprint.word(of: $0.rawValue) }, keys.map(\.rawValue)]
        )
    }

    static func select(numbers: [Int64]) -> Statement? {
        guard numbers.isEmpty == false else { return nil }
        return Statement("SELECT \(rowColumns) FROM findings WHERE number = ANY($1)", [numbers])
    }

    static func problems(_ keys: [FindingKey]) -> Statement? {
        guard keys.isEmpty == false else { return nil }
        return Statement(
            "SELECT key, finding FROM problems WHERE key = ANY($1)",
            [keys.map { Blob(Fingerprint.bytes(of: $0.rawValue)) }]
        )
    }

    /// The numbers of the problems that the rows name.
    static func problems(_ keys: [FindingKey], in rows: Rows) throws -> [FindingKey: Int64] {
        var numbers: [[UInt8]: Int64] = [:]
        for index in 0..<rows.count { numbers[try rows[index].bytes(0) ?? []] = try rows[index].integer(1) }
        var found: [FindingKey: Int64] = [:]
        for key in keys { found[key] = numbers[Fingerprint.bytes(of: key.rawValue)] }
        return found
    }

    static func members(of problems: [Int64]) -> Statement? {
        guard problems.isEmpty == false else { return nil }
        return Statement("SELECT problem, number, status, severity FROM findings WHERE problem = ANY($1)", [problems])
    }

    static func members(in rows: Rows) throws -> [Int64: [Int64: FindingRow.Standing]] {
        var found: [Int64: [Int64: FindingRow.Standing]] = [:]
        for index in 0..<rows.count {
            let row = rows[index]
            found[try row.integer(0), default: [:]][try row.integer(1)] = FindingRow.Standing(
                status: try ColumnText.status(row.text(2)),
                severity: try ColumnText.severity(row.count(3))
            )
        }
        return found
    }

    static func insert(_ changes: [ChangedRows.FindingChange], _ session: Session) throws {
        guard changes.isEmpty == false else { return }
        let findings = try contents(of: changes, session)
        let rows = changes.map(\.row)
        session.later(
            """
            INSERT INTO findings(number, hash, key, problem, observation, observed_at, first_seen_at, last_seen_at,
                observations, severity, status, kind, disposition, account, region, title)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::float8[],
                $7::float8[], $8::float8[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[],
                $15::text[], $16::text[])
            """,
            [
                rows.map(\.number), rows.map { Fingerprint.word(of: $0.key.rawValue) }, rows.map(\.key.rawValue),
                rows.map(\.problem), rows.map(\.observation), rows.map(\.observedAt.stored),
                rows.map(\.firstSeenAt.stored), rows.map(\.lastSeenAt.stored), rows.map(\.observations),
                rows.map { Int($0.severity.rawValue) }, rows.map(\.status.rawValue), findings.map(\.kind.rawValue),
                rows.map(\.disposition), findings.map(\.account), findings.map(\.region), findings.map(\.title),
            ]
        )
    }

    /// What each finding was observed as, asked for where it is not at hand.
    private static func contents(of changes: [ChangedRows.FindingChange], _ session: Session) throws -> [Finding] {
        let missing = changes.filter { $0.finding == nil }.map(\.row.observation)
        let stored = try contents(missing, session)
        return try changes.map { change in
            guard let finding = change.finding ?? stored[change.row.observation] else {
                throw StoredFormError("the observation \(change.row.observation) that a row refers to is missing")
            }
            return finding
        }
    }

    private static func contents(_ numbers: [Int64], _ session: Session) throws -> [Int64: Finding] {
        guard let statement = ObservationRows.contents(numbers) else { return [:] }
        return try ObservationRows.contents(in: session.rows(statement.sql, statement.bindings))
    }

    static func save(_ changes: [ChangedRows.FindingChange], _ session: Session) throws {
        let renamed = changes.filter(\.isRenamed).map(\.row)
        if renamed.isEmpty == false {
            session.later(
                """
                UPDATE findings f SET hash = u.hash, key = u.key
                FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS u(number, hash, key) WHERE f.number = u.number
                """,
                [
                    renamed.map(\.number), renamed.map { Fingerprint.word(of: $0.key.rawValue) },
                    renamed.map(\.key.rawValue),
                ]
            )
        }
        // Those whose newest observation is not one of this transaction.
        let counted = changes.filter { $0.finding == nil }.map(\.row)
        if counted.isEmpty == false {
            session.later(
                """
                UPDATE findings f SET observations = u.observations
                FROM unnest($1::bigint[], $2::bigint[]) AS u(number, observations) WHERE f.number = u.number
                """,
                [counted.map(\.number), counted.map(\.observations)]
            )
        }
        let observed = changes.compactMap { change in change.finding.map { (row: change.row, finding: $0) } }
        guard observed.isEmpty == false else { return }
        session.later(
            """
            UPDATE findings f SET observation = u.observation, observed_at = u.observed_at, last_seen_at = u.last_seen_at,
                observations = u.observations, severity = u.severity, status = u.status, kind = u.kind,
                disposition = u.disposition, account = u.account, region = u.region, title = u.title
            FROM unnest($1::bigint[], $2::bigint[], $3::float8[], $4::float8[], $5::bigint[], $6::bigint[], $7::text[],
                $8::text[], $9::text[], $10::text[], $11::text[], $12::text[]) AS u(number, observation, observed_at,
                last_seen_at, observations, severity, status, kind, disposition, account, region, title)
            WHERE f.number = u.number
            """,
            [
                observed.map(\.row.number), observed.map(\.row.observation), observed.map(\.row.observedAt.stored),
                observed.map(\.row.lastSeenAt.stored), observed.map(\.row.observations),
                observed.map { Int($0.row.severity.rawValue) }, observed.map(\.row.status.rawValue),
                observed.map(\.finding.kind.rawValue), observed.map(\.row.disposition), observed.map(\.finding.account),
                observed.map(\.finding.region), observed.map(\.finding.title),
            ]
        )
    }

    static func insert(problems: [(key: FindingKey, first: Int64)], _ session: Session) {
        guard problems.isEmpty == false else { return }
        session.later(
            "INSERT INTO problems SELECT * FROM unnest($1::bytea[], $2::bigint[])",
            [problems.map { Blob(Fingerprint.bytes(of: $0.key.rawValue)) }, problems.map(\.first)]
        )
    }
}

/// The ledger: one row per observation, never changed.
extension ObservationRows {
    static func contents(_ numbers: [Int64]) -> Statement? {
        guard numbers.isEmpty == false else { return nil }
        return Statement(contents, [numbers])
    }

    static func contents(in rows: Rows) throws -> [Int64: Finding] {
        var found: [Int64: Finding] = [:]
        for index in 0..<rows.count {
            found[try rows[index].integer(0)] = try FindingRows.finding(in: rows[index].bytes(1))
        }
        return found
    }

    static func insert(_ rows: [LedgerRow], _ session: Session) {
        guard rows.isEmpty == false else { return }
        session.later(
            """
            INSERT INTO observations SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::float8[],
                $5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[])
            """,
            [
                rows.map(\.subject.observation), rows.map(\.subject.finding), rows.map(\.record.position),
                rows.map(\.record.receivedAt.stored), rows.map { Int($0.record.severity.rawValue) },
                rows.map(\.record.status.rawValue), rows.map(\.record.version), rows.map(\.record.disposition),
                rows.map(\.record.storedForm.text), rows.map(\.content),
            ]
        )
    }
}
