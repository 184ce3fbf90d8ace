import Findings
import FoundationEssentials
import GRDB
import GRDBSQLite

/// The values of a statement's parameters, in their order.
///
/// GRDB checks, copies and keeps a statement's arguments, and looks rows up by their columns' names; for statements that
/// run several times for each finding that is most of their cost. Statements, transactions and errors stay GRDB's.
struct Bindings: ExpressibleByArrayLiteral {
    private let values: [(any BoundValue)?]

    init(arrayLiteral elements: (any BoundValue)?...) { values = elements }

    private init(_ values: [(any BoundValue)?]) { self.values = values }

    static func + (left: Bindings, right: Bindings) -> Bindings { Bindings(left.values + right.values) }

    fileprivate func bind(to statement: Statement, _ db: Database) throws {
        let raw = statement.sqliteStatement
        guard Int(sqlite3_bind_parameter_count(raw)) == values.count else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "\(values.count) values", sql: statement.sql)
        }
        // By index, since an iterator would copy each value.
        for place in values.indices {
            let index = CInt(place + 1)
            let code = values[place]?.bind(into: raw, at: index) ?? sqlite3_bind_null(raw, index)
            guard code == SQLITE_OK else { throw db.failure(code, statement) }
        }
    }
}

/// The columns of the row that a statement stands at, by their places.
///
/// SQLite makes a number of a text and a text of bytes without a word; here a value of another kind is an error.
struct Columns {
    fileprivate let raw: SQLiteStatement

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }

    /// The number, 0 when the column is NULL.
    func integer(_ column: Int32) throws -> Int64 {
        try expect(column, (SQLITE_INTEGER, SQLITE_NULL))
        return sqlite3_column_int64(raw, column)
    }

    func count(_ column: Int32) throws -> Int { Int(try integer(column)) }

    func moment(_ column: Int32) throws -> Date {
        try expect(column, (SQLITE_FLOAT, SQLITE_INTEGER))
        return try Date(stored: sqlite3_column_double(raw, column))
    }

    /// The date of a column, `nil` when it is NULL.
    func date(_ column: Int32) throws -> Date? { isNull(column) ? nil : try moment(column) }

    /// The text, empty when the column is NULL.
    func text(_ column: Int32) throws -> String {
        try expect(column, (SQLITE_TEXT, SQLITE_NULL))
        guard let bytes = sqlite3_column_text(raw, column) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(raw, column))),
            as: UTF8.self
        )
    }

    /// The text, `nil` when the column is NULL.
    func optionalText(_ column: Int32) throws -> String? { isNull(column) ? nil : try text(column) }

    /// The bytes of a text or blob, `nil` when the column is NULL.
    func bytes(_ column: Int32) throws -> [UInt8]? {
        guard isNull(column) == false else { return nil }
        try expect(column, (SQLITE_BLOB, SQLITE_TEXT))
        guard let start = sqlite3_column_blob(raw, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column))))
    }

    private func expect(_ column: Int32, _ kinds: (CInt, CInt)) throws {
        let kind = sqlite3_column_type(raw, column)
        guard kind != kinds.0, kind != kinds.1 else { return }
        let name = sqlite3_column_name(raw, column).map { String(cString: $0) } ?? "\(column)"
        throw StoredFormError("the column \(name) holds what does not belong there")
    }
}

extension Database {
    /// Runs a statement to its end.
    func run(_ sql: String, _ bindings: Bindings = []) throws {
        try step(sql, bindings) { _ in false }
    }

    /// What `read` makes of the first row, `nil` when there is none.
    func first<Value>(_ sql: String, _ bindings: Bindings = [], _ read: (Columns) throws -> Value) throws -> Value? {
        try prepared(sql).first(bindings, read)
    }

    /// What `read` makes of every row.
    func all<Value>(_ sql: String, _ bindings: Bindings = [], _ read: (Columns) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        try step(sql, bindings) { columns in
            values.append(try read(columns))
            return false
        }
        return values
    }

    /// What `read` makes of the first rows, until it makes nothing of one.
    func prefix<Value>(_ sql: String, _ bindings: Bindings, _ read: (Columns) throws -> Value?) throws -> [Value] {
        var values: [Value] = []
        try step(sql, bindings) { columns in
            guard let value = try read(columns) else { return true }
            values.append(value)
            return false
        }
        return values
    }

    /// The same with arguments that were put together as text was.
    @_disfavoredOverload
    func all<Value>(
        _ sql: String,
        _ arguments: StatementArguments,
        _ read: (Columns) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        let statement = try cachedStatement(sql: sql)
        try step(statement) {
            try statement.setArguments(arguments)
        } visit: { columns in
            values.append(try read(columns))
            return false
        }
        return values
    }

    /// The statement, to be run several times in a row: to find it by its text takes a tenth of what it does.
    func prepared(_ sql: String) throws -> PreparedStatement {
        PreparedStatement(statement: try cachedStatement(sql: sql), db: self)
    }

    private func step(_ sql: String, _ bindings: Bindings, _ visit: (Columns) throws -> Bool) throws {
        try step(cachedStatement(sql: sql), bindings, visit)
    }

    fileprivate func step(_ statement: Statement, _ bindings: Bindings, _ visit: (Columns) throws -> Bool) throws {
        try step(statement, bind: { try bindings.bind(to: statement, self) }, visit: visit)
    }

    /// Steps until there are no more rows, or until `visit` has seen enough.
    private func step(_ statement: Statement, bind: () throws -> Void, visit: (Columns) throws -> Bool) throws {
        let raw = statement.sqliteStatement
        sqlite3_reset(raw)
        defer {
            // Values and locks must not outlive the run; what went wrong has been said by the step.
            sqlite3_reset(raw)
            sqlite3_clear_bindings(raw)
        }
        try bind()
        while true {
            switch sqlite3_step(raw) {
            case SQLITE_DONE: return
            case SQLITE_ROW: if try visit(Columns(raw: raw)) { return }
            case let code: throw failure(code, statement)
            }
        }
    }

    fileprivate func failure(_ code: CInt, _ statement: Statement) -> DatabaseError {
        let message = sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
}

/// A statement of one connection; to be used where it was made, before anything else is done with the same text.
struct PreparedStatement {
    fileprivate let statement: Statement
    fileprivate let db: Database

    /// Runs it to its end.
    func run(_ bindings: Bindings) throws {
        try db.step(statement, bindings) { _ in false }
    }

    /// What `read` makes of the first row, `nil` when there is none.
    func first<Value>(_ bindings: Bindings, _ read: (Columns) throws -> Value) throws -> Value? {
        var value: Value?
        try db.step(statement, bindings) { columns in
            value = try read(columns)
            return true
        }
        return value
    }
}
