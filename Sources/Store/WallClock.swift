package import FoundationEssentials
import Synchronization

/// How the wall clock and a clock that nobody sets stood together at one moment.
package struct ClockMark: Sendable, Hashable {
    package var wall: Date
    /// Seconds since the machine was started, sleep included (clock_gettime(2), CLOCK_BOOTTIME).
    package var uptime: Double
    /// Tells one start of the machine from another (proc(5), /proc/sys/kernel/random/boot_id).
    package var boot: String

    package init(wall: Date, uptime: Double, boot: String) {
        self.wall = wall
        self.uptime = uptime
        self.boot = boot
    }

    /// By how many seconds the wall clock was set since another mark; 0 when it was not, or when nobody can know.
    ///
    /// After another start of the machine only a clock that goes back is known to have been set; one that is ahead may have
    /// been off for as long.
    package func step(since earlier: ClockMark) -> Double {
        let passed = wall.timeIntervalSince(earlier.wall)
        let step = boot == earlier.boot ? passed - (uptime - earlier.uptime) : min(0, passed)
        return abs(step) < ClockMark.leastStep ? 0 : step
    }

    /// How far the wall clock went on without anybody knowing whether so much time has passed, in seconds.
    package func gap(since earlier: ClockMark) -> Double {
        boot == earlier.boot ? 0 : max(0, wall.timeIntervalSince(earlier.wall))
    }

    /// Seconds; less is what clocks drift, and what NTP takes back little by little.
    package static let leastStep = 2.0
}

/// What a store keeps of the wall clock, and the moments in it that move when the clock is set.
package protocol WallClockRecord: Sendable {
    /// The last mark that was kept, or what the newest journal entry tells of the wall clock, with a boot of no name.
    func clockMark() async throws -> ClockMark?

    func save(_ mark: ClockMark) async throws

    /// The wall clock was set: what was due in so many seconds, or has been retried for so long, is due in as many and has
    /// been retried for as long by the clock as it is now. Digests and windows go by their schedules again.
    ///
    /// - Parameters:
    ///   - seconds: By how much; below 0 when it was set back.
    ///   - now: The wall clock as it is now. No retry is due more than ``ClockAllowance/longestRest`` from it.
    /// - Throws: When the commit failed; nothing has moved then.
    func moveMoments(by seconds: Double, now: Date) async throws

    /// Evidence that is this much older by its dates than it is.
    func clockAllowance() async throws -> ClockAllowance

    func save(_ allowance: ClockAllowance) async throws
}

/// By how much the dates of what is stored make it look older than it is, since the wall clock was set forward after it was
/// stored.
package struct ClockAllowance: Sendable, Hashable {
    /// The longest time that a notification may rest before its next attempt, in seconds: what a Retry-After may ask for.
    package static let longestRest = 15 * 60.0

    /// 0 or more.
    package var seconds: Double
    /// When all that was stored before is older than the retention in truth.
    package var until: Date?

    package init(seconds: Double = 0, until: Date? = nil) {
        self.seconds = seconds
        self.until = until
    }

    /// The wall clock was set, or went on by itself while nobody could look.
    package mutating func add(_ step: Double, retention: Double, now: Date) {
        if let until, until <= now { self = ClockAllowance() }
        seconds = max(0, seconds + step)
        until = seconds > 0 ? now.addingTimeInterval(retention) : nil
    }

    /// Before which date evidence is older than the retention in truth.
    ///
    /// - Parameters:
    ///   - retention: In seconds.
    ///   - now: The wall clock.
    /// - Returns: A date of the wall clock.
    package func horizon(retention: Double, now: Date) -> Date {
        let held = until.map { $0 > now } ?? false ? seconds : 0
        return now.addingTimeInterval(-retention - held)
    }
}

/// How the wall clock was set while the process ran and before it started, for whoever asks.
package final class ClockSteps: Sendable {
    /// One time.
    package struct Step: Sendable, Hashable {
        package var seconds: Double
        /// By the clock as it was set then.
        package var at: Date

        package init(seconds: Double, at: Date) {
            self.seconds = seconds
            self.at = at
        }
    }

    private let state = Mutex<(count: Int, last: Step?)>((0, nil))

    package init() {}

    package var count: Int { state.withLock(\.count) }
    package var last: Step? { state.withLock(\.last) }

    package func add(_ step: Step) {
        state.withLock { state in
            state.count += 1
            state.last = step
        }
    }
}
