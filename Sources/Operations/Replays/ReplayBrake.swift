import Glibc
import Replay
import Synchronization

/// Lets a replay rest while the service has other work: it takes a tenth of a core then, and a whole one otherwise.
///
/// Priorities of tasks are none of the system's threads, so that a replay would take every second turn of two cores from
/// those who post meanwhile.
package final class ReplayBrake: Sendable {
    private struct State {
        /// When the replay went on working.
        var since: Duration
        var rested = Duration.zero
    }

    /// Cores that others use from which on they are given way to.
    private static let busy = 0.15
    /// So many times as long as it worked it rests then.
    private static let restsFor = 9.0
    private static let longestRest = Duration.seconds(2)
    /// Between two stretches of work it looks for so long what others use: while it works itself nobody can tell, since its
    /// thread may be waiting for a core.
    private static let look = Duration.milliseconds(1)
    /// It works for so long before it looks.
    private static let stretch = Duration.milliseconds(40)

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
        state = Mutex(State(since: elapsed()))
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
        let now = elapsed()
        state.withLock { $0.since = now }
    }

    private func rest() async throws {
        let (begin, used) = (elapsed(), processorTime())
        let worked = begin - state.withLock { $0.since }
        guard worked >= ReplayBrake.stretch else { return await Task.yield() }
        try await sleep(ReplayBrake.look)
        let others = (processorTime() - used) / (elapsed() - begin)
        if others >= ReplayBrake.busy { try await sleep(min(worked * ReplayBrake.restsFor, ReplayBrake.longestRest)) }
        let end = elapsed()
        state.withLock { state in
            state.since = end
            state.rested += end - begin
        }
    }
}
