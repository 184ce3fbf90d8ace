import CSQLite
import GRDB
import GRDBSQLite
import Glibc
import Store

/// Opening a database for writing: whose it is, whether it is whole, whether something is missing, whether it can be
/// written.
struct StoreOpening {
    /// "Noro", in the header of the database (sqlite.org/fileformat2.html, section 1.3.17).
    static let applicationID: Int32 = 0x4E6F_726F
    /// Of the file as a whole; the tables have their migrations.
    static let userVersion = 1

    let connection: DatabaseQueue
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - directory: Locked.
    ///   - options: Sizes.
    /// - Throws: ``DataDirectoryError``; ``UnsafeDatabaseError``; `DatabaseError`, for which ``refusal(_:_:)`` has words.
    init(_ directory: borrowing DataDirectory, _ options: SQLiteStoreOptions) throws {
        let folder = directory.path
        let path = "\(folder)/\(DataDirectory.database)"
        let hadLog = directory.size(of: DataDirectory.log) ?? 0 > 0
        let isNew = directory.size(of: DataDirectory.database) ?? 0 == 0
        try directory.prepareDatabase()
        try StoreOpening.checkAccess(folder)
        // A transaction that was cut short has to be undone first.
        if isNew == false, directory.size(of: "\(DataDirectory.database)-journal") ?? 0 == 0 {
            try StoreOpening.checkHeader(directory, path)
            let reader = try Reader(path: path, cacheBytes: 1 << 20, timeout: nil)
            try reader.readHere { try StoreOpening.checkOwner($0, folder) }
            try reader.close()
        }
        connection = try SQLiteStore.openWriter(path, cacheBytes: options.cacheBytes)
        try connection.read { try StoreOpening.checkOwner($0, folder) }
        if isNew, directory.size(of: DataDirectory.reserve) != nil {
            warnings.append(
                "the database \(DataDirectory.database) is missing from \(folder), where a service has run before: all "
                    + "begins empty. If it lies elsewhere, stop now and put it back, or restore a backup "
                    + "(`noroshi restore --help`)"
            )
        }
        if isNew == false {
            try StartCheck.ends(path)
            if hadLog == false, try connection.read(StoreOpening.isOpen) {
                warnings.append(
                    "the log \(DataDirectory.log) is missing from \(folder), although the service did not end in "
                        + "order: what was accepted last is gone with it, unless another program has moved it into the "
                        + "database. If it lies elsewhere, stop now and put it back"
                )
            }
        }
        let migrator = Schema.migrator()
        if isNew == false, try connection.read(migrator.hasCompletedMigrations) == false {
            // A migration would write over what is left of a damaged one.
            _ = try StartCheck.whole(path, folder)
        }
        try migrator.migrate(connection)
        try connection.read(StoreOpening.readWhatIsNeeded)
        warnings += try connection.read(SilenceRows.problems)
        if let gap = try connection.writeWithoutTransaction(JournalRows.bringBackApplied) { warnings.append(gap) }
        try connection.writeWithoutTransaction { try StoreOpening.noteOpened($0) }
        let version = try connection.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") ?? "" }
        if SQLiteStore.hasResetBug(version) {
            notes.append(
                "SQLite \(version) has the WAL-reset bug, which this store avoids by writing through one connection; "
                    + "3.51.3 is free of it, so do not let another program write to \(path)"
            )
        }
    }

    /// Reads the few rows without which nothing goes on, so that one that cannot be read is told of now.
    private static func readWhatIsNeeded(_ db: Database) throws {
        _ = try TotalsRows.read(db)
        _ = try ClockRows.mark(db)
        _ = try ClockRows.allowance(db)
    }

    /// Notes that the database is open, in its file and not only in the log, so that a log that is missing at the next
    /// start is missed; and finds out whether it can be written.
    private static func noteOpened(_ db: Database) throws {
        let wasOpen = try isOpen(db)
        try db.inTransaction(.immediate) {
            try db.run("INSERT OR REPLACE INTO totals VALUES ('open', 1)")
            try db.run(
                "INSERT INTO totals VALUES ('probes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            )
            return .commit
        }
        if wasOpen == false { try db.checkpoint(.passive) }
    }

    /// Notes that what follows is in the database, and nothing in the log.
    static func noteClosed(_ db: Database) throws { try db.run("INSERT OR REPLACE INTO totals VALUES ('open', 0)") }

    /// Whether closing the last connection leaves the log as it is. SQLite would move it into the database, also when
    /// opening has found it damaged, and when the files have been found to be others: so it does only after
    /// ``Writer/finishLog(_:)``.
    static func keepLog(_ keeps: Bool, _ db: Database) throws {
        let code = noroshi_keep_log_at_close(db.sqliteConnection, keeps ? 1 : 0)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private static func isOpen(_ db: Database) throws -> Bool {
        guard try db.tableExists("totals") else { return false }
        return try db.integer("SELECT value FROM totals WHERE name = 'open'") == 1
    }

    /// What SQLite opens with the rights of this user, each by name.
    private static func checkAccess(_ directory: String) throws(DataDirectoryError) {
        for name in [DataDirectory.database, DataDirectory.log, "noroshi.sqlite-shm"] {
            let path = "\(directory)/\(name)"
            guard access(path, F_OK) == 0, access(path, R_OK | W_OK) != 0 else { continue }
            throw DataDirectoryError(
                directory,
                "holds \(name), which this user cannot read and write",
                systemError: errno
            )
        }
    }

    /// Why a store is not opened, with what to do.
    static func refusal(_ error: DatabaseError, _ directory: String) -> DataDirectoryError {
        let words = error.message ?? "\(error.extendedResultCode)"
        if error.isDamage {
            return DataDirectoryError(directory, "holds a damaged database (\(words)). \(DataCheck.advice(directory))")
        }
        let trouble = error.trouble(systemError: 0)
        return DataDirectoryError(directory, "cannot be used: \(trouble.map { "\($0)" } ?? words)")
    }
}
