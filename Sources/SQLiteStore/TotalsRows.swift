import GRDB
import Store
import Triage

/// The table of stored numbers.
enum TotalsRows {
    static func add(_ change: TotalsChange, _ db: Database) throws {
        for (counter, amount) in change.amounts where amount != 0 {
            try db.run(
                "INSERT INTO totals VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                [counter.name, amount]
            )
        }
    }

    static func read(_ db: Database) throws -> Totals {
        var numbers: [String: Int] = [:]
        for row in try db.rows("SELECT name, value FROM totals") { try numbers[row["name"]] = row["value"] }
        return Totals(
            appliedPosition: Int64(numbers["applied_position"] ?? 0),
            lastPosition: try db.integer("SELECT max(position) FROM journal") ?? 0
        ) { numbers[$0] }
    }

    static func appliedPosition(_ db: Database) throws -> Int64 {
        try db.first("SELECT value FROM totals WHERE name = 'applied_position'") { try $0.integer(0) } ?? 0
    }
}
