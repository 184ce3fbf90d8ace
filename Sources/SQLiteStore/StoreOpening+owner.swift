import GRDB
import Glibc

extension StoreOpening {
    /// Says in the header whose database it is.
    static func mark(_ db: Database) throws {
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(userVersion)")
    }

    /// Looks at the first bytes before SQLite changes any of them.
    static func checkHeader(_ directory: borrowing DataDirectory, _ path: String) throws(DataDirectoryError) {
        var header = [UInt8](repeating: 0, count: 100)
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw DataDirectoryError(directory.path, "cannot be read", systemError: errno) }
        let count = pread(file, &header, header.count, 0)
        Glibc.close(file)
        guard count == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw DataDirectoryError(
                directory.path,
                "holds \(DataDirectory.database), whose beginning is not that of a database: it is damaged or another "
                    + "file. \(DataCheck.advice(directory.path))"
            )
        }
        let version = header[60..<64].reduce(0) { $0 << 8 | Int32($1) }
        let application = header[68..<72].reduce(0) { $0 << 8 | Int32($1) }
        try check(application: application, version: Int(version), directory.path)
    }

    static func checkOwner(_ db: Database, _ directory: String) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        try check(application: application, version: version, directory)
        let migrator = Schema.migrator()
        guard try migrator.hasBeenSuperseded(db) == false else {
            throw DataDirectoryError(
                directory,
                "was written by a newer version of noroshi: run that one, or a later one"
            )
        }
        // Version 0.1.0 put nothing in the header.
        guard application == 0 else { return }
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        // The table of migrations comes before all others: a power cut may have left it alone.
        let hasMigrations = try db.tableExists("grdb_migrations")
        let isMarked = try migrator.appliedIdentifiers(db).contains("0008 what stands aside")
        guard tables == 0 || hasMigrations && isMarked == false else {
            throw foreign(directory, "it does not say that it is one of noroshi's")
        }
    }

    private static func check(
        application: Int32,
        version: Int,
        _ directory: String
    ) throws(DataDirectoryError) {
        switch (application, version) {
        case (0, 0), (applicationID, userVersion): return
        case (applicationID, _):
            throw DataDirectoryError(
                directory,
                "holds a database of another version of noroshi (user_version \(version), this one reads "
                    + "\(userVersion)): run the version that wrote it, or a later one"
            )
        default: throw foreign(directory, "application_id \(application), user_version \(version)")
        }
    }

    private static func foreign(_ directory: String, _ found: String) -> DataDirectoryError {
        DataDirectoryError(
            directory,
            "holds a \(DataDirectory.database) that is not a database of noroshi (\(found)): choose another directory, or "
                + "move the file away"
        )
    }
}
