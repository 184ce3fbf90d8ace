import ArgumentParser
import Findings
import SQLiteStore

/// What `noroshi check --data` says of a data directory.
struct DataReport {
    /// How many problems of a table are printed.
    private static let shown = 3

    let directory: String
    private let check: DataCheck

    /// Reads the whole database; the service may run meanwhile.
    init(directory: String) throws {
        self.directory = directory
        do {
            check = try DataCheck(file: "\(directory)/noroshi.sqlite")
        } catch {
            StandardError.write("noroshi check: \(error)")
            throw ExitCode.failure
        }
    }

    /// Prints the report.
    ///
    /// - Throws: `ExitCode.failure` when the database is damaged.
    func show(_ format: OutputFormat) throws {
        switch format {
        case .json: print(json.text)
        case .text: print(text)
        }
        if check.problems.isEmpty == false { throw ExitCode.failure }
    }

    private var json: JSONValue {
        [
            "whole": .bool(check.problems.isEmpty),
            "problems": .array(check.problems.map { .string($0) }),
            "tables": .array(
                check.tables.map { table in
                    [
                        "name": .string(table.name), "readableRows": .integer(table.readable),
                        "whole": .bool(table.isWhole), "problems": .array(table.problems.map { .string($0) }),
                    ]
                }
            ),
        ]
    }

    private var text: String {
        guard check.problems.isEmpty == false else {
            let rows = check.tables.reduce(0) { $0 + $1.readable }
            return "\(directory) is whole: \(check.tables.count) tables with \(rows) rows."
        }
        let names = check.damaged.map(\.name)
        let place =
            switch names.count {
            case 0: ""
            case 1: ", in the table \(names[0])"
            default: ", in the tables \(names.joined(separator: ", "))"
            }
        var lines = ["\(directory) is damaged\(place):"]
        lines += problems.map { "  \($0)" }
        if check.tables.isEmpty {
            lines.append("Not even the list of its tables can be read.")
        } else {
            lines += ["What can be read of it:"]
            lines += check.tables.map { "  \($0.name): \(DataReport.words(for: $0))" }
        }
        lines += [
            "What to do:",
            "  1. Stop the service, and keep a copy of the whole directory.",
            "  2. With a backup: noroshi restore \(directory) --from FILE --replace",
            "  3. Without one: 'sqlite3 \(directory)/noroshi.sqlite .recover' writes what can be read as SQL. When only"
                + " indices are named above, 'sqlite3 \(directory)/noroshi.sqlite REINDEX' repairs them.",
            "  4. To begin anew: noroshi serve --data with another directory. Sources that were answered 503 send again;"
                + " what was accepted and not delivered is in the damaged copy only.",
        ]
        return lines.joined(separator: "\n")
    }

    /// The first problems of each table: one page that is gone may make a hundred.
    private var problems: [String] {
        let ofTables = check.damaged.flatMap { table in
            let more = table.problems.count - DataReport.shown
            return table.problems.prefix(DataReport.shown).map { "\(table.name): \($0)" }
                + (more > 0 ? ["\(table.name): and \(more) more"] : [])
        }
        let others = check.problems.filter { line in
            check.damaged.contains { line.hasPrefix("\($0.name): ") } == false
        }
        return ofTables + others
    }

    private static func words(for table: DataCheck.Table) -> String {
        let rows = table.readable == 1 ? "1 row" : "\(table.readable) rows"
        if table.isWhole { return table.problems.isEmpty ? rows : "all \(rows); what is damaged is not a row of it" }
        return table.readable == 0 ? "nothing" : "\(rows), and no more after a damaged place"
    }
}
