import GRDB
import Store

/// A look at a database before it is used, as much of it as half a second allows: whoever starts on a damaged one should
/// know it. The whole of a large one is checked by `noroshi check --data`.
enum StartCheck {
    /// How long the start may take longer.
    private static let limit = Duration.milliseconds(500)
    /// What is mostly read in that time.
    private static let smallBytes = 64 << 20

    /// - Parameters:
    ///   - path: The database, open elsewhere for writing.
    ///   - directory: For the words of an error.
    /// - Returns: What a person should know, if the check was cut short.
    /// - Throws: ``DataDirectoryError`` when something is wrong; `DatabaseError` when nothing can be read.
    static func run(_ path: String, _ directory: String) throws -> String? {
        let reader = try Reader(path: path, cacheBytes: 8 << 20, timeout: limit)
        do {
            let problems = try reader.readHere(problems)
            try reader.close()
            guard problems.isEmpty else {
                throw DataDirectoryError(
                    directory,
                    "holds a damaged database (\(problems.joined(separator: "; "))). \(DataCheck.advice(directory))"
                )
            }
            return nil
        } catch is EvidenceTimeout {
            try reader.close()
            return
                "the database is too large to be checked as a whole at the start; `noroshi check --data \(directory)` "
                + "does that, also while the service runs"
        }
    }

    private static func problems(_ db: Database) throws -> [String] {
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        if pages * pageBytes > smallBytes { try touchEnds(db) }
        return try DataCheck.problems(db, limit: 3)
    }

    /// Reads the first and the last row of each table, and with them the way there from the root.
    private static func touchEnds(_ db: Database) throws {
        for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") {
            let keys = try db.primaryKey(table).columns.map(\.quotedDatabaseIdentifier)
            for direction in ["ASC", "DESC"] {
                let order = keys.map { "\($0) \(direction)" }.joined(separator: ", ")
                let suffix = order.isEmpty ? "" : " ORDER BY \(order)"
                _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table.quotedDatabaseIdentifier)\(suffix) LIMIT 1")
            }
        }
    }
}
