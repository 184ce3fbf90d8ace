import GRDB
package import Store

extension SQLiteStore: StoredTables {
    /// How many rows are handed on together, and how large they may be.
    private static let rowsAtOnce = 1_000
    private static let bytesAtOnce = 4 << 20

    package func read(
        _ table: String,
        columns: [String],
        order: [String],
        _ body: ([[StoredValue]]) throws -> Void
    ) throws {
        // On the connection of the pipeline, which nobody else uses while tables are moved: the directory is locked.
        try pipeline.readHere { db in
            let cursor = try db.cursor(
                "SELECT \(columns.joined(separator: ", ")) FROM \(table) ORDER BY \(order.joined(separator: ", "))"
            )
            var rows: [[StoredValue]] = []
            var size = 0
            while let row = try cursor.next() {
                rows.append(row.cells.map { StoredValue($0, &size) })
                guard rows.count >= Self.rowsAtOnce || size >= Self.bytesAtOnce else { continue }
                try body(rows)
                (rows, size) = ([], 0)
            }
            if rows.isEmpty == false { try body(rows) }
        }
    }

    /// How many numbers were given out in a table, those of rows that are gone among them.
    package func numbersGiven(in table: String) throws -> Int64 {
        try pipeline.readHere { db in
            try db.first("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]) { try $0.integer(0) } ?? 0
        }
    }
}

extension StoredValue {
    fileprivate init(_ value: DatabaseValue, _ size: inout Int) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text):
            size += text.utf8.count
            self = .text(text)
        case .blob(let data):
            size += data.count
            self = .bytes(Array(data))
        }
    }
}
