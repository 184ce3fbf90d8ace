import Dispatch
import Glibc
import Store
import Synchronization
import Triage

/// Writes what is accepted into this node's own stream of the journal: whoever waits together shares one commit.
///
/// One batch is under way at a time, so that the stream has no holes. A batch whose commit nobody knows the outcome of is sent
/// again unchanged until that is known; its entries' keys make that harmless.
final class IntakeWriter: Sendable {
    /// How many requests share a commit at most.
    private static let batchLimit = 256
    private static let batchBytes = 4 << 20
    /// Time for the senders that were just answered to send again.
    private static let breath = DispatchTimeInterval.microseconds(300)
    /// How long the server may be away before requests are refused without being tried, in seconds.
    private static let grace = Duration.seconds(2)

    private struct State {
        var waiting: [IntakeWaiter] = []
        var bytes = 0
        var underWay: [IntakeWaiter] = []
        var isDraining = false
        var isWatched = false
        var isClosed = false
        var troubleSince: ContinuousClock.Instant?
        /// The last entry that was written.
        var stream: Int64
        /// The stream to go on in, once what is under way is written.
        var nextStream: Int64?
        /// The stream that cannot be written on; this process needs another number.
        var lostStream: Int64?
        var sequence: Int64 = 0
        /// The day of that entry.
        var day: Int64 = 0
        var batches: Int64 = 0
    }

    private let connection: PostgresConnection
    private let options: PostgresStoreOptions
    private let condition: Condition
    private let accepted: SharedSignal
    private let quarantined: Signal
    private let gathering = Gathering()
    private let watch = DispatchQueue(label: "noroshi.postgres.intake-patience")
    private let state: Mutex<State>

    /// - Parameters:
    ///   - connection: Used for nothing else.
    ///   - stream: A stream that is open and empty; the number of the node.
    ///   - options: How much may wait, and for how long.
    ///   - condition: Whether the server answers.
    ///   - accepted: Sent after each commit with entries.
    ///   - quarantined: Sent after each commit with quarantined items.
    init(
        _ connection: PostgresConnection,
        stream: Int64,
        options: PostgresStoreOptions,
        condition: Condition,
        accepted: SharedSignal,
        quarantined: Signal
    ) {
        self.connection = connection
        self.options = options
        self.condition = condition
        self.accepted = accepted
        self.quarantined = quarantined
        state = Mutex(State(stream: stream))
    }

    func accept(_ waiter: IntakeWaiter) {
        var refusal: IntakeError?
        let (mustStart, mustWatch) = state.withLock { state in
            refusal = refuse(waiter, state)
            guard refusal == nil else { return (false, false) }
            state.waiting.append(waiter)
            state.bytes += waiter.byteCount
            gathering.arrived(state.waiting.count)
            defer { (state.isDraining, state.isWatched) = (true, true) }
            return (state.isDraining == false, state.isWatched == false)
        }
        if let refusal { return waiter.finish(.failure(refusal)) }
        if mustWatch { watchPatience() }
        if mustStart { connection.enqueue { self.drain() } }
    }

    private func refuse(_ waiter: IntakeWaiter, _ state: State) -> IntakeError? {
        if state.isClosed { return .closed }
        if let since = state.troubleSince, since.duration(to: .now) > IntakeWriter.grace {
            return .unwritable(condition.health.trouble ?? StoreTrouble(.unreachable))
        }
        let isFull =
            state.waiting.count >= options.intakeQueueLimit
            || state.waiting.isEmpty == false && state.bytes + waiter.byteCount > options.intakeQueueBytes
        return isFull ? .overloaded : nil
    }

    /// How many requests wait for their commit.
    var crowd: Int { state.withLock { $0.waiting.count + $0.underWay.count } }

