import FoundationEssentials

/// The processes that work on the database.
enum NodeRows {
    /// Which process works under which number: a database that lost its last commits gives a number out again.
    struct Registered: Sendable, Hashable {
        var node: Int64
        var startedAt: Double
    }

    /// Gives this process a number that no other ever had, and a stream of the journal of the same number.
    ///
    /// - Parameters:
    ///   - options: What the node is called, and what its program knows.
    ///   - session: In a transaction that has used no table yet: who changes one may be waited for.
    /// - Returns: What it was given.
    /// - Throws: ``DatabaseTooNew`` when the tables have been changed since the program started, in a way that it does not know;
    ///   ``PostgresError``.
    static func register(_ options: PostgresStoreOptions, _ session: Session) throws -> Registered {
        let knows = options.migrations.last?.number ?? 0
        // Until this node is known nobody makes tables that it must not meet.
        Migrator.lock(options.schema, session, isShared: true)
        try Migrator.refuse(options.schema, knowing: knows, session)
        guard let node = try session.integer("SELECT nextval('node_numbers')") else {
            throw PostgresError(state: nil, message: "the server gave no number for this node")
        }
        let startedAt = Date().stored
        session.later(
            "INSERT INTO nodes(node, name, program, started_at, knows) VALUES ($1, $2, $3, $4, $5)",
            [node, options.nodeName, options.program, startedAt, knows]
        )
        session.later("INSERT INTO journal_streams(stream) VALUES ($1)", [node])
        return Registered(node: node, startedAt: startedAt)
    }

    /// Signs a process off: whatever it held is free.
    static func remove(_ node: Int64, _ session: Session) throws {
        session.later("DELETE FROM nodes WHERE node = $1", [node])
    }
}
