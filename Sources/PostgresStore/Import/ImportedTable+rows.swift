import Store

extension ImportedTable {
    /// The names of its columns here, each of the table that `prefix` names.
    func names(of prefix: String = "") -> String {
        columns.map { prefix.isEmpty ? SQLName.quoted($0.name) : "\(prefix).\(SQLName.quoted($0.name))" }
            .joined(separator: ", ")
    }

    /// Some rows as a table: an array for each column.
    var parameters: String {
        "unnest(\(columns.indices.map { "$\($0 + 1)::\(columns[$0].kind.rawValue)[]" }.joined(separator: ", ")))"
    }

    /// What stands for the rows in a statement with ``parameters``.
    func bindings(for rows: [[StoredValue]]) throws -> Bindings {
        var bindings = Bindings()
        for (index, column) in columns.enumerated() {
            try bindings.append(rows.map { $0[index] }, as: column.kind, in: "\(name).\(column.name)")
        }
        return bindings
    }

    /// Reads every row of it.
    func read(_ source: any StoredTables, _ body: ([[StoredValue]]) throws -> Void) throws {
        try source.read(name, columns: columns.map { "\"\($0.source)\"" }, order: order, body)
    }
}
