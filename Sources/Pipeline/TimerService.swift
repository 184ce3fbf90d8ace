import FoundationEssentials
package import Logging
package import Routing
import ServiceLifecycle
package import Store

/// Does what triage has to do at its own moments: sleeps until the next one or until timers have moved, and then fires until
/// nothing is due.
///
/// A store that fails is asked again after a pause that grows: nothing here ends the process. What is under way at a
/// graceful shutdown is finished; what is due then is due at the next start.
package struct TimerService {
    /// The longest sleep: a wall clock that is set must not delay a reminder for as long as it was off.
    static let longestSleep = 60.0
    /// Between two looks at a timer that is due and was not fired.
    static let shortestSleep = 1.0

    private let timers: any TriageTimers
    private let routes: ActiveRoutes
    private let silences: ActiveSilences
    private let leases: any Leases
    private let time: any Timekeeper
    private let reports: WorkReports
    private let logger: Logger

    /// - Parameters:
    ///   - timers: What is due, and doing it.
    ///   - routes: The rules in force, read at each firing.
    ///   - silences: The silences that are not over, read at each firing.
    ///   - leases: Whether this node is the one that does what is due.
    ///   - time: The clock.
    ///   - reports: Hears whether what is due can be done.
    ///   - logger: For a store that fails.
    package init(
        timers: any TriageTimers,
        routes: ActiveRoutes,
        silences: ActiveSilences = ActiveSilences(),
        leases: any Leases = SoleNode(),
        time: any Timekeeper = SystemTime(),
        reports: WorkReports = WorkReports(),
        logger: Logger
    ) {
        self.timers = timers
        self.routes = routes
        self.silences = silences
        self.leases = leases
        self.time = time
        self.reports = reports
        self.logger = logger
    }

    /// Fires what is due.
    ///
    /// - Returns: When to look again.
    private func work() async throws -> Date {
        guard leases.mayDo(.triage) else { return time.now.addingTimeInterval(TimerService.longestSleep) }
        while isEnding == false {
            let table = routes.table
            let silences = silences.table(for: table)
            do {
                guard try await timers.fire(now: time.now, table: table, silences: silences) else { break }
            } catch is LeaseLost {
                return time.now.addingTimeInterval(TimerService.longestSleep)
            } catch is RulesChanged {
                // Under the rules in force, as soon as this node knows them.
                return time.now.addingTimeInterval(TimerService.shortestSleep)
            }
        }
        let next = try await timers.nextTimer()
        let now = time.now
        let latest = now.addingTimeInterval(TimerService.longestSleep)
        guard let next else { return latest }
        return next > now ? min(next, latest) : now.addingTimeInterval(TimerService.shortestSleep)
    }

    private var isEnding: Bool { Task.isCancelled || Task.isShuttingDownGracefully }
}

extension TimerService: Service {
    /// Runs until the service is shut down.
    package func run() async throws {
        // A wake-up says only that there is something to look at, so one that waits is as good as many.
        let (wakes, queue) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in timers.timersChanged { queue.yield() }
                }
                if leases.isShared {
                    group.addTask {
                        for await _ in leases.leaseChanges { queue.yield() }
                    }
                }
                queue.yield()
                await follow(wakes, queue)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    private func follow(_ wakes: AsyncStream<Void>, _ queue: AsyncStream<Void>.Continuation) async {
        var failures = 0
        var restsUntil: Date?
        var alarm: (at: Date, task: Task<Void, Never>)?
        defer { alarm?.task.cancel() }
        for await _ in wakes {
            if isEnding { return }
            let at: Date
            if let restsUntil, restsUntil > time.now {
                at = restsUntil
            } else {
                do {
                    at = try await work()
                    failures = 0
                    reports.succeeded(.timers, "timer transaction")
                    restsUntil = nil
                } catch {
                    // The end cuts calls short, which is no failure.
                    if isEnding { return }
                    failures += 1
                    at = time.now.addingTimeInterval(TimerService.pause(after: failures))
                    restsUntil = at
                    reports.failed(.timers, "timer transaction", because: "\(error)")
                    logger.error(
                        "timer transaction failed; timers wait",
                        metadata: ["error": "\(error)", "failures": "\(failures)"]
                    )
                }
            }
            if let alarm, alarm.at == at, at > time.now { continue }
            alarm?.task.cancel()
            // Unstructured, so that an alarm that was overtaken can be taken back alone; `defer` ends the last one.
            let task = Task { [time] in
                do { try await time.sleep(seconds: at.timeIntervalSince(time.now)) } catch { return }
                queue.yield()
            }
            alarm = (at, task)
        }
    }

    /// Seconds to wait after so many failures in a row: 1, 2, 4 … 60.
    static func pause(after failures: Int) -> Double { min(longestSleep, Double(1 << min(max(failures, 1) - 1, 6))) }
}
