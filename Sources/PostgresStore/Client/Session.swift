import CPostgres
import Synchronization
import Triage

/// An open connection, used by one thread at a time: statements in order, in transactions.
///
/// Statements are sent in libpq's pipeline mode (PostgreSQL 15, 34.5), so that several cost one way to the server and back.
/// A statement that nobody waits for rests in a buffer and goes along with the next question, or with the commit.
///
/// `@unchecked` because only ``PostgresConnection`` holds one, and does its work one after another; other threads only call
/// ``cancel()``, for which libpq reads what does not change while a connection is open.
final class Session: @unchecked Sendable {
    private let connection: OpaquePointer
    /// What holds for every transaction, set with its beginning: a pooler may give each one another server process, so that
    /// nothing is kept in a session.
    private let settings: Settings
    private var buffer: [Statement] = []
    private var isCommitted = false
    private let planning: Planning
    /// The names of statements that the server keeps, by their text.
    private var prepared: [String: String] = [:]
    /// What ``transaction(_:)`` runs is asked again and again, and can be run again where a pooler stands between; whatever
    /// else there is, is asked once.
    private var isKeeping = false

    struct Settings: Sendable, Hashable {
        var schema: String
        /// In milliseconds.
        var statementTimeout: Int
        var idleTimeout: Int
        /// Whether only plans by index are taken: for whoever asks about few rows of tables that may have no statistics yet.
        var isByIndex = false
        var isReadOnly = false
    }

    /// - Parameters:
    ///   - connection: Open; closed with this value.
    ///   - settings: What holds for every transaction.
    ///   - planning: Whether the server keeps statements.
    init(_ connection: OpaquePointer, _ settings: Settings, _ planning: Planning = Planning()) {
        self.connection = connection
        self.settings = settings
        self.planning = planning
    }

    deinit { PQfinish(connection) }

    /// May be called on any thread while a statement is waited for (PostgreSQL 15, 34.7).
    func cancel() {
        guard let handle = PQgetCancel(connection) else { return }
        defer { PQfreeCancel(handle) }
        var reason = [CChar](repeating: 0, count: 256)
        // One that does not arrive leaves the statement to end by itself.
        _ = PQcancel(handle, &reason, Int32(reason.count))
    }

    /// Runs the body in a transaction and returns once it is committed.
    ///
    /// - Parameter body: The statements.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, with nothing of it done, or ``PostgresError``. One without a state says that nobody
    ///   knows whether the commit happened; see ``CommitDoubt``.
    func transaction<Value>(_ body: (Session) throws -> Value) throws -> Value {
        buffer = beginning
        let beginningCount = buffer.count
        (isCommitted, isKeeping) = (false, true)
        defer { (buffer, isKeeping) = ([], false) }
        let value: Value
        do {
            value = try body(self)
        } catch {
            try abort(after: error)
            throw error
        }
        if isCommitted { return value }
        do {
            // Nothing was asked for.
            if buffer.count == beginningCount, buffer.first?.sql.hasPrefix("BEGIN") == true { return value }
            _ = try ask([Statement("COMMIT")])
        } catch let error as PostgresError where error.endsConnection {
            throw CommitDoubt(reason: error.message)
        } catch {
            try abort(after: error)
            throw error
        }
        return value
    }

    private var beginning: [Statement] {
        guard settings.isReadOnly else { return [Statement("BEGIN ISOLATION LEVEL READ COMMITTED"), preamble] }
        let schema = SQLName.quoted(settings.schema)
        return [
            Statement("BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ"),
            // Before the snapshot, which the preamble takes: what is put in the place of a partition after it is not seen.
            Statement("LOCK TABLE ONLY \(schema).journal, ONLY \(schema).observations IN ACCESS SHARE MODE"),
            preamble,
        ]
    }

    /// Begins a transaction that ends with ``commit()``, for work that is not done in one go.
    func begin() throws { _ = try exchange([Statement("BEGIN ISOLATION LEVEL READ COMMITTED"), preamble]) }

    /// Ends what ``begin()`` began, with what was to be sent later.
    func commit() throws {
        _ = try ask([Statement("COMMIT")])
    }

