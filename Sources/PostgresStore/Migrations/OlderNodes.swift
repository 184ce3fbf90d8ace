/// Nodes work on the database whose program would read or write wrongly what this one makes of the tables.
package struct OlderNodes: Error, Hashable, CustomStringConvertible {
    struct Node: Hashable, Sendable {
        var number: Int64
        var name: String
        var program: String
        var beat: Int64
    }

    var nodes: [Node]

    package var description: String {
        let names = nodes.map { $0.program.isEmpty ? $0.name : "\($0.name) (\($0.program))" }
        return "nodes of an earlier version work on the database and would not understand what this one writes: stop "
            + "\(names.joined(separator: ", ")), and start this one then"
    }

    /// The beat of each, by its number.
    var beats: [Int64: Int64] { Dictionary(nodes.map { ($0.number, $0.beat) }) { first, _ in first } }

    /// Looks whether such a node works; one that is gone is taken away, with whatever it holds.
    ///
    /// - Parameters:
    ///   - needed: The last migration that a node must know.
    ///   - gone: Nodes that are taken for gone, each with the beat at which it stands.
    ///   - session: In the transaction that changes the tables.
    /// - Throws: ``OlderNodes``, ``PostgresError``.
    static func refuse(knowingLessThan needed: Int64, gone: [Int64: Int64], _ session: Session) throws {
        // A program of before the column knows what there was without it.
        let older = try session.all(
            """
            SELECT node, name, program, beat FROM nodes n
            WHERE coalesce((to_jsonb(n) ->> 'knows')::bigint, 3) < $1 ORDER BY node
            """,
            [needed]
        ) { row in
            Node(
                number: try row.integer(0),
                name: try row.text(1),
                program: try row.text(2),
                beat: try row.integer(3)
            )
        }
        let alive = older.filter { gone[$0.number] != $0.beat }
        guard alive.isEmpty else { throw OlderNodes(nodes: alive) }
        guard older.isEmpty == false else { return }
        // One that comes back finds no row of its own, and what it does from then on is refused.
        let buried = try session.run(
            "DELETE FROM nodes n USING unnest($1::bigint[], $2::bigint[]) u(node, beat) WHERE n.node = u.node AND n.beat = u.beat",
            [older.map(\.number), older.map(\.beat)]
        )
        guard buried == older.count else { throw OlderNodes(nodes: older) }
    }
}
