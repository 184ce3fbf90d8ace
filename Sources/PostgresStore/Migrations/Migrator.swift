import Triage

/// Brings a schema up to what this program needs; several programs may begin at once.
enum Migrator {
    /// - Parameters:
    ///   - schema: Its name.
    ///   - session: A connection that may make tables there, and the schema when it is missing.
    ///   - migrations: All that the program knows.
    /// - Throws: ``DatabaseTooNew``, ``MissingGrant``, or ``PostgresError``; nothing is changed then.
    static func migrate(
        _ schema: String,
        _ session: Session,
        _ migrations: [Schema.Migration] = Schema.migrations
    ) throws {
        let name = SQLName.quoted(schema)
        // Whoever comes second waits here, and finds everything done.
        try session.script(
            "BEGIN; SET LOCAL client_min_messages TO warning; SELECT pg_advisory_xact_lock(\(Fingerprint.word(of: "noroshi schema \(schema)")))"
        )
        do {
            if let missing = try MissingGrant(schema, session) { throw missing }
            let isThere = try session.first("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]) { _ in true }
            // Asked first, since making one asks for a right that is not needed where there is one.
            if isThere == nil { try session.script("CREATE SCHEMA \(name)") }
            try session.script(
                """
                SET LOCAL search_path TO \(name);
                CREATE TABLE IF NOT EXISTS schema_migrations(
                    number bigint PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),
                    needs bigint);
                """
            )
            let hasNeeds = try session.first(
                "SELECT 1 FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attname = 'needs'"
            ) { _ in true }
            // Asked first, since only the owner of a table may change it.
            if hasNeeds == nil { try session.script("ALTER TABLE schema_migrations ADD COLUMN needs bigint") }
            var known: [Int64: Int64?] = [:]
            let rows = try session.all("SELECT number, needs FROM schema_migrations") { row in
                try (number: row.integer(0), needs: row.optionalInteger(1))
            }
            for row in rows { known.updateValue(row.needs, forKey: row.number) }
            let newest = migrations.last?.number ?? 0
            // One that does not say whom it lets run beside it lets nobody.
            if let tooNew = known.filter({ $0.key > newest && ($0.value ?? $0.key) > newest }).keys.max() {
                throw DatabaseTooNew(schema: schema, migration: tooNew)
            }
            for migration in migrations where known.keys.contains(migration.number) == false {
                try session.script(migration.sql)
                try session.run(
                    "INSERT INTO schema_migrations(number, name, needs) VALUES ($1, $2, $3)",
                    [migration.number, migration.name, migration.needs]
                )
            }
            try session.script("COMMIT")
        } catch {
            if (error as? PostgresError)?.endsConnection != true { try session.script("ROLLBACK") }
            throw error
        }
    }
}

/// A later version of the program has changed the tables so that this one cannot run beside it.
package struct DatabaseTooNew: Error, Hashable, CustomStringConvertible {
    package var schema: String
    package var migration: Int64

    package var description: String {
        "the schema \(schema) was changed by a later version of noroshi (migration \(migration)): run that version"
    }
}
