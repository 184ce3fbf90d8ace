import Findings
import FoundationEssentials
import GRDB
import Store
import Triage

/// One row per group of alerts that has something to do or to remember.
enum GroupRows {
    private static let columns = """
        number, kind, destination, rule, key, labels, created_at, flushed_at, due_at, remind_at, reason, told
        """

    static func group(_ name: AlertGroup.Name, _ db: Database) throws -> AlertGroup? {
        try db.first("SELECT \(columns) FROM alert_groups WHERE name = ?", [Blob(fingerprint(of: name))], group)
    }

    static func group(numbered number: Int64, _ db: Database) throws -> AlertGroup? {
        try db.first("SELECT \(columns) FROM alert_groups WHERE number = ?", [number], group)
    }

    /// - Throws: ``UnreadableGroup`` besides what the database throws.
    static func due(now: Date, limit: Int, besides unreadable: Set<Int64>, _ db: Database) throws -> [AlertGroup] {
        try db.all(
            """
            SELECT \(columns) FROM alert_groups WHERE next_at IS NOT NULL AND next_at <= ?\(excluded(unreadable))
            ORDER BY next_at, number LIMIT ?
            """,
            [now.stored, limit]
        ) { row in
            do {
                return try group(row)
            } catch {
                throw UnreadableGroup(try row.integer(0), because: "\(error)")
            }
        }
    }

    static func nextAt(besides unreadable: Set<Int64>, _ db: Database) throws -> Date? {
        try db.row(
            """
            SELECT min(next_at) AS at FROM alert_groups
            WHERE next_at IS NOT NULL AND typeof(next_at) = 'real'\(excluded(unreadable))
            """
        )?.date("at")
    }

    /// There are hardly ever any.
    private static func excluded(_ numbers: Set<Int64>) -> String {
        numbers.isEmpty ? "" : " AND number NOT IN (\(numbers.sorted().map(String.init).joined(separator: ", ")))"
    }

    static func insert(_ group: AlertGroup, _ db: Database) throws {
        let name = group.name
        let labels = try group.labels.isEmpty ? nil : StoredJSON.text(of: group.labels)
        try db.run(
            """
            INSERT INTO alert_groups(number, name, kind, destination, rule, key, labels, created_at, flushed_at, due_at,
                remind_at, next_at, reason, told)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                group.number, Blob(fingerprint(of: name)), name.word.rawValue, name.destination, name.rule, name.key,
                labels, group.createdAt.stored, group.flushedAt?.stored, group.dueAt?.stored, group.remindAt?.stored,
                group.nextAt?.stored, group.reason, group.kind.number,
            ]
        )
    }

    static func save(_ group: AlertGroup, _ db: Database) throws {
        try db.run(
            """
            UPDATE alert_groups SET flushed_at = ?, due_at = ?, remind_at = ?, next_at = ?, reason = ?, told = ?
            WHERE number = ?
            """,
            [
                group.flushedAt?.stored, group.dueAt?.stored, group.remindAt?.stored, group.nextAt?.stored,
                group.reason, group.kind.number, group.number,
            ]
        )
    }

    static func remove(_ number: Int64, _ db: Database) throws {
        try db.run("DELETE FROM alert_groups WHERE number = ?", [number])
    }

    private static func fingerprint(of name: AlertGroup.Name) -> [UInt8] {
        let parts = [name.word.rawValue, name.destination, name.rule, name.key]
        return Fingerprint.bytes(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    private static func group(_ row: Columns) throws -> AlertGroup {
        guard let word = AlertGroup.Word(rawValue: try row.text(1)) else {
            throw StoredFormError("a group of the kind \(try row.text(1)) is of a later version")
        }
        return try AlertGroup(
            number: row.integer(0),
            kind: AlertGroup.Kind(
                word,
                key: row.text(4),
                labels: try row.isNull(5) ? [] : StoredJSON.value([AlertGroup.Label].self, in: row.text(5)) ?? [],
                reason: row.isNull(10) ? nil : row.text(10),
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
