import Findings
import FoundationEssentials
import Store
import Triage

/// What waits in groups, and what became of it.
enum ItemRows {
    /// What became of the items of a finding, by number.
    static func itemStates(of finding: Int64, _ session: Session) throws -> [Int64: ObservationRecord.ItemState] {
        let rows = try session.all(
            """
            SELECT i.number, i.state, i.kind, i.notification, g.due_at FROM waiting_items i
            LEFT JOIN alert_groups g ON g.number = i.grp WHERE i.finding = $1
            """,
            [finding]
        ) { row in
            let state = try ColumnText.itemState(row.count(1))
            return try (
                row.integer(0),
                ObservationRecord.ItemState(
                    state: state,
                    kind: row.text(2),
                    until: state == .waiting ? row.date(4) : nil,
                    notification: row.optionalText(3)
                )
            )
        }
        return Dictionary(rows) { first, _ in first }
    }
}
