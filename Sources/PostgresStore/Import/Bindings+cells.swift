import Store

extension Bindings {
    /// Appends a column of cells.
    ///
    /// - Throws: ``ImportRefusal/misplaced(_:)`` when one does not belong in the column.
    mutating func append(
        _ cells: [StoredValue],
        as kind: ImportedTable.Kind,
        in column: String
    ) throws {
        func values<Value>(_ read: (StoredValue) -> Value?) throws -> [Value?] {
            try cells.map { cell in
                if case .null = cell { return nil }
                guard let value = read(cell) else { throw ImportRefusal.misplaced(column) }
                return value
            }
        }
        switch kind {
        case .bigint:
            append(try values { if case .integer(let number) = $0 { number } else { nil } })
        case .float8:
            append(
                try values { cell -> Double? in
                    switch cell {
                    case .real(let number): number
                    case .integer(let number): Double(number)
                    default: nil
                    }
                }
            )
        case .text:
            append(
                try values { cell -> String? in
                    switch cell {
                    case .text(let text): text
                    // A fingerprint that is a number there.
                    case .integer(let number): String(number)
                    default: nil
                    }
                }
            )
        case .bytea:
            append(
                try values { cell -> Blob? in
                    switch cell {
                    case .bytes(let bytes): Blob(bytes)
                    case .text(let text): Blob(Array(text.utf8))
                    default: nil
                    }
                }
            )
        case .bool:
            append(try values { if case .integer(let number) = $0 { number != 0 } else { nil } })
        }
    }
}
