import Glibc
import Replay
import Synchronization
import Threads

/// Lets a replay rest while the service has other work: it takes a fiftieth of a core then, and a whole one otherwise.
///
/// Priorities of tasks are none of the system's threads, so that a replay would take every second turn of two cores from
/// those who post meanwhile. A low priority of its threads would hold up whoever waits for a lock that they hold, and be
/// inherited by each thread that is made for what they ask for.
package final class ReplayBrake: Sendable {
    private struct State {
        /// As of the last look.
        var elapsed: Duration
        var own: Duration
        var process: Duration
        var rested = Duration.zero
    }

    /// Cores that others use from which on they are given way to.
    private static let busy = 0.15
    /// It works for so long before it looks.
    private static let stretch = Duration.milliseconds(25)
    /// It rests for so long before it looks again.
    private static let breath = Duration.milliseconds(25)
    /// So many times as long as it worked it rests at most, and for so long.
    private static let restsFor = 49.0
    private static let longestRest = Duration.seconds(2)

    private let state: Mutex<State>
    private let elapsed: @Sendable () -> Duration
    private let ownTime: @Sendable () -> Duration
    private let processTime: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - elapsed: A clock that only goes forward.
    ///   - ownTime: What replays have used of all cores.
    ///   - processTime: What the process has used of all cores, replays included.
    ///   - sleep: Rests for so long.
    init(
        elapsed: @escaping @Sendable () -> Duration,
        ownTime: @escaping @Sendable () -> Duration,
        processTime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.ownTime = ownTime
        self.processTime = processTime
        self.sleep = sleep
        state = Mutex(State(elapsed: elapsed(), own: ownTime(), process: processTime()))
    }

    /// The brake of a process in which nothing but replays runs on metered threads.
    package convenience init() {
        let start = ContinuousClock.now
        self.init(
            elapsed: { start.duration(to: .now) },
            ownTime: { MeteredThread.processorTime },
            processTime: {
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
    func release() { _ = look() }

    /// What was worked, and how many cores others used, since the last look.
    private func look() -> (worked: Duration, others: Double) {
        let (elapsed, own, process) = (elapsed(), ownTime(), processTime())
        return state.withLock { state in
            let worked = own - state.own
            let time = elapsed - state.elapsed
            let others = time > .zero ? (process - state.process - worked) / time : 0
            (state.elapsed, state.own, state.process) = (elapsed, own, process)
            return (worked, others)
        }
    }

    private func rest() async throws {
        guard ownTime() - state.withLock({ $0.own }) >= ReplayBrake.stretch else { return await Task.yield() }
        var (worked, others) = look()
        let most = min(worked * ReplayBrake.restsFor, ReplayBrake.longestRest)
        let begin = elapsed()
        while others >= ReplayBrake.busy, elapsed() - begin < most {
            try await sleep(ReplayBrake.breath)
            others = look().others
        }
        let rest = elapsed() - begin
        state.withLock { $0.rested += rest }
    }
}
