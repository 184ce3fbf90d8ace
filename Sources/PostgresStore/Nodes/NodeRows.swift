import FoundationEssentials

/// The processes that work on the database.
enum NodeRows {
    /// Which process works under which number: a database that lost its last commits gives a number out again.
    struct Registered: Sendable, Hashable {
        var node: Int64
        var startedAt: Double
    }

    /// Gives this process a number that no other ever had, and a stream of the journal of the same number.
    static func register(_ options: PostgresStoreOptions, _ session: Session) throws -> Registered {
        guard let node = try session.integer("SELECT nextval('node_numbers')") else {
            throw PostgresError(state: nil, message: "the server gave no number for this node")
        }
        let startedAt = Date().stored
        session.later(
            "INSERT INTO nodes(node, name, program, started_at) VALUES ($1, $2, $3, $4)",
            [node, options.nodeName, options.program, startedAt]
        )
        session.later("INSERT INTO journal_streams(stream) VALUES ($1)", [node])
        return Registered(node: node, startedAt: startedAt)
    }

    /// Signs a process off: whatever it held is free.
    static func remove(_ node: Int64, _ session: Session) throws {
        session.later("DELETE FROM nodes WHERE node = $1", [node])
    }
}
