import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// What waits in groups, and what became of it.
enum ItemRows {
    private static let columns = """
        number, grp, destination, rule, version, transition, severity, received_at, opened_at, first_seen_at, count,
        units, state, notification, finding, observation, problem
        """

    static func insert(_ row: ItemRow, _ db: Database) throws {
        let (item, facts, subject) = (row.item, row.item.facts, row.subject)
        try db.run(
            """
            INSERT INTO waiting_items(number, grp, kind, state, finding, observation, problem, destination, rule, version,
                transition, severity, received_at, opened_at, first_seen_at, count, units, notification)
            VALUES (?1, ?2, (SELECT kind FROM alert_groups WHERE number = ?2), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                item.number, item.group, ColumnText.code(of: item.state), subject.finding, subject.observation,
                subject.problem,
                item.destination, facts.rule, facts.version, facts.transition.rawValue, Int(facts.severity.rawValue),
                facts.receivedAt.stored, facts.openedAt.stored, facts.firstSeenAt.stored, facts.count, item.units,
                item.notification,
            ]
        )
    }

    static func save(_ row: ItemRow, _ db: Database) throws {
        try db.run(
            """
            UPDATE waiting_items SET state = ?, finding = ?, observation = ?, problem = ?, notification = ?,
                kind = CASE grp WHEN ?6 THEN kind ELSE (SELECT kind FROM alert_groups WHERE number = ?6) END, grp = ?6
            WHERE number = ?7
            """,
            [
                ColumnText.code(of: row.item.state), row.subject.finding, row.subject.observation, row.subject.problem,
                row.item.notification, row.item.group, row.item.number,
            ]
        )
    }

    static func item(_ number: Int64, _ db: Database) throws -> ItemRow? {
        try db.first("SELECT \(columns) FROM waiting_items WHERE number = ?", [number], item)
    }

    static func items(in group: Int64, _ state: WaitingItem.State, limit: Int, _ db: Database) throws -> [ItemRow] {
        try db.all(
            """
            SELECT \(columns) FROM waiting_items WHERE grp = ? AND state = ? ORDER BY severity DESC, number LIMIT ?
            """,
            [group, ColumnText.code(of: state), limit],
            item
        )
    }

    static func count(in group: Int64, _ db: Database) throws -> Int {
        Int(try db.integer("SELECT count(*) FROM waiting_items WHERE grp = ? AND state = 0", [group]) ?? 0)
    }

    static func sum(of group: Int64, _ db: Database) throws -> WaitingSum {
        var tallies = BundleTallies()
        var sum = WaitingSum(count: 0, units: 0, counts: .init())
        let rows = try db.cursor(
            """
            SELECT i.severity, i.transition, i.units, o.content FROM waiting_items i
            LEFT JOIN observations o ON o.number = i.observation WHERE i.grp = ? AND i.state = 0
            """,
            [group]
        )
        while let row = try rows.next() {
            let finding = try FindingRows.finding(in: row["content"])
            sum.count += 1
            sum.units += try row["units"] as Int
            tallies.add(
                severity: try ColumnText.severity(row["severity"]),
                transition: try ColumnText.transition(row["transition"]),
                account: finding.account,
                product: finding.product,
                control: finding.controls.first
            )
        }
        sum.counts = tallies.counts
        return sum
    }

    /// What became of the items of a finding, by number.
    static func itemStates(of finding: Int64, _ db: Database) throws -> [Int64: ObservationRecord.ItemState] {
        let rows = try db.rows(
            """
            SELECT i.number, i.state, i.kind, i.notification, g.due_at FROM waiting_items i
            LEFT JOIN alert_groups g ON g.number = i.grp WHERE i.finding = ?
            """,
            [finding]
        )
        var states: [Int64: ObservationRecord.ItemState] = [:]
        for row in rows {
            let state = try ColumnText.itemState(row["state"])
            try states[row["number"]] = ObservationRecord.ItemState(
                state: state,
                kind: row["kind"],
                until: state == .waiting ? row.date("due_at") : nil,
                notification: row["notification"]
            )
        }
        return states
    }

    private static func item(_ row: Columns) throws -> ItemRow {
        try ItemRow(
            item: WaitingItem(
                number: row.integer(0),
                group: row.integer(1),
                destination: row.text(2),
                facts: AnnouncedFacts(
                    transition: try ColumnText.transition(row.text(5)),
                    severity: try ColumnText.severity(row.count(6)),
                    receivedAt: row.moment(7),
                    openedAt: row.moment(8),
                    firstSeenAt: row.moment(9),
                    count: row.count(10),
                    rule: row.text(3),
                    version: row.count(4)
                ),
                units: row.count(11),
                state: try ColumnText.itemState(row.count(12)),
                notification: row.isNull(13) ? nil : row.text(13)
            ),
            subject: Subject(finding: row.integer(14), observation: row.integer(15), problem: row.integer(16))
        )
    }
}
