import Synchronization

/// A clock that never waits and remembers for how long it was asked to.
package final class RecordedClock: Clock {
    package struct Instant: InstantProtocol, Sendable {
        package var offset: Swift.Duration

        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Mutex<(now: Instant, slept: [Swift.Duration])>((Instant(offset: .zero), []))

    private let hook = Mutex<(@Sendable (Int) -> Void)?>(nil)

    package init() {}

    /// Hears how often somebody has slept.
    package var onSleep: (@Sendable (Int) -> Void)? {
        get { hook.withLock { $0 } }
        set { hook.withLock { $0 = newValue } }
    }

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Swift.Duration { .zero }
    package var slept: [Swift.Duration] { state.withLock { $0.slept } }

    package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        try Task.checkCancellation()
        let count = state.withLock { state in
            state.slept.append(state.now.duration(to: deadline))
            state.now = deadline
            return state.slept.count
        }
        onSleep?(count)
    }
}