    /// What the transaction's last statements answer, sent together with the commit: one way to the server less.
    ///
    /// - Throws: ``CommitDoubt`` when the connection is lost, and ``PostgresError``.
    func last(_ statements: [Statement]) throws -> [Rows] {
        do {
            let rows = try ask(statements + [Statement("COMMIT")])
            isCommitted = true
            return rows
        } catch let error as PostgresError where error.endsConnection {
            throw CommitDoubt(reason: error.message)
        }
    }

    private func abort(after error: any Error) throws {
        if isCommitted || error is CommitDoubt { return }
        if let error = error as? PostgresError, error.endsConnection { return }
        // Nothing was sent yet.
        if buffer.first?.sql.hasPrefix("BEGIN") == true { return }
        buffer = []
        // Said in full: it has to work whatever the server knows.
        isKeeping = false
        _ = try exchange([Statement("ROLLBACK")])
    }

    /// A node that takes no answers any more is given up by the server within ten seconds, with what it holds locked: no other
    /// time-out counts while an answer is sent.
    ///
    /// Without compiled plans: they are made anew for every statement whose plan looks dear, and a scan that is not to be taken
    /// looks dearer than anything.
    private var preamble: Statement {
        var sql = """
            SELECT set_config('search_path', $1, true), set_config('statement_timeout', $2, true),
                set_config('idle_in_transaction_session_timeout', $3, true), set_config('jit', 'off', true),
                set_config('tcp_user_timeout', '10000', true)
            """
        if settings.isByIndex {
            sql += """
                , set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                    set_config('enable_mergejoin', 'off', true)
                """
        }
        return Statement(
            sql,
            [SQLName.quoted(settings.schema), String(settings.statementTimeout), String(settings.idleTimeout)]
        )
    }

    /// Sends a statement with the next one that is waited for, or with the commit.
    func later(_ sql: String, _ bindings: Bindings = []) {
        buffer.append(Statement(sql, bindings))
    }

    /// What every statement answers, after whatever was to be sent before; one way to the server and back.
    func ask(_ statements: [Statement]) throws -> [Rows] {
        let known = buffer.count
        let all = buffer + statements
        buffer = []
        return Array(try exchange(all).dropFirst(known))
    }

    func rows(_ sql: String, _ bindings: Bindings = []) throws -> Rows {
        guard let rows = try ask([Statement(sql, bindings)]).first else {
            throw PostgresError(state: nil, message: "the server gave no answer")
        }
        return rows
    }

    /// - Returns: How many rows were touched.
    @discardableResult
    func run(_ sql: String, _ bindings: Bindings = []) throws -> Int { try rows(sql, bindings).affected }

    /// What `read` makes of the first row, `nil` when there is none.
    func first<Value>(_ sql: String, _ bindings: Bindings = [], _ read: (Columns) throws -> Value) throws -> Value? {
        try rows(sql, bindings).first.map(read)
    }

    /// What `read` makes of every row.
    func all<Value>(_ sql: String, _ bindings: Bindings = [], _ read: (Columns) throws -> Value) throws -> [Value] {
        try rows(sql, bindings).map(read)
    }

    func integer(_ sql: String, _ bindings: Bindings = []) throws -> Int64? {
        try first(sql, bindings) { try $0.optionalInteger(0) } ?? nil
    }

    /// Several statements in one text without parameters, outside of a transaction of this session.
    func script(_ sql: String) throws {
        guard let result = PQexec(connection, sql) else { throw lost() }
        let rows = Rows(result)
        try withExtendedLifetime(rows) { try check(result) }
    }

    /// Sends the statements together and reads every answer.
    private func exchange(_ statements: [Statement]) throws -> [Rows] {
        guard PQenterPipelineMode(connection) == 1 else { throw lost() }
        // What each result that comes is about.
        var expected: [Expected] = []
        for statement in statements { try send(statement, &expected) }
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        var answers: [Rows] = []
        var failure: PostgresError?
        var place = 0
        while true {
            guard let result = PQgetResult(connection) else {
                // The end of one statement's answer, or of the connection.
                if PQstatus(connection) == CONNECTION_BAD { throw failure ?? lost() }
                continue
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                break
            }
            let rows = Rows(result)
            do {
                try check(result)
                if expected.indices.contains(place), case .answer = expected[place] { answers.append(rows) }
                place += 1
            } catch let error as PostgresError {
                // What follows it is answered as not run.
                if failure == nil || failure?.state == nil { failure = error }
                if error.isConnectionLost { throw failure ?? error }
            }
        }
        guard PQexitPipelineMode(connection) == 1 else { throw failure ?? lost() }
        // A pooler passes on what another session of the same connection listens to; libpq keeps it until it is taken.
        while let notice = PQnotifies(connection) { PQfreemem(notice) }
        if let failure {
            // What was to be prepared after what failed is not; what was prepared before stays, whatever is rolled back.
            for case .preparation(let sql) in expected.dropFirst(place) { prepared[sql] = nil }
            throw failure
        }
        return answers
    }

