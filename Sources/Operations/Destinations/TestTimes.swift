import FoundationEssentials
import Synchronization

/// When each destination was last tried, so that nobody floods a channel by pressing a button.
final class TestTimes: Sendable {
    /// Seconds between two tests of one destination.
    static let pause = 10.0

    private let last = Mutex<[String: Date]>([:])

    /// Begins a test.
    ///
    /// - Parameters:
    ///   - destination: Where it goes.
    ///   - now: The time.
    /// - Returns: `nil` when it may be sent; else the seconds until it may, 1 or more.
    func begin(_ destination: String, now: Date) -> Int? {
        last.withLock { last in
            if let before = last[destination] {
                let left = TestTimes.pause - now.timeIntervalSince(before)
                // A clock that was set back may not close the door for long.
                if left > 0, left <= TestTimes.pause { return max(1, Int(left.rounded(.up))) }
            }
            last = last.filter { abs(now.timeIntervalSince($0.value)) < TestTimes.pause }
            last[destination] = now
            return nil
        }
    }
}
