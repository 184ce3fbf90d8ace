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
        /// What is wrong with it or with an index of it, in SQLite's words; empty when nothing is.
        package var problems: [String]
    }

    /// In SQLite's words, at most a hundred, with the table where it is known; empty when the database is whole.
    package private(set) var problems: [String] = []
    /// Every table, by name; empty when not even their list can be read.
    package private(set) var tables: [Table] = []

    /// The tables that are damaged, or an index of theirs.
    package var damaged: [Table] { tables.filter { $0.problems.isEmpty == false || $0.isWhole == false } }

    /// Reads the whole database.
    ///
    /// - Parameter file: The database's file.
    /// - Throws: ``DataDirectoryError`` when there is none.
    package init(file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw DataDirectoryError(file, "does not exist or cannot be seen: there is no database there")
        }
        var general: [String] = []
        do {
            let reader = try Reader(path: file, cacheBytes: 32 << 20, timeout: nil)
            general = try reader.readHere { try DataCheck.problems($0, limit: 100) }
            try reader.close()
        } catch let error as DatabaseError {
            general = [DataCheck.words(error)]
        }
        let isSound = general.isEmpty
        do {
            let reader = try Reader(path: file, cacheBytes: 32 << 20, timeout: nil, takesWhatIsLeft: isSound == false)
            tables = try DataCheck.tables(reader, isSound: isSound)
            try reader.close()
        } catch let error as DatabaseError {
            let words = DataCheck.words(error)
            if general.contains(words) == false { general.append(words) }
        }
        if general.isEmpty, tables.contains(where: { $0.name == "journal" }) == false {
            general.append(tables.isEmpty ? "there is nothing in it" : "it is not a database of noroshi")
        }
        // The whole check ends at the first page that it cannot read, and does not say whose it is; those of the tables do.
        let named = tables.flatMap { table in table.problems.map { "\(table.name): \($0)" } }
        let known = Set(tables.flatMap(\.problems))
        let others = general.filter { known.contains($0) == false }
        let lost = others.filter { $0.hasSuffix("is never used") }
        problems = Array((named + others.filter { lost.contains($0) == false }).prefix(100))
        // What a damaged page led to; one line for each would hide all else.
        if lost.isEmpty == false { problems.append("\(lost.count) pages or more belong to nothing that can be read") }
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
        Array(problems(in: try String.fetchAll(db, sql: "PRAGMA integrity_check(\(limit))")).prefix(limit))
    }

    private static func tables(_ reader: Reader, isSound: Bool) throws -> [Table] {
        let names = try reader.readOutsideTransaction { db in
            try String.fetchAll(
                db,
                sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        }
        // Each by itself: after a damaged page the transaction that met it cannot be ended as if nothing had been.
        return try names.map { name in
            var table = Table(name: name, readable: 0, isWhole: false, problems: [])
            do {
                try reader.readOutsideTransaction { try count(&table, $0) }
                table.isWhole = true
            } catch let error as DatabaseError {
                table.problems = [words(error)]
            }
            if isSound == false { try reader.readOutsideTransaction { try check(&table, $0) } }
            return table
        }
    }

    /// Reads the table row by row, so that what stands before a damaged place is counted.
    private static func count(_ table: inout Table, _ db: Database) throws {
        let name = table.name.quotedDatabaseIdentifier
        let isByKey = try Bool.fetchOne(
            db,
            sql: "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?",
            arguments: [table.name]
        )
        // `NOT INDEXED` alone lets SQLite read a table WITHOUT ROWID from an index that has all of its columns.
        let keys = isByKey == true ? try db.primaryKey(table.name).columns.map(\.quotedDatabaseIdentifier) : []
        let order = keys.isEmpty ? "" : " ORDER BY \(keys.joined(separator: ", "))"
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(name) NOT INDEXED\(order)")
        while try rows.next() != nil { table.readable += 1 }
    }

    /// What SQLite's own check says of the table and its indices, up to where it ends.
    private static func check(_ table: inout Table, _ db: Database) throws {
        var lines: [String] = []
        do {
            let name = table.name.quotedDatabaseIdentifier
            let found = try String.fetchCursor(db, sql: "PRAGMA integrity_check(\(name))")
            while let line = try found.next() { lines.append(line) }
        } catch let error as DatabaseError {
            lines.append(words(error))
        }
        table.problems =
            table.problems + problems(in: lines).filter { [before = table.problems] in before.contains($0) == false }
    }

    private static func words(_ error: DatabaseError) -> String { error.message ?? "\(error.extendedResultCode)" }

    /// The problems in the answer of an integrity check.
    private static func problems(in lines: [String]) -> [String] {
        guard lines != ["ok"] else { return [] }
        return lines.flatMap { $0.split(separator: "\n").map(String.init) }
            .filter { $0.hasPrefix("*** in database") == false }
    }
}
