import Dispatch
import GRDB
import Store
import Synchronization
import Triage

/// The one connection that writes, behind a mailbox: whoever waits together shares one commit.
final class Writer: Sendable {
    /// How many writes share a commit at most; bounds how long the first of them waits.
    private static let batchLimit = 256
    /// From this many requests in one commit on, senders are taken to wait for one another; while they go on coming two
    /// at a time, they still do. A large request counts for several.
    private static let burst = 8
    /// What one request may weigh without counting for more.
    static let requestBytes = 32_768
    /// How long a burst is taken to last after the last sign of it.
    private static let burstEnd = Duration.milliseconds(10)
    /// How long a long write stands back for senders in a burst.
    private static let patience = Duration.milliseconds(500)
    /// Time for the senders that were just answered to send again.
    private static let breath = DispatchTimeInterval.microseconds(300)
    /// How old the last look at the files may be when senders are told that their requests are on disk. A look costs a
    /// few microseconds, which under load is shared by many commits.
    private static let lookAge = Duration.milliseconds(10)
    /// How long a batch may take before the disk is said not to answer.
    private static let stall = Duration.seconds(10)
    /// How long ago the last commit may be before one is made to find out whether that works.
    static let silence = Duration.seconds(4)

    struct State {
        var shared: [QueuedWrite] = []
        var long: [QueuedWrite] = []
        /// Since when the first of the long writes has waited.
        var longSince = ContinuousClock.now
        /// When the present burst is over, if nothing more is seen of it.
        var burstUntil = ContinuousClock.now
        var accepts = 0
        var acceptBytes = 0
        /// The accepts in `shared`, large ones counted for several.
        var acceptWeight = 0
        var isDraining = false
        var isClosed = false
        var commits = 0
        var lastCommit = ContinuousClock.now
        /// When the batch was begun that is being written.
        var batchSince = ContinuousClock.now
    }

    let connection: DatabaseQueue
    private let gathering = Gathering()
    private let options: SQLiteStoreOptions
    let reserve: ReserveFile
    private let accepted: Signal
    let condition: Condition
    let files: OpenFiles
    let checkpoints: Checkpoints
    /// When the files were last looked at.
    let looked = Mutex(ContinuousClock.now)
    let state = Mutex(State())

    /// - Parameters:
    ///   - connection: The only one that writes.
    ///   - reserve: Disk space for the moment the disk is full.
    ///   - accepted: Sent after each commit that holds accepts.
    ///   - condition: Hears what is wrong with the disk and with the database, and when it is over.
    ///   - files: What is open, to be compared with what stands in the directory.
    ///   - options: How much may wait.
    /// - Throws: `DatabaseError` when the database cannot be read.
    init(
        _ connection: DatabaseQueue,
        reserve: ReserveFile,
        accepted: Signal,
        condition: Condition,
        files: OpenFiles,
        options: SQLiteStoreOptions
    ) throws {
        self.connection = connection
        self.reserve = reserve
        self.accepted = accepted
        self.condition = condition
        self.files = files
        self.options = options
        let pageBytes = try connection.read { try Int.fetchOne($0, sql: "PRAGMA page_size") ?? 4096 }
        checkpoints = Checkpoints(pageBytes: pageBytes, files: files, condition: condition)
        connection.inDatabase { checkpoints.watch($0) }
    }

    /// Transactions committed so far.
    var commits: Int { state.withLock { $0.commits } }

    /// What is known of the store now.
    var health: StoreHealth {
        var health = condition.health
        health.logBytes = checkpoints.logBytes
        if health.trouble == nil {
            let since = state.withLock { $0.isDraining ? $0.batchSince : nil }
            if let since, since.duration(to: .now) > Writer.stall {
                let seconds = since.duration(to: .now).components.seconds
                health.trouble = StoreTrouble(.stalled, "a write has taken \(seconds) s so far")
            }
        }
        return health
    }

    /// Writes that wait for their transaction.
    var waiting: Int { state.withLock { $0.shared.count + $0.long.count } }

