import Synchronization

/// Tells any number of listeners that there is something to look at; what, they find out themselves.
package final class Signal: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes every listener; signals that a listener has not yet taken are folded into one.
    package func send() {
        state.withLock { state in
            for listener in state.listeners.values { listener.yield() }
        }
    }

    /// Ends every stream.
    package func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    /// A stream of its own for one listener. It begins with an element, so that nothing that happened before is missed.
    package func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let key: Int? = state.withLock { state in
            guard state.isFinished == false else { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        guard let key else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(key) }
        return stream
    }

    private func remove(_ key: Int) {
        state.withLock { $0.listeners[key] = nil }
    }
}
