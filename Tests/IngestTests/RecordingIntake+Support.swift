import FoundationEssentials
import Store
import Synchronization

/// A journal in memory that remembers what it was asked, and fails when told to.
final class RecordingIntake: Intake {
    struct State {
        var requests: [IntakeRequest] = []
        var entries: [JournalEntry] = []
        var applied: [DecidedEntry] = []
        var batches: [Int] = []
        var acceptError: (any Error)?
        /// What the next calls of `apply` throw, one each.
        var applyErrors: [any Error] = []
        var gate: Gate?
    }

    private let state = Mutex(State())
    private let wake: AsyncStream<Void>.Continuation
    let accepted: AsyncStream<Void>

    init() { (accepted, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    var now: State { state.withLock { $0 } }

    func change(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }

    func endWakes() { wake.finish() }

    func accept(_ request: IntakeRequest, then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void) {
        guard let gate = now.gate else { return completion(Result { try write(request) }) }
        // The gate is waited for, and the caller is not to wait.
        Task {
            await gate.pass()
            completion(Result { try write(request) })
        }
    }

    private func write(_ request: IntakeRequest) throws -> Int64 {
        let position = try state.withLock { state -> Int64 in
            if let error = state.acceptError { throw error }
            state.requests.append(request)
            guard request.observations > 0 else { return 0 }
            let position = Int64(state.entries.count + 1)
            state.entries.append(
                JournalEntry(
                    position: position,
                    receivedAt: request.receivedAt,
                    source: request.source,
                    requestID: request.requestID,
                    body: request.body,
                    observations: request.observations
                )
            )
            return position
        }
        wake.yield()
        return position
    }

    func unapplied(after position: Int64?, limit: Int, byteLimit: Int) async throws -> [JournalEntry] {
        state.withLock { state in
            let rest = state.entries.dropFirst(state.applied.count).drop { $0.position <= position ?? 0 }
            return Array(rest.prefix(limit))
        }
    }

    func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch {
        try state.withLock { state in
            if state.applyErrors.isEmpty == false { throw state.applyErrors.removeFirst() }
            state.applied += entries
            state.batches.append(entries.count)
            return AppliedBatch(
                position: entries.last?.position ?? 0,
                observations: entries.reduce(0) { $0 + $1.observations },
                redelivered: 0,
                notifications: 0,
                oldestReceivedAt: entries.first?.receivedAt
            )
        }
    }

    func prune(before date: Date) async throws {}
}

/// Holds whoever passes until it is opened, and says when somebody waits.
final class Gate: Sendable {
    private let reached = AsyncStream.makeStream(of: Void.self)
    private let opened = AsyncStream.makeStream(of: Void.self)

    func pass() async {
        reached.continuation.yield()
        for await _ in opened.stream {}
    }

    func waiting() async { for await _ in reached.stream { return } }

    func open() { opened.continuation.finish() }
}

/// What happened, in order.
final class Order: Sendable {
    private let log = Mutex<[String]>([])

    var steps: [String] { log.withLock { $0 } }

    func add(_ step: String) { log.withLock { $0.append(step) } }
}