    /// What the server says about one message.
    private enum Expected {
        case answer
        /// That this statement is kept.
        case preparation(String)
    }

    private func send(_ statement: Statement, _ expected: inout [Expected]) throws {
        let bindings = statement.bindings
        let count = bindings.values.count
        let name = try prepare(statement, &expected)
        let lengths = bindings.values.map { Int32($0?.count ?? 0) }
        // One piece of memory for all values, with a byte of its own for each so that none begins where there is nothing.
        var offsets: [Int?] = []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(bindings.values.reduce(0) { $0 + 1 + ($1?.count ?? 0) })
        for value in bindings.values {
            guard let value else {
                offsets.append(nil)
                continue
            }
            offsets.append(bytes.count)
            bytes += value
            bytes.append(0)
        }
        let formats = [Int32](repeating: 1, count: count)
        let isSent = bytes.withUnsafeBytes { memory in
            let values = offsets.map { offset in
                offset.flatMap { memory.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            if let name {
                return PQsendQueryPrepared(connection, name, Int32(count), values, lengths, formats, 1)
            }
            return PQsendQueryParams(
                connection,
                statement.sql,
                Int32(count),
                bindings.types,
                values,
                lengths,
                formats,
                1
            )
        }
        guard isSent == 1 else { throw lost() }
        expected.append(.answer)
    }

    /// Has the server keep a statement that will be asked again, so that it is read and planned once.
    ///
    /// - Returns: Its name; `nil` where statements are not kept.
    private func prepare(_ statement: Statement, _ expected: inout [Expected]) throws -> String? {
        guard isKeeping, planning.keepsStatements.load(ordering: .relaxed) else { return nil }
        if let known = prepared[statement.sql] { return known }
        guard prepared.count < Session.mostPrepared else { return nil }
        let types = statement.bindings.types
        // Made of what it stands for: behind a pooler, the server may know the name from another session.
        let key = Array("\(types) \(statement.sql)".utf8)
        let name = "noroshi_" + Fingerprint.hexadecimal(of: key).prefix(32)
        guard PQsendPrepare(connection, name, statement.sql, Int32(types.count), types) == 1 else { throw lost() }
        expected.append(.preparation(statement.sql))
        prepared[statement.sql] = name
        return name
    }

    /// Statements that are put together from parts are many.
    private static let mostPrepared = 300

    /// - Throws: ``PostgresError`` when the result is one of a failure.
    private func check(_ result: OpaquePointer) throws {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        case PGRES_PIPELINE_ABORTED: throw PostgresError(state: "25P02", message: "an earlier statement failed")
        default: break
        }
        func field(_ code: Character) -> String? {
            code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
        }
        // PG_DIAG_SQLSTATE, _MESSAGE_PRIMARY, _CONSTRAINT_NAME, _SEVERITY_NONLOCALIZED (postgres_ext.h).
        guard let state = field("C") else { throw lost() }
        var error = PostgresError(state: state, message: field("M") ?? "no words", constraint: field("n"))
        error.isFatal = ["FATAL", "PANIC"].contains(field("V"))
        throw error
    }

    private func lost() -> PostgresError {
        let words = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        let line = words.split(separator: "\n").first.map(String.init) ?? "the connection is lost"
        return PostgresError(state: nil, message: line)
    }
}

/// The connection was lost while a transaction was committed: it may have happened or not.
struct CommitDoubt: Error, CustomStringConvertible {
    let reason: String

    var description: String {
        "the connection to PostgreSQL was lost in a commit (\(reason)); nobody knows whether it happened"
    }
}

/// Whether servers keep statements between two transactions: behind a pooler that gives each transaction another connection
/// they do not, which shows when one is asked for that is not there.
final class Planning: Sendable {
    let keepsStatements = Atomic<Bool>(true)
}
