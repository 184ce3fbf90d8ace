import Triage

/// Brings a schema up to what this program needs; several programs may begin at once.
enum Migrator {
    /// - Parameters:
    ///   - schema: Its name.
    ///   - session: A connection that may make tables there, and the schema when it is missing.
    /// - Throws: ``DatabaseTooNew``, ``MissingGrant``, or ``PostgresError``; nothing is changed then.
    static func migrate(_ schema: String, _ session: Session) throws {
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
                    number bigint PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
                """
            )
            let known = Set(try session.all("SELECT number FROM schema_migrations") { try $0.integer(0) })
            if let newest = known.max(), newest > Schema.migrations.last?.number ?? 0 {
                throw DatabaseTooNew(schema: schema, migration: newest)
            }
            for migration in Schema.migrations where known.contains(migration.number) == false {
                try session.script(migration.sql)
                try session.run(
                    "INSERT INTO schema_migrations(number, name) VALUES ($1, $2)",
                    [migration.number, migration.name]
                )
            }
            try session.script("COMMIT")
        } catch {
            if (error as? PostgresError)?.endsConnection != true { try session.script("ROLLBACK") }
            throw error
        }
    }
}

/// A later version of the program has changed the tables.
package struct DatabaseTooNew: Error, Hashable, CustomStringConvertible {
    package var schema: String
    package var migration: Int64

    package var description: String {
        "the schema \(schema) was changed by a later version of noroshi (migration \(migration)): run that version"
    }
}
