package import FoundationEssentials
import Synchronization

/// How far AWS's clock is from this machine's, once a signature was refused for it. One for the process: it has one clock.
package final class ClockOffset: Sendable {
    private let seconds = Mutex(0.0)
    private let clock: @Sendable () -> Date

    /// - Parameter clock: This machine's.
    package init(clock: @escaping @Sendable () -> Date = { Date() }) { self.clock = clock }

    /// The time by AWS's clock, as far as it is known.
    package var now: Date { clock().addingTimeInterval(seconds.withLock { $0 }) }

    package var offset: Double { seconds.withLock { $0 } }

    /// Takes AWS's time from an answer.
    ///
    /// - Parameter date: The value of its header `Date`.
    /// - Returns: Whether that is far enough from what was thought to explain a refusal.
    package func correct(by date: Date) -> Bool {
        let new = date.timeIntervalSince(clock())
        return seconds.withLock { seconds in
            guard abs(new - seconds) > 30 else { return false }
            seconds = new
            return true
        }
    }
}
