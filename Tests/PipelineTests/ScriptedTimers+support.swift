import FoundationEssentials
import Routing
import Store
import Synchronization

/// Timers in memory that fire when their moment has come, a bounded number at a time, and fail when they are told to.
final class ScriptedTimers: TriageTimers {
    struct Refusal: Error {}

    private struct State {
        var due: [Date] = []
        var fired: [(timer: Date, at: Date, version: Int)] = []
        var looks = 0
        var refusals = 0
        var isStuck = false
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let changed: AsyncStream<Void>.Continuation
    let timersChanged: AsyncStream<Void>

    init(_ due: [Date] = []) {
        (timersChanged, changed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.due = due }
    }

    var fired: [Date] { state.withLock { $0.fired.map(\.timer) } }
    var firedAt: [Date] { state.withLock { $0.fired.map(\.at) } }
    var versions: [Int] { state.withLock { $0.fired.map(\.version) } }
    var looks: Int { state.withLock(\.looks) }

    func set(_ due: [Date]) {
        state.withLock { $0.due = due }
        changed.yield()
    }

    /// Moves a timer without saying so, as a change of another process or of the clock would.
    func setSilently(_ due: [Date]) { state.withLock { $0.due = due } }

    func wake() { changed.yield() }
    func rulesChanged() { changed.yield() }

    func refuse(_ count: Int) { state.withLock { $0.refusals = count } }

    /// From now on a due timer is never fired.
    func stick() { state.withLock { $0.isStuck = true } }

    /// Returns once the store was asked to fire so often.
    func looked(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.looks >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    func nextTimer() async throws -> Date? { state.withLock { $0.due.min() } }

    func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws -> Bool {
        let (answer, ready) = state.withLock { state -> (Bool?, [CheckedContinuation<Void, Never>]) in
            state.looks += 1
            let reached = state.waiters.filter { $0.count <= state.looks }.map(\.continuation)
            state.waiters.removeAll { $0.count <= state.looks }
            guard state.refusals == 0 else {
                state.refusals -= 1
                return (nil, reached)
            }
            guard state.isStuck == false else { return (false, reached) }
            let part = state.due.filter { $0 <= now }.sorted().prefix(2)
            for timer in part { state.fired.append((timer, now, table.version)) }
            state.due.removeAll { part.contains($0) }
            return (state.due.contains { $0 <= now }, reached)
        }
        for waiter in ready { waiter.resume() }
        guard let answer else { throw Refusal() }
        return answer
    }
}
