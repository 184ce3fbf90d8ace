import GRDB
import GRDBSQLite
import Glibc

/// What a parameter of a statement takes.
protocol BoundValue {
    /// Gives it to the parameter at an index, from 1.
    ///
    /// - Returns: A result code of SQLite.
    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt
}

extension Int: BoundValue {
    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt {
        sqlite3_bind_int64(statement, index, Int64(self))
    }
}

extension Int64: BoundValue {
    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt { sqlite3_bind_int64(statement, index, self) }
}

extension Double: BoundValue {
    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt { sqlite3_bind_double(statement, index, self) }
}

extension Bool: BoundValue {
    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }
}

extension String: BoundValue {
    /// Up to a NUL, where GRDB ends what it binds and reads as well.
    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt {
        var text = self
        return text.withUTF8 { bytes in
            // No address would be NULL, and not an empty text.
            guard let start = bytes.baseAddress, bytes.isEmpty == false else {
                return sqlite3_bind_text(statement, index, "", 0, transient)
            }
            let length = memchr(start, 0, bytes.count).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                let count = UInt64(length ?? bytes.count)
                return sqlite3_bind_text64(statement, index, $0, count, transient, UInt8(SQLITE_UTF8))
            }
        }
    }
}

/// Bytes go to SQLite as they are.
struct Blob: BoundValue {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func bind(into statement: SQLiteStatement, at index: CInt) -> CInt {
        guard bytes.isEmpty == false else { return sqlite3_bind_zeroblob(statement, index, 0) }
        return bytes.withUnsafeBytes {
            sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), transient)
        }
    }
}

/// SQLITE_TRANSIENT, a macro that Swift cannot import: SQLite copies.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