    /// Refuses everything that comes from now on, and returns when what waits is written or given up.
    func close() async {
        state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            connection.enqueue {
                self.drain()
                continuation.resume()
            }
        }
        await connection.close()
    }

    /// Tells senders who have waited too long that their requests were not written, as far as anybody knows: what commits
    /// after all is met by the key of what they send again.
    private func watchPatience() {
        watch.asyncAfter(deadline: .now() + 0.25) { [weak self] in
            guard let self else { return }
            let now = ContinuousClock.now
            let (late, isOver) = state.withLock { state in
                let late = (state.underWay + state.waiting).filter {
                    $0.since.duration(to: now) > self.options.intakePatience
                }
                if late.isEmpty == false {
                    let gone = state.waiting.filter { $0.since.duration(to: now) > self.options.intakePatience }
                    state.bytes -= gone.reduce(0) { $0 + $1.byteCount }
                    state.waiting.removeAll { $0.since.duration(to: now) > self.options.intakePatience }
                }
                let isOver = state.waiting.isEmpty && state.underWay.isEmpty
                if isOver { state.isWatched = false }
                return (late, isOver)
            }
            let trouble = condition.health.trouble ?? StoreTrouble(.stalled, "a commit has not come back in time")
            for waiter in late { waiter.finish(.failure(IntakeError(trouble))) }
            if isOver == false { watchPatience() }
        }
    }

    /// Writes batches until nothing waits.
    private func drain() {
        while let batch = takeBatch() {
            let result = write(batch)
            var next: Int64 = 0
            state.withLock { state in
                state.underWay = []
                guard case .success(let written) = result else { return }
                (state.stream, state.sequence) = (written.stream, written.sequence + Int64(written.entries.count))
                if written.entries.isEmpty == false { state.day = written.day }
                if state.nextStream == written.stream { state.nextStream = nil }
                state.troubleSince = nil
                next = JournalCursor.position(stream: written.stream, sequence: written.sequence)
            }
            for waiter in batch.waiters {
                switch result {
                case .success where waiter.hasEntry:
                    next += 1
                    waiter.finish(.success(next))
                case .success: waiter.finish(.success(0))
                case .failure(let error): waiter.finish(.failure(error))
                }
            }
            guard case .success = result else { continue }
            if batch.entries.isEmpty == false { accepted.send() }
            if batch.items.isEmpty == false { quarantined.send() }
            let most = batch.waiters.count - batch.waiters.count / 16
            if most > 1 {
                gathering.wait(for: most, atMost: IntakeWriter.breath) { state.withLock { $0.waiting.count } }
            }
        }
    }

    private func takeBatch() -> IntakeBatch? {
        state.withLock { state in
            var bytes = 0
            var count = 0
            for waiter in state.waiting {
                guard count < IntakeWriter.batchLimit, count == 0 || bytes + waiter.byteCount <= IntakeWriter.batchBytes
                else { break }
                bytes += waiter.byteCount
                count += 1
            }
            guard count > 0 else {
                state.isDraining = false
                return nil
            }
            state.underWay = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            state.bytes -= bytes
            state.batches += 1
            if let stream = state.nextStream { (state.stream, state.sequence, state.nextStream) = (stream, 0, nil) }
            return IntakeBatch(
                stream: state.stream,
                sequence: state.sequence,
                precedingDay: state.day,
                number: state.batches,
                waiters: state.underWay
            )
        }
    }

    /// Writes a batch, however often it has to be sent.
    ///
    /// - Returns: The batch, with the keys under which it was written.
    private func write(_ wanted: IntakeBatch) -> Result<IntakeBatch, any Error> {
        var batch = wanted
        var pause = 0.1
        var isDoubtful = false
        while true {
            do {
                try connection.transactionHere { session in
                    try batch.insert(session, quarantineLimit: options.quarantineBytes)
                }
                return .success(batch)
            } catch let error where IntakeWriter.isStreamUnusable(error) {
                // An earlier try may have committed. What was written to a stream that is closed has been applied by whoever
                // closed it.
                let isStored = isStored(batch)
                if isStored == true { return .success(batch) }
                let next = state.withLock { $0.nextStream }
                if isStored == false, let next, next != batch.stream {
                    isDoubtful = false
                    batch = batch.moved(to: next)
                    continue
                }
                note(StoreTrouble(.unreachable, whyUnusable(batch)))
                state.withLock { $0.lostStream = batch.stream }
            } catch let error as PostgresError where error.isPartitionMissing {
                if makePartition(for: batch) { continue }
            } catch let error as PostgresError
                where error.isTableMissing && batch.preceding != PartitionedTable.journal.rawValue
            {
                // It was long ago that this node wrote something.
                batch.preceding = PartitionedTable.journal.rawValue
                continue
            } catch let doubt as CommitDoubt {
                isDoubtful = true
                note(StoreTrouble(.unreachable, doubt.reason))
            } catch let trouble as StoreTrouble where trouble.isOfServer || trouble.kind == .locked {
                note(trouble)
            } catch let trouble as StoreTrouble {
                // A batch in doubt keeps its keys until it is known what became of it, or the next would get the same.
                guard isDoubtful else { return .failure(IntakeError(trouble)) }
                note(trouble)
            } catch {
                guard isDoubtful else { return .failure(error) }
                note(StoreTrouble(.unreachable, "\(error)"))
            }
            let (isClosed, everybodyKnows) = state.withLock { state in
                (state.isClosed, state.underWay.allSatisfy(\.isFinished))
            }
            // One that is known not to be written can be let go; one in doubt holds the stream up until that is known.
            if everybodyKnows, isDoubtful == false {
                return .failure(IntakeError.unwritable(StoreTrouble(.unreachable)))
            }
            if isClosed { return .failure(IntakeError.closed) }
            usleep(UInt32(pause * Double.random(in: 0.75...1.25) * 1_000_000))
            pause = min(2, pause * 2)
        }
    }

    /// Goes on in another stream, which is open and empty: this process works under another number now.
    func open(stream: Int64) { state.withLock { $0.nextStream = stream } }

    /// Whether this process has to work under another number, since the stream of this one cannot be written on.
    func hasLost(_ stream: Int64) -> Bool { state.withLock { $0.lostStream == stream } }

    /// Whether a failure says that nothing more can be written under the batch's keys.
    private static func isStreamUnusable(_ error: any Error) -> Bool {
        if error is StreamClosed { return true }
        guard let error = error as? PostgresError else { return false }
        return error.isUniqueViolation
            && error.constraint.map { $0.hasPrefix("journal_") && $0.hasSuffix("_pkey") } == true
    }

    /// For the first batch of a day, where housekeeping has not been at it.
    ///
    /// - Returns: Whether it is there now.
    private func makePartition(for batch: IntakeBatch) -> Bool {
        do {
            _ = try connection.transactionHere { session in
                try PartitionRows.make([Partition(of: .journal, batch.day..<batch.day + 1)], session)
            }
            return true
        } catch {
            note(error as? StoreTrouble ?? StoreTrouble(.unreachable, "\(error)"))
            return false
        }
    }

    /// Whether the first entry of a batch is in the journal under its key; `nil` when that cannot be found out now.
    private func isStored(_ batch: IntakeBatch) -> Bool? {
        guard let first = batch.entries.first else { return false }
        do {
            return try connection.transactionHere { session in
                try JournalRows.isStored(
                    first,
                    at: JournalCursor.position(stream: batch.stream, sequence: batch.sequence + 1),
                    session
                )
            }
        } catch {
            return nil
        }
    }

    private func whyUnusable(_ batch: IntakeBatch) -> String {
        let missing: Int64
        do {
            missing = try connection.transactionHere { session in
                try JournalRows.missing(in: batch.stream, through: batch.sequence, session)
            }
        } catch {
            missing = 0
        }
        if missing > 0 {
            return
                "the database has lost \(missing) accepted requests that it had acknowledged to this node; what replicates "
                + "without synchronous_standby_names loses its last commits in a failover"
        }
        return "this node was taken for gone, and signs on again"
    }

    private func note(_ trouble: StoreTrouble) {
        condition.enter(trouble)
        state.withLock { state in
            if state.troubleSince == nil { state.troubleSince = .now }
        }
    }

    /// Whether the server was away for a while when it was last asked, for whoever finds out that it is back.
    func forgetTrouble() { state.withLock { $0.troubleSince = nil } }
}

extension IntakeError {
    init(_ trouble: StoreTrouble) {
        self = trouble.kind == .diskFull ? .diskFull : .unwritable(trouble)
    }
}
