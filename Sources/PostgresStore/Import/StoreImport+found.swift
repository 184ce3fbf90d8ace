import Store

extension StoreImport {
    /// What was moved before, cell by cell what the source holds.
    ///
    /// - Parameters:
    ///   - source: The embedded store.
    ///   - session: In a transaction, on a database in which no node has worked since.
    /// - Returns: `nil` where the database holds anything else.
    /// - Throws: What reading throws.
    static func found(_ source: any StoredTables, _ session: Session) throws -> StoreImport? {
        // The tables are new, so that the server knows nothing of how large they are.
        session.later(
            """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true)
            """
        )
        var result = StoreImport()
        for table in ImportedTable.all + [.journal] {
            let keys = table.columns.filter { table.order.contains($0.source) }.map { SQLName.quoted($0.name) }
            let sql = """
                SELECT count(*) FROM \(table.name) t
                JOIN \(table.parameters) AS u(\(table.names())) ON \(keys.map { "t.\($0) = u.\($0)" }.joined(separator: " AND "))
                WHERE (\(table.names(of: "t"))) IS NOT DISTINCT FROM (\(table.names(of: "u")))
                """
            var (read, equal) = (0, 0)
            try table.read(source) { rows in
                equal += Int(try session.integer(sql, table.bindings(for: rows)) ?? 0)
                read += rows.count
            }
            let stored = Int(try session.integer("SELECT count(*) FROM \(table.name)") ?? 0)
            guard equal == read, stored == read else { return nil }
            result.rows.append((table.name, stored))
        }
        return result
    }
}
