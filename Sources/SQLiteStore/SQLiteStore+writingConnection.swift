import GRDB

extension SQLiteStore {
    /// Opens the writing connection so that a commit is on the disk when it returns.
    ///
    /// GRDB's WAL mode ends with `synchronous = NORMAL`, under which a power cut undoes commits, so that FULL is set
    /// after opening and read back.
    static func openWriter(_ path: String, cacheBytes: Int) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.label = "noroshi.store.writer"
        // Takes effect in a new database only. A journal entry is mostly larger than half a page of the usual 4 KiB, so
        // that each would take, sum and write a whole one.
        configuration.prepareDatabase { db in
            SQLFunctions.add(to: db)
            try db.execute(sql: "PRAGMA page_size = 8192")
        }
        let connection = try DatabaseQueue(path: path, configuration: configuration)
        try connection.writeWithoutTransaction { db in
            try StoreOpening.keepLog(true, db)
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // What savepoints keep, instead of a file that every commit would write and nobody reads.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = -\(cacheBytes / 1024)")
            let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            guard level == 2 else { throw UnsafeDatabaseError(level: level) }
        }
        return connection
    }
}
