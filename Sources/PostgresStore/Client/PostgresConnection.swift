import Dispatch
import Store
import Synchronization
import Threads

/// One connection behind a queue or a metered thread of its own, made when it is needed and again when it is lost.
///
/// libpq waits for the server, which is done there and never on Swift's own threads.
final class PostgresConnection: Sendable {
    private let address: DatabaseAddress
    private let settings: Session.Settings
    /// Where libpq waits and rows are read.
    private let runsInTurn: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let condition: Condition
    let planning: Planning
    private let state = Mutex(State())

    private struct State {
        var session: Session?
        /// See ``Condition/era``.
        var era = 0
        /// When another one could not be had in the place of the session.
        var lookedAt = ContinuousClock.now - .seconds(1)
        var isClosed = false
    }

    /// - Parameters:
    ///   - name: For who looks at threads.
    ///   - address: Where the database is.
    ///   - settings: What holds for every transaction.
    ///   - condition: Hears whether the server answers.
    ///   - planning: Shared by every connection of a store.
    ///   - isMetered: Whether the work is done on a thread whose processor time is known.
    init(
        _ name: String,
        _ address: DatabaseAddress,
        _ settings: Session.Settings,
        _ condition: Condition,
        _ planning: Planning,
        isMetered: Bool = false
    ) {
        self.address = address
        self.settings = settings
        self.condition = condition
        self.planning = planning
        if isMetered {
            let thread = MeteredThread(name: name)
            runsInTurn = { thread.enqueue($0) }
        } else {
            let queue = DispatchQueue(label: "noroshi.postgres.\(name)")
            runsInTurn = { queue.async(execute: $0) }
        }
    }

    /// Runs the body in a transaction of its own and returns once it is committed.
    ///
    /// - Parameter body: The statements; runs again when the transaction lost against another one, or when the connection was
    ///   lost before the commit.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, with nothing of it done; ``StoreTrouble`` when the server cannot be reached or does not
    ///   work; ``CommitDoubt``.
    func transaction<Value: Sendable>(_ body: @escaping @Sendable (Session) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue { continuation.resume(with: Result { try self.transactionHere(body) }) }
        }
    }

    /// Has the work done on the connection's queue, after what was asked before.
    func enqueue(_ work: @escaping @Sendable () -> Void) { runsInTurn(work) }

    /// The same as ``transaction(_:)``, for work that is on the queue.
    func transactionHere<Value>(_ body: (Session) throws -> Value) throws -> Value {
        var conflicts = 0
        var losses = 0
        var isForgotten = false
        while true {
            do {
                let session = try open()
                let value = try session.transaction(body)
                if settings.isReadOnly == false { condition.committed() }
                return value
            } catch let error as PostgresError {
                if error.endsConnection { drop() }
                // Another connection may have found out at the same time.
                if error.isForgottenStatement, isForgotten == false {
                    planning.keepsStatements.store(false, ordering: .relaxed)
                    isForgotten = true
                    continue
                }
                if error.isConflict, conflicts < 3 {
                    conflicts += 1
                    continue
                }
                // Nothing was committed; most often the server was started anew since the last time.
                if error.endsConnection, losses < 1, state.withLock({ $0.isClosed }) == false {
                    losses += 1
                    continue
                }
                guard let trouble = error.trouble else { throw error }
                if isOfStore(trouble) { condition.enter(trouble) }
                throw trouble
            } catch let doubt as CommitDoubt {
                drop()
                guard settings.isReadOnly else { throw doubt }
                // Nothing was to be committed.
                guard losses < 1, state.withLock({ $0.isClosed }) == false else {
                    let trouble = StoreTrouble(.unreachable, doubt.reason)
                    condition.enter(trouble)
                    throw trouble
                }
                losses += 1
            }
        }
    }

    /// Whether a trouble says that requests cannot be taken: a question that takes too long, or finds no room to sort, does
    /// not, nor does waiting for another node.
    private func isOfStore(_ trouble: StoreTrouble) -> Bool {
        trouble.kind != .locked && (settings.isReadOnly && trouble.isWantOfSpace) == false
    }

    /// For who begins and ends transactions by itself.
    func script(_ body: @escaping @Sendable (Session) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            enqueue {
                continuation.resume(
                    with: Result {
                        do {
                            try body(try self.open())
                        } catch let error as PostgresError {
                            if error.endsConnection { self.drop() }
                            throw error.trouble ?? error
                        }
                    }
                )
            }
        }
    }

    /// Ends the connection; a later use fails.
    func close() async {
        await withCheckedContinuation { continuation in
            enqueue {
                self.state.withLock { $0 = State(isClosed: true) }
                continuation.resume()
            }
        }
    }

    /// Ends the connection as if it were lost; a later use makes another one, and so does that of any other connection if it can.
    func drop() {
        let wasOpen = state.withLock { state in
            defer { state.session = nil }
            return state.session != nil
        }
        if wasOpen { condition.ended() }
    }

    /// Has the server give up the statement that it works on for this connection, if any.
    func cancel() {
        // On a thread of its own, since libpq connects for it.
        DispatchQueue.global().async {
            let session = self.state.withLock { $0.session }
            session?.cancel()
        }
    }

    private func open() throws -> Session {
        let era = condition.era
        let state = state.withLock { $0 }
        if state.isClosed { throw IntakeError.closed }
        let isSettled = state.era == era || state.lookedAt.duration(to: .now) < .seconds(1)
        if let known = state.session, isSettled { return known }
        do {
            let session = try address.connect(settings, planning)
            self.state.withLock { ($0.session, $0.era) = (session, era) }
            return session
        } catch {
            // Where no other can be had, as while a password is changed, the open one goes on as long as it does.
            guard let known = state.session else { throw error }
            self.state.withLock { $0.lookedAt = .now }
            return known
        }
    }
}
