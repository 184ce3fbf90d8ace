package import FoundationEssentials
import Store
import Synchronization

/// A clock that stands still until it is told to go on.
package final class ManualTime: Timekeeper {
    private struct Sleeper {
        var id: Int
        var until: Date
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Date.sample
        /// How far the wall clock is ahead.
        var skew = 0.0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [(condition: @Sendable (Date) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
        var nextID = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Date { state.withLock { $0.now.addingTimeInterval($0.skew) } }

    package var steady: Date { state.withLock(\.now) }

    /// Sets the wall clock forward, or back.
    package func set(by seconds: Double) { state.withLock { $0.skew += seconds } }

    /// Returns once something sleeps until a moment for which the condition holds.
    package func alarm(where condition: @escaping @Sendable (Date) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isSet = state.withLock { state in
                if state.sleepers.contains(where: { condition($0.until) }) { return true }
                state.watchers.append((condition, continuation))
                return false
            }
            if isSet { continuation.resume() }
        }
    }

    package func advance(by seconds: Double) {
        let due = state.withLock { state in
            state.now.addTimeInterval(seconds)
            let due = state.sleepers.filter { $0.until <= state.now }
            state.sleepers.removeAll { $0.until <= state.now }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    package func sleep(until date: Date) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (answer, ready) = state.withLock {
                    state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.contains(id) || Task.isCancelled { return (.failure(CancellationError()), []) }
                    if date <= state.now { return (.success(()), []) }
                    state.sleepers.append(Sleeper(id: id, until: date, continuation: continuation))
                    let ready = state.watchers.filter { $0.condition(date) }.map(\.continuation)
                    state.watchers.removeAll { $0.condition(date) }
                    return (nil, ready)
                }
                for watcher in ready { watcher.resume() }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                let found = state.sleepers.first { $0.id == id }
                state.sleepers.removeAll { $0.id == id }
                return found
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
