import FoundationEssentials
import GRDB

/// What is wrong with a database, and what can be saved: for a person with a damaged one, also while the service runs.
package struct DataCheck: Sendable, Hashable {
    package struct Table: Sendable, Hashable {
        package var name: String
        /// Rows that can be read, up to the first damaged place.
        package var readable: Int
        /// Whether all of them can be.
        package var isWhole: Bool
    }

    /// In SQLite's words, at most a hundred; empty when the database is whole.
    package private(set) var problems: [String] = []
    package private(set) var tables: [Table] = []

    /// Reads the whole database.
    ///
    /// - Parameter file: The database's file.
    /// - Throws: ``DataDirectoryError`` when there is none.
    package init(file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw DataDirectoryError(file, "does not exist or cannot be seen: there is no database there")
        }
        do {
            let reader = try Reader(path: file, cacheBytes: 32 << 20, timeout: nil)
            do {
                problems = try reader.readHere { try DataCheck.problems($0, limit: 100) }
            } catch let error as DatabaseError {
                problems = [error.message ?? "\(error.extendedResultCode)"]
            }
            tables = try reader.readHere(DataCheck.tables)
            try reader.close()
        } catch let error as DatabaseError {
            let words = error.message ?? "\(error.extendedResultCode)"
            if problems.contains(words) == false { problems.append(words) }
        }
    }

    /// What to do about a damaged database.
    static func advice(_ directory: String) -> String {
        "`noroshi check --data \(directory)` says what can be saved, and `noroshi restore \(directory) --from FILE` puts a "
            + "backup in its place"
    }

    /// - Parameters:
    ///   - db: The connection.
    ///   - limit: How many problems are enough.
    /// - Returns: Empty when the database is whole.
    /// - Throws: `DatabaseError` when it cannot even be checked.
    static func problems(_ db: Database, limit: Int) throws -> [String] {
        let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(limit))")
        guard lines != ["ok"] else { return [] }
        return lines.flatMap { $0.split(separator: "\n").map(String.init) }
            .filter { $0.hasPrefix("*** in database") == false }.prefix(limit).map { $0 }
    }

    private static func tables(_ db: Database) throws -> [Table] {
        let names = try String.fetchAll(
            db,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return names.map { name in
            var count = 0
            do {
                // Row by row, so that what stands before a damaged place is counted.
                let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(name.quotedDatabaseIdentifier) NOT INDEXED")
                while try rows.next() != nil { count += 1 }
                return Table(name: name, readable: count, isWhole: true)
            } catch {
                return Table(name: name, readable: count, isWhole: false)
            }
        }
    }
}
