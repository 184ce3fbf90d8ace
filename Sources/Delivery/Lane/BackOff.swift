import Findings
import Store

/// How long a lane rests after failures that are its destination's fault.
package enum BackOff {
    /// Seconds after the first failure, the second, and so on; the last one holds from then on.
    private static let schedule: [Double] = [1, 5, 15, 45, 120, 300, longest]
    /// In seconds; a broken destination is tried at least so often.
    static let longest = 600.0

    /// The most that a receiver's Retry-After may ask for.
    package static let longestRetryAfter = Duration.seconds(ClockAllowance.longestRest)

    /// The rest after so many consecutive failures, in seconds.
    ///
    /// Jitter of 20 % to either side keeps lanes that failed together from returning together; the result is never
    /// under 1 s nor over 10 min, but for Retry-After, which is a floor. A receiver that names its time is alive, so
    /// the schedule adds at most 15 s to what it asks for.
    ///
    /// - Parameters:
    ///   - failures: Consecutive failures, 1 or more.
    ///   - retryAfter: What the receiver asked for.
    ///   - generator: Source of the jitter; seeded in tests.
    /// - Returns: Seconds, 1 or more.
    package static func rest(
        after failures: Int,
        retryAfter: Duration?,
        using generator: inout some RandomNumberGenerator
    ) -> Double {
        let step = min(max(failures, 1), retryAfter == nil ? schedule.count : 3) - 1
        let jittered = schedule[step] * Double.random(in: 0.8...1.2, using: &generator)
        let rest = min(longest, max(1, jittered))
        guard let retryAfter else { return rest }
        return max(rest, min(retryAfter, longestRetryAfter).seconds)
    }
}
