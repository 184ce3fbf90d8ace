import GRDB
import Threads

/// A connection whose questions are answered on a thread whose processor time is known.
struct MeteredReader: Sendable {
    let connection: Reader
    private let thread = MeteredThread(name: "replay-reader")

    init(connection: Reader) { self.connection = connection }

    /// Runs the body in one snapshot of the database.
    ///
    /// - Parameter body: The questions.
    /// - Returns: What the body returned.
    /// - Throws: As ``Reader/read(_:)`` does.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await thread.run { [connection] in try connection.readHere(body) }
    }
}