    /// Runs the body in a transaction and returns once that is on disk.
    ///
    /// - Parameters:
    ///   - kind: With what it may share a transaction.
    ///   - byteCount: How much memory it holds while it waits.
    ///   - body: The statements; may run twice. What it does to the totals it reports, and does not write itself.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, with nothing of it done; ``IntakeError``; `DatabaseError` when the commit failed.
    func write<Value: Sendable>(
        _ kind: QueuedWrite.Kind,
        byteCount: Int = 0,
        _ body: @escaping @Sendable (Database, inout TotalsChange) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            write(kind, byteCount: byteCount, body) { continuation.resume(with: $0) }
        }
    }

    /// The same, with what follows told to `completion` on the thread that writes: everything waits while it runs.
    func write<Value: Sendable>(
        _ kind: QueuedWrite.Kind,
        byteCount: Int = 0,
        _ body: @escaping @Sendable (Database, inout TotalsChange) throws -> Value,
        then completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let slot = QueuedWrite.Slot<Value>()
        let write = QueuedWrite(kind: kind, byteCount: byteCount) { db, change in
            slot.put(try body(db, &change))
        } finish: { error in
            if let error { return completion(.failure(error)) }
            completion(slot.take().map { .success($0) } ?? .failure(IntakeError.closed))
        }
        enqueue(write)
    }

    /// Refuses everything that comes from now on, finishes what waits, and moves the write-ahead log into the database.
    ///
    /// - Throws: ``StoreTrouble`` when the files are not those that were opened, and the log was left alone.
    func close() async throws {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        guard wasClosed == false else { return }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            connection.asyncWriteWithoutTransaction { db in
                while self.drainOnce(db) {}
                continuation.resume(with: Result { try self.finishLog(db) })
            }
        }
    }

    /// Makes the log as long as it is to be, between the transactions that are asked for meanwhile.
    func lengthen(_ log: LogExtension) {
        connection.asyncWriteWithoutTransaction { [weak self] _ in
            // Closing has cut the log off, and whoever let the store go has given its lock back.
            guard let self, state.withLock({ $0.isClosed }) == false, log.step() else { return }
            lengthen(log)
        }
    }

    private func enqueue(_ write: QueuedWrite) {
        var refusal: IntakeError?
        let mustStart = state.withLock { state in
            refusal = refuse(write, state)
            guard refusal == nil else { return false }
            switch write.kind {
            case .accept:
                state.accepts += 1
                state.acceptBytes += write.byteCount
                state.acceptWeight += write.weight
                state.shared.append(write)
                gathering.arrived(state.accepts)
            case .short, .asked: state.shared.append(write)
            case .long:
                if state.long.isEmpty { state.longSince = .now }
                state.long.append(write)
            }
            defer { state.isDraining = true }
            return state.isDraining == false
        }
        if let refusal { return write.finish(refusal) }
        if mustStart { start() }
    }

    private func refuse(_ write: QueuedWrite, _ state: State) -> IntakeError? {
        if state.isClosed { return .closed }
        if write.isRequest, let (trouble, since) = condition.trouble, write.isRefused(by: trouble),
            since.duration(to: .now) < options.reserveRetry
        {
            return IntakeError(trouble)
        }
        guard case .accept = write.kind else { return nil }
        let isFull =
            state.accepts >= options.intakeQueueLimit
            || state.accepts > 0 && state.acceptBytes + write.byteCount > options.intakeQueueBytes
        return isFull ? .overloaded : nil
    }

    private func start() {
        connection.asyncWriteWithoutTransaction { db in
            if self.drainOnce(db) { self.start() }
        }
    }

    /// Commits one batch of short writes, then one long write.
    ///
    /// Two transactions, so that senders get their answer before the long one runs. In a burst the long one stands back
    /// for a while: what senders wait for is their answer, and applying follows. And then the next batch is given a moment
    /// to gather, for each commit costs the same however many share it.
    ///
    /// - Returns: Whether anything is left to do.
    private func drainOnce(_ db: Database) -> Bool {
        let (shared, accepts, requests) = state.withLock { state in
            state.batchSince = .now
            let waiting = state.accepts
            let (shared, weight) = Writer.takeShared(&state)
            return (shared, weight, waiting - state.accepts)
        }
        if shared.isEmpty == false { commit(shared, db) }
        let (long, isBurst) = state.withLock { state -> (QueuedWrite?, Bool) in
            let now = ContinuousClock.now
            if accepts >= Writer.burst || accepts >= 2 && now < state.burstUntil {
                state.burstUntil = now + Writer.burstEnd
            }
            guard state.long.isEmpty == false else { return (nil, now < state.burstUntil) }
            if now < state.burstUntil, state.longSince.duration(to: now) < Writer.patience { return (nil, true) }
            state.longSince = now
            return (state.long.removeFirst(), false)
        }
        if let long { commit([long], db) }
        if isBurst {
            let most = max(Writer.burst, requests - requests / 16)
            gathering.wait(for: most, atMost: Writer.breath) { state.withLock { $0.accepts } }
        }
        let isIdle = state.withLock { state in
            state.shared.isEmpty && state.long.isEmpty && state.burstUntil <= .now
        }
        checkpoints.runIfDue(db, isIdle: isIdle)
        return state.withLock { state in
            state.isDraining = isBurst || state.shared.isEmpty == false || state.long.isEmpty == false
            return state.isDraining
        }
    }

    /// Takes what is to share the next commit.
    ///
    /// - Returns: The writes, and the weight of the accepts among them.
    private static func takeShared(_ state: inout State) -> (writes: [QueuedWrite], accepts: Int) {
        var batch = state.shared
        guard batch.count > batchLimit else {
            let weight = state.acceptWeight
            state.shared = []
            state.shared.reserveCapacity(batch.count)
            (state.accepts, state.acceptBytes, state.acceptWeight) = (0, 0, 0)
            return (batch, weight)
        }
        batch.removeLast(batch.count - batchLimit)
        state.shared.removeFirst(batchLimit)
        var weight = 0
        for write in batch where write.isAccept {
            state.accepts -= 1
            state.acceptBytes -= write.byteCount
            weight += write.weight
        }
        state.acceptWeight -= weight
        return (batch, weight)
    }

    private func commit(_ writes: [QueuedWrite], _ db: Database) {
        var writes = writes
        // A request is let in again only when what is wrong may be over.
        if let trouble = condition.trouble?.trouble, writes.contains(where: { $0.isRefused(by: trouble) }) {
            if mayTry(trouble) == false { refuse(&writes, trouble) }
        }
        guard writes.isEmpty == false else { return }
        do {
            return finish(writes, try transaction(writes, db))
        } catch {
            guard let trouble = trouble(of: error, db) else { return fail(writes, error) }
            if trouble.isWantOfSpace {
                // Room for what is accepted already: new requests wait outside until the reserve is held again.
                reserve.release()
                condition.enter(trouble)
                refuse(&writes, trouble)
            } else if trouble.kind != .ioError {
                // What failed for this reason fails again, and everybody would wait for that.
                condition.enter(trouble)
                return fail(writes, trouble)
            }
        }
        guard writes.isEmpty == false else { return }
        do {
            finish(writes, try transaction(writes, db))
        } catch {
            let trouble = trouble(of: error, db)
            if let trouble { condition.enter(trouble) }
            fail(writes, trouble ?? error)
        }
    }

    private func fail(_ writes: [QueuedWrite], _ error: any Error) {
        let trouble = error as? StoreTrouble
        for write in writes { write.finish(write.isAccept ? trouble.map { IntakeError($0) } ?? error : error) }
    }

    private func finish(_ writes: [QueuedWrite], _ errors: [Int: any Error]) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.commits += 1
            state.lastCommit = now
        }
        for case let error as DatabaseError in errors.values { condition.note(error) }
        let hasRequests = writes.contains(where: \.isRequest)
        var moved: StoreTrouble?
        if hasRequests, looked.withLock({ $0.duration(to: now) }) > Writer.lookAge { moved = look() }
        if let moved {
            condition.enter(moved)
        } else if let trouble = condition.trouble?.trouble, trouble.isWantOfSpace == false, trouble.kind != .moved {
            condition.leave()
        }
        for (index, write) in writes.enumerated() {
            let refusal = moved.flatMap { write.isRequest ? IntakeError($0) : nil }
            write.finish(refusal ?? (errors.isEmpty ? nil : errors[index]))
        }
        if hasRequests, writes.contains(where: \.isAccept) { accepted.send() }
    }

    /// Runs every write in one transaction, each so that it can fail alone.
    ///
    /// - Returns: The failures by index.
    /// - Throws: When the transaction as a whole failed; nothing has changed then.
    private func transaction(_ writes: [QueuedWrite], _ db: Database) throws -> [Int: any Error] {
        try db.beginTransaction(.immediate)
        do {
            var failures: [Int: any Error] = [:]
            var change = TotalsChange()
            for (index, write) in writes.enumerated() {
                do {
                    if writes.count == 1 {
                        // It fails with the transaction; a savepoint would keep a copy of every page it changes.
                        try write.run(db, &change)
                    } else {
                        try Writer.run(write, db, &change)
                    }
                } catch let error where writes.count == 1 {
                    throw error
                } catch let error as DatabaseError where error.endsTransaction || db.isInsideTransaction == false {
                    // SQLite may have rolled everything back by itself (sqlite.org/lang_transaction.html, "Response To
                    // Errors Within A Transaction").
                    throw error
                } catch {
                    failures[index] = error
                }
            }
            try TotalsRows.add(change, db)
            try db.commit()
            return failures
        } catch {
            try db.rollback()
            throw error
        }
    }

    private static func run(_ write: QueuedWrite, _ db: Database, _ change: inout TotalsChange) throws {
        if case .accept(isSingle: true) = write.kind { return try write.run(db, &change) }
        var own = TotalsChange()
        try db.inSavepoint {
            try write.run(db, &own)
            return .commit
        }
        change.merge(own)
    }
}
