import GRDB
import GRDBSQLite

/// The number that the system gave with the last error of a file that SQLite has open.
///
/// `sqlite3_system_errno` does not know it when a COMMIT has failed, whose error does not pass where SQLite notes it. The
/// files themselves do (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html, SQLITE_FCNTL_LAST_ERRNO).
enum SystemErrors {
    enum File { case database, log }

    /// - Parameters:
    ///   - db: The connection.
    ///   - files: Whose error is wanted, the likelier one first.
    /// - Returns: errno; 0 when it is not known.
    static func last(_ db: Database, in files: [File]) -> CInt {
        guard let connection = db.sqliteConnection else { return 0 }
        for file in files {
            let number = last(connection, file)
            if number != 0 { return number }
        }
        return sqlite3_system_errno(connection)
    }

    private static func last(_ connection: SQLiteConnection, _ file: File) -> CInt {
        var number: CInt = 0
        switch file {
        case .database: sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &number)
        case .log:
            var log: UnsafeMutablePointer<sqlite3_file>?
            guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK, let log,
                let control = log.pointee.pMethods?.pointee.xFileControl
            else { return 0 }
            _ = control(log, SQLITE_FCNTL_LAST_ERRNO, &number)
        }
        return number
    }
}
