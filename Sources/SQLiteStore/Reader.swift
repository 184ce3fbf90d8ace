import Dispatch
import Findings
import GRDB
import Routing
import Store
import Synchronization
import Triage

/// A connection that only reads, so that questions never stand in the way of the writer.
final class Reader: Sendable {
    private struct State {
        var next = 0
        var current: Int?
        var timedOut: Int?
    }

    private let connection: DatabaseQueue
    /// The most one read may take, for a long one keeps the write-ahead log from being reset.
    private let timeout: Duration?
    private let state = Mutex(State())
    private let watch = DispatchQueue(label: "noroshi.store.read-timeout")
    private let condition: Condition?

    /// - Parameters:
    ///   - path: The database's file.
    ///   - cacheBytes: Of the page cache.
    ///   - timeout: The most one read may take; `nil` when it may take as long as it does.
    ///   - takesWhatIsLeft: Whether a file that was cut short is read as far as it goes.
    ///   - condition: Hears what a read finds damaged.
    /// - Throws: `DatabaseError` when it cannot be opened.
    init(
        path: String,
        cacheBytes: Int,
        timeout: Duration?,
        takesWhatIsLeft: Bool = false,
        condition: Condition? = nil
    ) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.label = "noroshi.store.reader"
        configuration.prepareDatabase { db in
            SQLFunctions.add(to: db)
            // Without it SQLite reads nothing of a file that is shorter than its head says, and not even the next statement
            // is run; nothing is written here.
            if takesWhatIsLeft { try db.execute(sql: "PRAGMA writable_schema = ON") }
            try db.execute(sql: "PRAGMA cache_size = -\(cacheBytes / 1024)")
        }
        connection = try DatabaseQueue(path: path, configuration: configuration)
        self.timeout = timeout
        self.condition = condition
    }

    /// Runs the body in one snapshot of the database.
    ///
    /// - Parameter body: The questions.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw; ``QueryTimeout`` when it took too long; ``StoreTrouble`` when the fault is the
    ///   disk's.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await connection.read { try self.answer($0, body) }
    }

    /// The same, for who may be held up meanwhile.
    func readHere<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try connection.read { try answer($0, body) }
    }

    /// For statements that begin their own transaction.
    func readOutsideTransaction<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try connection.unsafeRead { try answer($0, body) }
    }

    private func answer<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        let question = begin()
        defer { end(question) }
        do {
            return try body(db)
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_INTERRUPT, isTimedOut(question) { throw QueryTimeout() }
            condition?.note(error)
            // That questions cannot write is no trouble of the store.
            guard error.resultCode != .SQLITE_READONLY, let trouble = error.trouble(db) else { throw error }
            throw trouble
        }
    }

    func close() throws { try connection.close() }

    private func begin() -> Int {
        let question = state.withLock { state in
            state.next += 1
            state.current = state.next
            return state.next
        }
        if let timeout {
            interrupt(question, after: timeout.seconds)
        }
        return question
    }

    private func end(_ question: Int) { state.withLock { $0.current = nil } }

    /// Ends the read as soon as it can be ended.
    ///
    /// Under the lock, so that a later read is never hit; and again and again while the read goes on, for SQLite forgets an
    /// interruption that comes between two statements (sqlite.org/c3ref/interrupt.html).
    private func interrupt(_ question: Int, after seconds: Double) {
        watch.asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self else { return }
            let mustRepeat = state.withLock { state in
                guard state.current == question else { return false }
                state.timedOut = question
                self.connection.interrupt()
                return true
            }
            if mustRepeat { interrupt(question, after: 0.05) }
        }
    }

    private func isTimedOut(_ question: Int) -> Bool { state.withLock { $0.timedOut == question } }
}
