/// A cell of a table, whatever its backend makes of it.
package enum StoredValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])
}

/// Tables on their way from one store to another.
package protocol StoredTables: Sendable {
    /// Reads a table whole, some rows at a time; holds its thread up meanwhile.
    ///
    /// - Parameters:
    ///   - table: Its name.
    ///   - columns: Which columns, in this order.
    ///   - order: By which columns the rows are sorted.
    ///   - body: Called with some rows after others, each with a cell for each column.
    /// - Throws: What the body throws, or when the table cannot be read.
    func read(
        _ table: String,
        columns: [String],
        order: [String],
        _ body: ([[StoredValue]]) throws -> Void
    ) throws
}
