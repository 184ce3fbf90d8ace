import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// What waits in groups.
extension ItemRows {
    private static let columns = """
        number, grp, destination, rule, version, transition, severity, received_at, opened_at, first_seen_at, count,
        units, state, notification, finding, observation, problem
        """

    static func select(_ numbers: [Int64]) -> Statement? {
        guard numbers.isEmpty == false else { return nil }
        return Statement("SELECT \(columns) FROM waiting_items WHERE number = ANY($1)", [numbers])
    }

    static func insert(_ rows: [ItemRow], _ session: Session) {
        guard rows.isEmpty == false else { return }
        let (items, facts, subjects) = (rows.map(\.item), rows.map(\.item.facts), rows.map(\.subject))
        session.later(
            """
            INSERT INTO waiting_items(number, grp, kind, state, finding, observation, problem, destination, rule, version,
                transition, severity, received_at, opened_at, first_seen_at, count, units, notification)
            SELECT u.number, u.grp, g.kind, u.state, u.finding, u.observation, u.problem, u.destination, u.rule, u.version,
                u.transition, u.severity, u.received_at, u.opened_at, u.first_seen_at, u.count, u.units, u.notification
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                $8::text[], $9::bigint[], $10::text[], $11::bigint[], $12::float8[], $13::float8[], $14::float8[],
                $15::bigint[], $16::bigint[], $17::text[]) AS u(number, grp, state, finding, observation, problem,
                destination, rule, version, transition, severity, received_at, opened_at, first_seen_at, count, units,
                notification)
            JOIN alert_groups g ON g.number = u.grp
            """,
            [
                items.map(\.number), items.map(\.group), items.map { ColumnText.code(of: $0.state) },
                subjects.map(\.finding), subjects.map(\.observation), subjects.map(\.problem),
                items.map(\.destination), facts.map(\.rule), facts.map(\.version), facts.map(\.transition.rawValue),
                facts.map { Int($0.severity.rawValue) }, facts.map(\.receivedAt.stored), facts.map(\.openedAt.stored),
                facts.map(\.firstSeenAt.stored), facts.map(\.count), items.map(\.units), items.map(\.notification),
            ]
        )
        if let last = items.map(\.number).max() {
            session.later("UPDATE control SET waiting_item = greatest(waiting_item, $1) WHERE one", [last])
        }
    }

    static func save(_ rows: [ItemRow], _ session: Session) {
        guard rows.isEmpty == false else { return }
        session.later(
            """
            UPDATE waiting_items i SET state = u.state, finding = u.finding, observation = u.observation,
                problem = u.problem, notification = u.notification, grp = u.grp,
                kind = CASE i.grp WHEN u.grp THEN i.kind
                    ELSE coalesce((SELECT g.kind FROM alert_groups g WHERE g.number = u.grp), i.kind) END
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[])
                AS u(number, state, finding, observation, problem, notification, grp)
            WHERE i.number = u.number
            """,
            [
                rows.map(\.item.number), rows.map { ColumnText.code(of: $0.item.state) }, rows.map(\.subject.finding),
                rows.map(\.subject.observation), rows.map(\.subject.problem), rows.map(\.item.notification),
                rows.map(\.item.group),
            ]
        )
    }

    static func items(in group: Int64, _ state: WaitingItem.State, limit: Int, _ session: Session) throws -> [ItemRow] {
        try session.all(
            """
            SELECT \(columns) FROM waiting_items WHERE grp = $1 AND state = $2 ORDER BY severity DESC, number LIMIT $3
            """,
            [group, ColumnText.code(of: state), limit],
            item
        )
    }

    static func count(in group: Int64, _ session: Session) throws -> Int {
        Int(try session.integer("SELECT count(*) FROM waiting_items WHERE grp = $1 AND state = 0", [group]) ?? 0)
    }

    /// What everything that waits in a group comes to, read in pieces.
    static func sum(of group: Int64, _ session: Session) throws -> WaitingSum {
        var tallies = BundleTallies()
        var sum = WaitingSum(count: 0, units: 0, counts: .init())
        var last: Int64 = 0
        while true {
            let rows = try session.rows(
                """
                SELECT i.number, i.severity, i.transition, i.units, o.content FROM waiting_items i
                LEFT JOIN observations o ON o.number = i.observation
                WHERE i.grp = $1 AND i.state = 0 AND i.number > $2 ORDER BY i.number LIMIT 1000
                """,
                [group, last]
            )
            for index in 0..<rows.count {
                let row = rows[index]
                last = try row.integer(0)
                let finding = try FindingRows.finding(in: row.bytes(4))
                sum.count += 1
                sum.units += try row.count(3)
                tallies.add(
                    severity: try ColumnText.severity(row.count(1)),
                    transition: try ColumnText.transition(row.text(2)),
                    account: finding.account,
                    product: finding.product,
                    control: finding.controls.first
                )
            }
            if rows.count < 1_000 { break }
        }
        sum.counts = tallies.counts
        return sum
    }

    static func item(_ row: Columns) throws -> ItemRow {
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
                notification: row.optionalText(13)
            ),
            subject: Subject(finding: row.integer(14), observation: row.integer(15), problem: row.integer(16))
        )
    }
}
