import GRDB
import Store

/// Two looks at a database before anybody is let in, so that whoever starts on a damaged one knows it.
///
/// Opening takes the first, which costs a few milliseconds: what waits is delivered at once after it. The second reads as
/// much as half a second allows, beside the first deliveries. The whole of a large database is checked by
/// `noroshi check --data`.
enum StartCheck {
    /// How long nobody may be let in for the sake of the second look.
    private static let limit = Duration.milliseconds(500)

    /// Reads the first and the last row of each table, and with them the way there from the root.
    ///
    /// - Parameter path: The database, which nobody writes yet.
    /// - Throws: `DatabaseError` when one of them cannot be read.
    static func ends(_ path: String) throws {
        let reader = try Reader(path: path, cacheBytes: 2 << 20, timeout: nil)
        try reader.readHere { db in
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") {
                let keys = try db.primaryKey(table).columns.map(\.quotedDatabaseIdentifier)
                for direction in ["ASC", "DESC"] {
                    let order = keys.map { "\($0) \(direction)" }.joined(separator: ", ")
                    let suffix = order.isEmpty ? "" : " ORDER BY \(order)"
                    _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table.quotedDatabaseIdentifier)\(suffix) LIMIT 1")
                }
            }
        }
        try reader.close()
    }

    /// Reads as much as half a second allows; others may use the database meanwhile.
    ///
    /// - Parameters:
    ///   - path: The database.
    ///   - directory: For the words of an error.
    /// - Returns: What a person should know, if the look was cut short.
    /// - Throws: ``DataDirectoryError`` when something is wrong; `DatabaseError` when nothing can be read.
    static func whole(_ path: String, _ directory: String) throws -> String? {
        let reader = try Reader(path: path, cacheBytes: 8 << 20, timeout: limit)
        do {
            let problems = try reader.readHere { try DataCheck.problems($0, limit: 3) }
            try reader.close()
            guard problems.isEmpty else {
                throw DataDirectoryError(
                    directory,
                    "holds a damaged database (\(problems.joined(separator: "; "))). \(DataCheck.advice(directory))"
                )
            }
            return nil
        } catch is QueryTimeout {
            try reader.close()
            return
                "the database is too large to be checked as a whole at the start; `noroshi check --data \(directory)` "
                + "does that, also while the service runs"
        }
    }
}
