import Findings
import FoundationEssentials
import GRDB
import GRDBSQLite

/// The values of a statement's parameters, in their order.
///
/// GRDB checks, copies and keeps a statement's arguments, and looks rows up by their columns' names; for statements that
/// run several times for each finding that is most of their cost. Statements, transactions and errors stay GRDB's.
struct Bindings: ExpressibleByArrayLiteral {
    private let values: [(any StatementBinding)?]

    init(arrayLiteral elements: (any StatementBinding)?...) { values = elements }

    private init(_ values: [(any StatementBinding)?]) { self.values = values }

    static func + (left: Bindings, right: Bindings) -> Bindings { Bindings(left.values + right.values) }

    fileprivate func bind(to statement: Statement, _ db: Database) throws {
        let raw = statement.sqliteStatement
        guard Int(sqlite3_bind_parameter_count(raw)) == values.count else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "\(values.count) values", sql: statement.sql)
        }
        for (index, value) in zip(CInt(1)..., values) {
            let code = value.map { $0.bind(to: raw, at: index) } ?? sqlite3_bind_null(raw, index)
            guard code == SQLITE_OK else { throw db.failure(code, statement) }
        }
    }
}

/// The columns of the row that a statement stands at, by their places.
///
/// SQLite makes a number of a text and a text of bytes without a word; here a value of another kind is an error.
struct Columns {
    fileprivate let raw: SQLiteStatement

    func isNull(_ place: Int32) -> Bool { sqlite3_column_type(raw, place) == SQLITE_NULL }

    /// The number, 0 when the column is NULL.
    func integer(_ place: Int32) throws -> Int64 {
        try expect(place, (SQLITE_INTEGER, SQLITE_NULL))
        return sqlite3_column_int64(raw, place)
    }

    func count(_ place: Int32) throws -> Int { Int(try integer(place)) }

    func moment(_ place: Int32) throws -> Date {
        try expect(place, (SQLITE_FLOAT, SQLITE_INTEGER))
        return try Date(stored: sqlite3_column_double(raw, place))
    }

    /// The date of a column, `nil` when it is NULL.
    func date(_ place: Int32) throws -> Date? { isNull(place) ? nil : try moment(place) }

    /// The text, empty when the column is NULL.
    func text(_ place: Int32) throws -> String {
        try expect(place, (SQLITE_TEXT, SQLITE_NULL))
        guard let bytes = sqlite3_column_text(raw, place) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(raw, place))),
            as: UTF8.self
        )
    }

    private func expect(_ place: Int32, _ kinds: (CInt, CInt)) throws {
        let kind = sqlite3_column_type(raw, place)
        guard kind != kinds.0, kind != kinds.1 else { return }
        let name = sqlite3_column_name(raw, place).map { String(cString: $0) } ?? "\(place)"
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
        var value: Value?
        try step(sql, bindings) { columns in
            value = try read(columns)
            return true
        }
        return value
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

    /// Steps until there are no more rows, or until `visit` has seen enough.
    private func step(_ sql: String, _ bindings: Bindings, _ visit: (Columns) throws -> Bool) throws {
        let statement = try cachedStatement(sql: sql)
        let raw = statement.sqliteStatement
        sqlite3_reset(raw)
        defer {
            // Values and locks must not outlive the run; what went wrong has been said by the step.
            sqlite3_reset(raw)
            sqlite3_clear_bindings(raw)
        }
        try bindings.bind(to: statement, self)
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

/// Bytes go to SQLite as they are.
struct Blob: StatementBinding {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func bind(to sqliteStatement: SQLiteStatement, at index: CInt) -> CInt {
        guard bytes.isEmpty == false else { return sqlite3_bind_zeroblob(sqliteStatement, index, 0) }
        // SQLITE_TRANSIENT, a macro that Swift cannot import: SQLite copies.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return bytes.withUnsafeBytes {
            sqlite3_bind_blob64(sqliteStatement, index, $0.baseAddress, UInt64($0.count), transient)
        }
    }
}
