import Delivery
import FoundationEssentials
import Routing
import Store
import Synchronization
import Triage

/// A notifier that answers from a script and remembers what it sent, when, and how many sends overlapped.
final class ScriptedNotifier: Notifier {
    struct Sent: Sendable {
        var notification: Notification
        var destination: String
        var at: Date
    }

    private struct State {
        var sent: [Sent] = []
        var underWay = 0
        var peak = 0
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let answer: @Sendable (Notification, Int) -> Outcome

    /// - Parameter answer: The outcome for a notification, given how many were sent before it.
    init(
        _ answer: @escaping @Sendable (Notification, Int) -> Outcome = { _, _ in Outcome(.delivered, .init(status: 200))
        }
    ) {
        self.answer = answer
    }

    var sent: [Sent] { state.withLock(\.sent) }
    var peak: Int { state.withLock(\.peak) }

    /// From now on sends wait until they are released.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHeld = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns once so many sends have begun.
    func begun(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.sent.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    func deliver(_ notification: Notification, to destination: Destination, now: Date) async -> Outcome {
        let (index, ready) = state.withLock { state in
            state.sent.append(Sent(notification: notification, destination: destination.name, at: now))
            state.underWay += 1
            state.peak = max(state.peak, state.underWay)
            let reached = state.waiters.filter { $0.count <= state.sent.count }
            state.waiters.removeAll { $0.count <= state.sent.count }
            return (state.sent.count - 1, reached)
        }
        for waiter in ready { waiter.continuation.resume() }
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if mustWait == false { continuation.resume() }
        }
        state.withLock { $0.underWay -= 1 }
        return answer(notification, index)
    }
}
