import Findings
import FoundationEssentials
import Store
import Triage

/// One row per group of alerts that has something to do or to remember.
enum GroupRows {
    private static let columns = """
        number, kind, destination, rule, key, labels, created_at, flushed_at, due_at, remind_at, reason, told
        """

    static func select(_ names: [AlertGroup.Name]) throws -> Statement? {
        guard names.isEmpty == false else { return nil }
        return Statement(
            "SELECT \(columns) FROM alert_groups WHERE name = ANY($1)",
            [names.map { Blob(fingerprint(of: $0)) }]
        )
    }

    static func select(numbers: [Int64]) -> Statement? {
        guard numbers.isEmpty == false else { return nil }
        return Statement("SELECT \(columns) FROM alert_groups WHERE number = ANY($1)", [numbers])
    }

    /// - Throws: ``UnreadableGroup`` besides what the session throws.
    static func due(now: Date, limit: Int, besides unreadable: Set<Int64>, _ session: Session) throws -> [AlertGroup] {
        try session.all(
            """
            SELECT \(columns) FROM alert_groups WHERE next_at IS NOT NULL AND next_at <= $1 AND number <> ALL($2)
            ORDER BY next_at, number LIMIT $3
            """,
            [now.stored, unreadable.sorted(), limit]
        ) { row in
            do {
                return try group(row)
            } catch {
                throw UnreadableGroup(try row.integer(0), because: "\(error)")
            }
        }
    }

    static func nextAt(besides unreadable: Set<Int64>, _ session: Session) throws -> Date? {
        try session.first(
            "SELECT min(next_at) FROM alert_groups WHERE next_at IS NOT NULL AND number <> ALL($1)",
            [unreadable.sorted()]
        ) { try $0.date(0) } ?? nil
    }

    static func insert(_ groups: [AlertGroup], _ session: Session) throws {
        guard groups.isEmpty == false else { return }
        let names = groups.map(\.name)
        session.later(
            """
            INSERT INTO alert_groups(number, name, kind, destination, rule, key, labels, created_at, flushed_at, due_at,
                remind_at, next_at, reason, told)
            SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::float8[], $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::text[], $14::bigint[])
            """,
            [
                groups.map(\.number), names.map { Blob(fingerprint(of: $0)) }, names.map(\.word.rawValue),
                names.map(\.destination), names.map(\.rule), names.map(\.key),
                try groups.map { try $0.labels.isEmpty ? nil : StoredJSON.text(of: $0.labels) },
                groups.map(\.createdAt.stored), groups.map { $0.flushedAt?.stored }, groups.map { $0.dueAt?.stored },
                groups.map { $0.remindAt?.stored }, groups.map { $0.nextAt?.stored }, groups.map(\.reason),
                groups.map(\.kind.number),
            ]
        )
        // A number is never given twice, so that what was said about a group that is gone is not taken for another's.
        if let last = groups.map(\.number).max() {
            session.later("UPDATE control SET alert_group = greatest(alert_group, $1) WHERE one", [last])
        }
    }

    static func save(_ groups: [AlertGroup], _ session: Session) {
        guard groups.isEmpty == false else { return }
        session.later(
            """
            UPDATE alert_groups g SET flushed_at = u.flushed_at, due_at = u.due_at, remind_at = u.remind_at,
                next_at = u.next_at, reason = u.reason, told = u.told
            FROM unnest($1::bigint[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::text[], $7::bigint[])
                AS u(number, flushed_at, due_at, remind_at, next_at, reason, told)
            WHERE g.number = u.number
            """,
            [
                groups.map(\.number), groups.map { $0.flushedAt?.stored }, groups.map { $0.dueAt?.stored },
                groups.map { $0.remindAt?.stored }, groups.map { $0.nextAt?.stored }, groups.map(\.reason),
                groups.map(\.kind.number),
            ]
        )
    }

    static func remove(_ numbers: [Int64], _ session: Session) {
        guard numbers.isEmpty == false else { return }
        session.later("DELETE FROM alert_groups WHERE number = ANY($1)", [numbers])
    }

    private static func fingerprint(of name: AlertGroup.Name) -> [UInt8] {
        let parts = [name.word.rawValue, name.destination, name.rule, name.key]
        return Fingerprint.bytes(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    static func group(_ row: Columns) throws -> AlertGroup {
        guard let word = AlertGroup.Word(rawValue: try row.text(1)) else {
            throw StoredFormError("a group of the kind \(try row.text(1)) is of a later version")
        }
        return try AlertGroup(
            number: row.integer(0),
            kind: AlertGroup.Kind(
                word,
                key: row.text(4),
                labels: try StoredJSON.value([AlertGroup.Label].self, in: row.optionalText(5)) ?? [],
                reason: row.optionalText(10),
                number: row.integer(11)
            ),
            destination: row.text(2),
            rule: row.text(3),
            key: row.text(4),
            createdAt: row.moment(6),
            flushedAt: row.date(7),
            dueAt: row.date(8),
            remindAt: row.date(9)
        )
    }
}
