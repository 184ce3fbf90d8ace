import FoundationEssentials
import GRDB

/// Every statement goes through the connection's cache of prepared ones.
extension Database {
    /// Runs a statement whose arguments were put together as text was.
    @_disfavoredOverload
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }

    /// Rows one by one; an element is valid until the next one is asked for.
    func cursor(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> RowCursor {
        try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    }

    func integer(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }
}

extension Row {
    /// The date of a column; `nil` when it is NULL.
    func date(_ column: String) -> Date? {
        (self[column] as Double?).map { Date(timeIntervalSinceReferenceDate: $0) }
    }

    /// The date of a column that is never NULL.
    func moment(_ column: String) -> Date { Date(timeIntervalSinceReferenceDate: self[column] as Double) }

    /// The same, for the column at a place.
    func moment(_ column: Int) -> Date { Date(timeIntervalSinceReferenceDate: self[column] as Double) }

    func bytes(_ column: String) -> [UInt8] { (self[column] as Data?).map { Array($0) } ?? [] }
}

extension Date {
    /// The date as it is stored in a column.
    var stored: Double { timeIntervalSinceReferenceDate }
}
