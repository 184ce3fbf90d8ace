import FoundationEssentials
import Store
import Synchronization

/// What a node holds of the lanes that it shares with others: whatever it offers, and what it offered until it gives it up.
final class SharedLanes: Leases {
    private struct State {
        var offered: Set<String> = []
        var leaving: Set<String> = []
        var givenUp: [String] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let signal = Signal()

    var isShared: Bool { true }
    var leaseChanges: AsyncStream<Void> { signal.stream() }
    var leavingLanes: Set<String> { state.withLock(\.leaving) }
    /// In the order in which it was done.
    var givenUp: [String] { state.withLock(\.givenUp) }

    func mayDo(_ work: LeasedWork) -> Bool {
        guard case .lane(let lane) = work else { return false }
        return state.withLock { $0.offered.contains(lane) && $0.leaving.contains(lane) == false }
    }

    func offer(lanes: Set<String>) {
        let isNews = state.withLock { state in
            defer { state.offered = lanes }
            state.leaving.formUnion(state.offered.subtracting(lanes))
            return state.offered != lanes
        }
        if isNews { signal.send() }
    }

    func giveUp(lane: String) async {
        let ready = state.withLock { state in
            guard state.leaving.remove(lane) != nil else { return [CheckedContinuation<Void, Never>]() }
            state.givenUp.append(lane)
            let count = state.givenUp.count
            defer { state.waiters.removeAll { $0.count <= count } }
            return state.waiters.filter { $0.count <= count }.map(\.continuation)
        }
        for continuation in ready { continuation.resume() }
    }

    /// Returns once so many lanes have been given up.
    func gaveUp(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.givenUp.count < count { state.waiters.append((count, continuation)) }
                return state.givenUp.count >= count
            }
            if isDone { continuation.resume() }
        }
    }

    func nodes() async throws -> [NodeRecord] { [] }
}
