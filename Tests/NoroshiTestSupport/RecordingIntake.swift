package import FoundationEssentials
package import Store
import Synchronization
package import Triage

/// A journal in memory that remembers what it was asked, and fails when told to.
package final class RecordingIntake: Intake {
    package struct State {
        package var requests: [IntakeRequest] = []
        package var entries: [JournalEntry] = []
        package var applied: [DecidedEntry] = []
        package var batches: [Int] = []
        package var acceptError: (any Error)?
        /// What the next calls of `apply` throw, one each.
        package var applyErrors: [any Error] = []
        /// Positions that can never be applied.
        package var bad: Set<Int64> = []
        package var aside: [SetAsideEntry] = []
        package var asideError: (any Error)?
        package var gate: Gate?
    }

    private let state = Mutex(State())
    private let wake: AsyncStream<Void>.Continuation
    package let accepted: AsyncStream<Void>

    package init() { (accepted, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    package var now: State { state.withLock { $0 } }

    package func change<Value: Sendable>(_ change: @Sendable (inout State) throws -> Value) rethrows -> Value {
        try state.withLock { try change(&$0) }
    }

    package func endWakes() { wake.finish() }

    package func accept(
        _ request: IntakeRequest,
        then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void
    ) {
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

    package func unapplied(after cursor: JournalCursor?, limit: Int, byteLimit: Int) async throws -> [JournalEntry] {
        state.withLock { state in
            let done = state.applied.count + state.aside.count
            let rest = state.entries.dropFirst(done).drop { cursor?.includes($0.position) ?? false }
            return Array(rest.prefix(limit))
        }
    }

    package func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch {
        try state.withLock { state in
            if state.applyErrors.isEmpty == false { throw state.applyErrors.removeFirst() }
            if entries.contains(where: { state.bad.contains($0.position) }) { throw Unfit() }
            state.applied += entries
            state.batches.append(entries.count)
            return AppliedBatch(
                applied: JournalCursor(entries.map(\.position)),
                observations: entries.reduce(0) { $0 + $1.observations },
                redelivered: 0,
                notifications: 0,
                oldestReceivedAt: entries.first?.receivedAt
            )
        }
    }

    package func prune(before date: Date) async throws {}
}

/// The fault of an entry.
package struct Unfit: Error {}

extension RecordingIntake: SetAsideEntries {
    package func setAsideNext(_ failed: Int64?, because reason: String, now: Date) async throws -> SetAsideEntry? {
        try change { state in
            if let error = state.asideError { throw error }
            let done = state.applied.count + state.aside.count
            guard let next = state.entries.dropFirst(done).first, next.position == failed ?? next.position else {
                return nil
            }
            let entry = SetAsideEntry(
                position: next.position,
                receivedAt: next.receivedAt,
                observations: next.observations,
                setAsideAt: now,
                reason: reason
            )
            state.aside.append(entry)
            return entry
        }
    }

    package func setAside(page: Page) async throws -> Paged<SetAsideEntry> { Paged(items: now.aside, next: nil) }

    package func requestRetry(_ position: Int64?) async throws -> Int {
        change { state in
            for index in state.aside.indices { state.aside[index].isWanted = true }
            return state.aside.count
        }
    }

    package func wantedAgain(limit: Int) async throws -> [(entry: SetAsideEntry, journal: JournalEntry?)] {
        let state = now
        return state.aside.filter(\.isWanted).prefix(limit).map { entry in
            (entry, state.entries.first { $0.position == entry.position })
        }
    }

    package func applyAgain(_ entry: DecidedEntry, now: Date) async throws -> AppliedBatch? {
        try change { state in
            if state.bad.contains(entry.position) { throw Unfit() }
            state.aside.removeAll { $0.position == entry.position }
            state.applied.append(entry)
            return AppliedBatch(
                applied: JournalCursor([entry.position]),
                observations: 1,
                redelivered: 0,
                notifications: 0
            )
        }
    }

    package func failedAgain(_ position: Int64, because reason: String) async throws {
        change { state in
            for index in state.aside.indices where state.aside[index].position == position {
                state.aside[index].isWanted = false
                state.aside[index].retries += 1
            }
        }
    }
}

/// Holds whoever passes until it is opened, and says when somebody waits.
package final class Gate: Sendable {
    private let reached = AsyncStream.makeStream(of: Void.self)
    private let opened = AsyncStream.makeStream(of: Void.self)

    package init() {}

    package func pass() async {
        reached.continuation.yield()
        for await _ in opened.stream {}
    }

    package func waiting() async { for await _ in reached.stream { return } }

    package func open() { opened.continuation.finish() }
}

/// What happened, in order.
package final class Order: Sendable {
    private let log = Mutex<[String]>([])

    package init() {}

    package var steps: [String] { log.withLock { $0 } }

    package func add(_ step: String) { log.withLock { $0.append(step) } }
}
