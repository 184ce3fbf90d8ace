import Glibc
import Replay
import Synchronization

/// Lets a replay rest while the service has other work: it takes a tenth of a core then, and a whole one otherwise.
///
/// Priorities of tasks are none of the system's threads, so that a replay would take every second turn of two cores from
/// those who post meanwhile.
package final class ReplayBrake: Sendable {
    private struct State {
        /// When the replay went on working, and how much the process had used by then.
        var since: Duration
        var used: Duration
        var rested = Duration.zero
    }

    /// Cores that others use from which on they are given way to.
    private static let busy = 0.15
    /// So many times as long as it worked it rests then.
    private static let restsFor = 9.0
    private static let longestRest = Duration.seconds(2)

    private let state: Mutex<State>
    private let elapsed: @Sendable () -> Duration
    private let processorTime: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - elapsed: A clock that only goes forward.
    ///   - processorTime: What the process has used of all cores, the replay included.
    ///   - sleep: Rests for so long.
    init(
        elapsed: @escaping @Sendable () -> Duration,
        processorTime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.processorTime = processorTime
        self.sleep = sleep
        state = Mutex(State(since: elapsed(), used: processorTime()))
    }

    /// The brake of a process in which nothing else replays.
    package convenience init() {
        let start = ContinuousClock.now
        self.init(
            elapsed: { start.duration(to: .now) },
            processorTime: {
                var time = timespec()
                clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
                return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
            },
            sleep: { try await Task.sleep(for: $0) }
        )
    }

    /// How long replays have rested in all.
    var rested: Duration { state.withLock { $0.rested } }

    var pace: ReplayPace { ReplayPace { try await self.rest() } }

    /// Begins to measure anew, as a replay begins.
    func release() {
        let (now, used) = (elapsed(), processorTime())
        state.withLock { state in
            state.since = now
            state.used = used
        }
    }

    private func rest() async throws {
        let (now, used) = (elapsed(), processorTime())
        let rest = state.withLock { state -> Duration in
            let worked = now - state.since
            guard worked > .zero else { return .zero }
            // The replay is one thread, which may have waited for a core.
            let others = (used - state.used - worked) / worked
            return others < ReplayBrake.busy
                ? .zero : min(worked * ReplayBrake.restsFor, ReplayBrake.longestRest)
        }
        if rest > .zero { try await sleep(rest) } else { await Task.yield() }
        let (after, then) = (elapsed(), processorTime())
        state.withLock { state in
            state.since = after
            state.used = then
            state.rested += rest
        }
    }
}
