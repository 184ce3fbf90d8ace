import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// What waits in groups, and what became of it.
enum ItemRows {
    static func insert(_ item: WaitingItem, at place: ApplyRows.Place, _ db: Database) throws -> Int64 {
        try db.run(
            """
            INSERT INTO waiting_items(grp, kind, finding, observation, problem, destination, rule, version, transition,
                severity, received_at, opened_at, first_seen_at, count, units)
            VALUES (?, (SELECT kind FROM alert_groups WHERE number = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                item.group, item.group, place.finding, place.observation, place.problem, item.destination, item.rule,
                item.version, item.transition.rawValue, Int(item.severity.rawValue), item.receivedAt.stored,
                item.openedAt.stored, item.firstSeenAt.stored, item.count, item.units,
            ]
        )
        return db.lastInsertedRowID
    }

    static func withdraw(_ number: Int64, _ db: Database) throws -> Int? {
        let units = try db.integer("SELECT units FROM waiting_items WHERE number = ? AND state = 0", [number])
        guard let units else { return nil }
        try db.run("UPDATE waiting_items SET state = 2 WHERE number = ?", [number])
        return Int(units)
    }

    static func refer(_ number: Int64, to place: ApplyRows.Place, _ db: Database) throws {
        try db.run(
            "UPDATE waiting_items SET finding = ?, observation = ? WHERE number = ? AND state = 0",
            [place.finding, place.observation, number]
        )
    }

    static func waiting(
        in group: Int64,
        limit: Int,
        _ db: Database
    ) throws -> [(item: WaitingItem, place: ApplyRows.Place)] {
        try db.rows(
            "SELECT * FROM waiting_items WHERE grp = ? AND state = 0 ORDER BY severity DESC, number LIMIT ?",
            [group, limit]
        ).map(item)
    }

    static func told(in group: Int64, _ db: Database) throws -> (item: WaitingItem, place: ApplyRows.Place)? {
        try db.row(
            "SELECT * FROM waiting_items WHERE grp = ? AND state = 1 ORDER BY severity DESC, number LIMIT 1",
            [group]
        ).map(item)
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
            sum.units += row["units"] as Int
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

    static func tell(_ items: [Int64], in notification: String, _ db: Database) throws {
        for number in items {
            try db.run(
                "UPDATE waiting_items SET state = 1, notification = ? WHERE number = ?",
                [notification, number]
            )
        }
    }

    /// The same as ``Alert/announce(_:severity:)`` for every alert that waits in the group, in one statement: a digest can
    /// speak of tens of thousands.
    static func tellEverything(in group: Int64, by notification: String, _ db: Database) throws {
        try db.run(
            """
            UPDATE alerts SET
                notified_severity = CASE i.transition WHEN 'resolved' THEN NULL
                    WHEN 'acknowledged' THEN notified_severity ELSE i.severity END,
                announced = CASE i.transition WHEN 'acknowledged' THEN announced ELSE 1 END,
                untold_text = CASE i.transition WHEN 'acknowledged' THEN untold_text ELSE 0 END,
                waiting = NULL, waiting_transition = NULL, waiting_severity = NULL,
                held = CASE WHEN i.transition = 'resolved' OR alerts.severity > i.severity THEN held END,
                held_by = CASE WHEN i.transition = 'resolved' OR alerts.severity > i.severity THEN held_by END,
                held_severity = CASE WHEN i.transition = 'resolved' OR alerts.severity > i.severity
                    THEN held_severity END
            FROM waiting_items i
            WHERE i.grp = ? AND i.state = 0 AND alerts.finding = i.problem AND alerts.destination = i.destination
                AND alerts.waiting = i.number
            """,
            [group]
        )
        try db.run(
            "UPDATE waiting_items SET state = 1, notification = ? WHERE grp = ? AND state = 0",
            [notification, group]
        )
    }

    static func move(_ number: Int64, to group: Int64, _ db: Database) throws {
        try db.run(
            """
            UPDATE waiting_items SET grp = ?, kind = (SELECT kind FROM alert_groups WHERE number = ?) WHERE number = ?
            """,
            [group, group, number]
        )
    }

    /// What became of the items of a finding, by number.
    static func fates(of finding: Int64, _ db: Database) throws -> [Int64: ObservationRecord.Fate] {
        let rows = try db.rows(
            """
            SELECT i.number, i.state, i.kind, i.notification, g.due_at FROM waiting_items i
            LEFT JOIN alert_groups g ON g.number = i.grp WHERE i.finding = ?
            """,
            [finding]
        )
        var fates: [Int64: ObservationRecord.Fate] = [:]
        for row in rows {
            let state = try state(row["state"])
            fates[row["number"]] = ObservationRecord.Fate(
                state: state,
                kind: row["kind"],
                until: state == .waiting ? row.date("due_at") : nil,
                notification: row["notification"]
            )
        }
        return fates
    }

    private static func item(_ row: Row) throws -> (item: WaitingItem, place: ApplyRows.Place) {
        let item = WaitingItem(
            number: row["number"],
            group: row["grp"],
            destination: row["destination"],
            rule: row["rule"],
            version: row["version"],
            transition: try ColumnText.transition(row["transition"]),
            severity: try ColumnText.severity(row["severity"]),
            receivedAt: row.moment("received_at"),
            openedAt: row.moment("opened_at"),
            firstSeenAt: row.moment("first_seen_at"),
            count: row["count"],
            units: row["units"],
            state: try state(row["state"]),
            notification: row["notification"]
        )
        return (
            item,
            ApplyRows.Place(finding: row["finding"], observation: row["observation"], problem: row["problem"])
        )
    }

    private static func state(_ code: Int) throws -> WaitingItem.State {
        switch code {
        case 0: .waiting
        case 1: .told
        case 2: .withdrawn
        default: throw StoredFormError("state \(code) of a waiting item is of a later version")
        }
    }
}
