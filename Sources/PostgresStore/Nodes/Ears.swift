import CPostgres

/// A connection that listens.
final class Ears {
    private let connection: OpaquePointer

    /// - Parameters:
    ///   - connection: Open; closed with this value.
    ///   - channel: Of hexadecimal digits, letters and `_`.
    /// - Throws: ``PostgresError`` when the server does not take it.
    init(_ connection: OpaquePointer, channel: String) throws {
        self.connection = connection
        try run("LISTEN \(channel)")
    }

    deinit { PQfinish(connection) }

    var descriptor: Int32 { PQsocket(connection) }

    /// What was said since the last time.
    func words() throws -> [String] {
        guard PQconsumeInput(connection) == 1 else { throw lost() }
        var words: [String] = []
        while let notice = PQnotifies(connection) {
            words.append(String(cString: notice.pointee.extra))
            PQfreemem(notice)
        }
        return words
    }

    func say(_ words: [String], on channel: String) throws {
        // Letters, digits and blanks alone.
        let notices = words.map { "NOTIFY \(channel), '\($0)';" }.joined(separator: " ")
        // One that a crash takes back is not missed, so that nothing has to be on disk.
        try run("SET LOCAL synchronous_commit TO off; \(notices)")
    }

    private func run(_ sql: String) throws {
        guard let result = PQexec(connection, sql) else { throw lost() }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw lost() }
    }

    private func lost() -> PostgresError {
        PostgresError(state: nil, message: PQerrorMessage(connection).map { String(cString: $0) } ?? "")
    }
}
