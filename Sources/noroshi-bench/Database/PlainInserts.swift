import CPostgres
import Foundation

/// Rows written to PostgreSQL by several connections with nothing but a number of the database's own: what the disk and the
/// server give to somebody who asks for no order.
enum PlainInserts {
    /// - Parameters:
    ///   - address: As libpq takes it.
    ///   - schema: Where the table is made.
    ///   - bodies: Written once each, in order by whichever connection is free.
    ///   - connections: Each commits so many rows at a time.
    ///   - batch: Rows in one commit.
    /// - Returns: Rows a second.
    /// - Throws: ``BenchFailure``.
    static func rate(
        _ address: String,
        schema: String,
        bodies: [[UInt8]],
        connections: Int,
        batch: Int
    ) async throws -> Double {
        try run(
            address,
            """
            CREATE SCHEMA IF NOT EXISTS "\(schema)"; DROP TABLE IF EXISTS "\(schema)".plain;
            CREATE TABLE "\(schema)".plain(number bigserial PRIMARY KEY, accepted_at timestamptz NOT NULL DEFAULT
                clock_timestamp(), received_at float8 NOT NULL, observations bigint NOT NULL, source text NOT NULL, body bytea)
            """
        )
        let start = Date()
        try await withThrowingTaskGroup { group in
            for part in 0..<connections {
                let mine = stride(from: part, to: bodies.count, by: connections).map { bodies[$0] }
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        Thread.detachNewThread {
                            continuation.resume(with: Result { try insert(mine, batch, address, schema) })
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = Date().timeIntervalSince(start)
        try run(address, "DROP SCHEMA \"\(schema)\" CASCADE")
        return Double(bodies.count) / seconds
    }

    /// Runs statements without parameters.
    static func run(_ address: String, _ sql: String) throws {
        let connection = try open(address)
        defer { PQfinish(connection) }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        try check(result, connection)
    }

    private static func insert(_ bodies: [[UInt8]], _ batch: Int, _ address: String, _ schema: String) throws {
        let connection = try open(address)
        defer { PQfinish(connection) }
        for start in stride(from: 0, to: bodies.count, by: batch) {
            let rows = bodies[start..<min(start + batch, bodies.count)]
            let places = rows.indices.map { "(0.5, 1, 'bench', $\($0 - start + 1)::bytea)" }.joined(separator: ",")
            let sql = "INSERT INTO \"\(schema)\".plain(received_at, observations, source, body) VALUES \(places)"
            let lengths = rows.map { Int32($0.count) }
            let formats = [Int32](repeating: 1, count: rows.count)
            let offsets = rows.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
            let result = Array(rows.joined()).withUnsafeBytes { memory in
                let values = offsets.dropLast().map { offset in
                    memory.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
                }
                return PQexecParams(connection, sql, Int32(rows.count), nil, values, lengths, formats, 1)
            }
            defer { PQclear(result) }
            try check(result, connection)
        }
    }

    private static func open(_ address: String) throws -> OpaquePointer {
        guard let connection = PQconnectdb(address) else { throw BenchFailure("libpq has no memory") }
        guard PQstatus(connection) == CONNECTION_OK else {
            defer { PQfinish(connection) }
            throw BenchFailure("PostgreSQL cannot be reached: \(String(cString: PQerrorMessage(connection)))")
        }
        return connection
    }

    private static func check(_ result: OpaquePointer?, _ connection: OpaquePointer) throws {
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw BenchFailure("PostgreSQL says: \(String(cString: PQerrorMessage(connection)))")
        }
    }
}
