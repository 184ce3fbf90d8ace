import Triage

/// Brings a schema up to what this program needs; several programs may begin at once.
enum Migrator {
    /// - Parameters:
    ///   - schema: Its name.
    ///   - session: A connection that may make tables there, and the schema when it is missing.
    ///   - migrations: All that the program knows.
    ///   - gone: Nodes that are taken for gone, each with the beat at which it stands; they lose what they hold where they do
    ///     not know what a new migration needs.
    /// - Throws: ``DatabaseTooNew``, ``OlderNodes``, ``MissingGrant``, or ``PostgresError``; nothing is changed then.
    static func migrate(
        _ schema: String,
        _ session: Session,
        _ migrations: [Schema.Migration] = Schema.migrations,
        gone: [Int64: Int64] = [:]
    ) throws {
        let name = SQLName.quoted(schema)
        // Whoever comes second waits here, and finds everything done.
        try session.script(
            "BEGIN; SET LOCAL client_min_messages TO warning; SELECT pg_advisory_xact_lock(\(key(schema)))"
        )
        do {
            if let missing = try MissingGrant(schema, session) { throw missing }
            let isThere = try session.first("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]) { _ in true }
            // Asked first, since making one asks for a right that is not needed where there is one.
            if isThere == nil { try session.script("CREATE SCHEMA \(name)") }
            try session.script(
                """
                SET LOCAL search_path TO \(name);
                SET LOCAL lock_timeout TO '\(patience)ms';
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
            try refuse(schema, knowing: migrations.last?.number ?? 0, session)
            let known = Set(try session.all("SELECT number FROM schema_migrations") { try $0.integer(0) })
            let missing = migrations.filter { known.contains($0.number) == false }
            if known.isEmpty == false, let needed = missing.map(\.needs).max() {
                try OlderNodes.refuse(knowingLessThan: needed, gone: gone, session)
            }
            for migration in missing {
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

    /// How long a change waits for who uses a table, in milliseconds: whoever comes after it waits behind it, be it only to read.
    private static let patience = 2_000

    private static func key(_ schema: String) -> Int64 { Fingerprint.word(of: "noroshi schema \(schema)") }

    /// Waits until nobody changes the tables, and keeps everybody from it until the transaction ends.
    ///
    /// - Parameters:
    ///   - schema: Its name.
    ///   - session: In a transaction that has read nothing of what programs know.
    ///   - isShared: Whether others may do the same meanwhile.
    static func lock(_ schema: String, _ session: Session, isShared: Bool) {
        session.later("SELECT pg_advisory_xact_lock\(isShared ? "_shared" : "")($1)", [key(schema)])
    }

    /// Looks whether the tables let a program work on them.
    ///
    /// - Parameters:
    ///   - schema: Its name.
    ///   - newest: The last migration that the program knows.
    ///   - session: In a transaction that holds ``lock(_:_:isShared:)``.
    /// - Throws: ``DatabaseTooNew`` when they do not; ``PostgresError``.
    static func refuse(_ schema: String, knowing newest: Int64, _ session: Session) throws {
        // One that does not say whom it lets run beside it lets nobody.
        let tooNew = try session.integer(
            "SELECT max(number) FROM schema_migrations WHERE number > $1 AND coalesce(needs, number) > $1",
            [newest]
        )
        if let tooNew { throw DatabaseTooNew(schema: schema, migration: tooNew) }
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
