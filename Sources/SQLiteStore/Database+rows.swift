import FoundationEssentials
import GRDB

/// Every statement goes through the connection's cache of prepared ones.
extension Database {
    /// Runs a statement whose arguments were put together as text was.
    @_disfavoredOverload
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> StoredRow? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments).map(StoredRow.init)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [StoredRow] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments).map(StoredRow.init)
    }

    /// Rows one by one.
    func cursor(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> StoredRows {
        StoredRows(try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments))
    }

    func integer(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }
}

extension Date {
    /// The date as it is stored in a column.
    var stored: Double { timeIntervalSinceReferenceDate }
}
