import CoreFoundation
import FoundationEssentials
import Glibc
import Logging
import ServiceLifecycle
import Store

/// Notices that the wall clock was set, says so, and has every stored moment that depends on it moved along.
///
/// How the clocks stood is written down each minute, so that a step is noticed over a restart as well.
actor ClockWatch: Service {
    static let interval = Duration.seconds(1)
    /// How many looks there are between two marks.
    static let looksPerMark = 60

    private let record: any WallClockRecord
    private let steps: ClockSteps
    /// Seconds for which evidence is kept.
    private let retention: Double
    private let logger: Logger
    private let read: @Sendable () -> ClockMark
    /// Called after moments have moved.
    private let changed: @Sendable () async -> Void
    private var last: ClockMark
    private var looks = 0
    /// What was noticed and could not be written down yet.
    private var owed = 0.0

    init(
        record: any WallClockRecord,
        steps: ClockSteps,
        retention: Double,
        logger: Logger,
        read: @escaping @Sendable () -> ClockMark = ClockMark.now,
        changed: @escaping @Sendable () async -> Void
    ) {
        self.record = record
        self.steps = steps
        self.retention = retention
        self.logger = logger
        self.read = read
        self.changed = changed
        last = read()
    }

    /// Compares with what an earlier process wrote down.
    func start() async throws {
        last = read()
        let earlier = try await record.clockMark()
        let step = earlier.map { last.step(since: $0) } ?? 0
        try await record.moveMoments(by: step, now: last.wall)
        if step != 0 { note(step) }
        // A gap may have been a step: for a while nothing is removed by it.
        let gap = earlier.map { last.gap(since: $0) } ?? 0
        let unsure = gap > 86_400 ? gap : 0
        if step != 0 || unsure > 0 { try await allow(step + unsure) }
        try await record.save(last)
    }

    func run() async throws {
        do {
            while Task.isShuttingDownGracefully == false {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: ClockWatch.interval) }
                await look()
            }
        } catch is CancellationError {
            // The sleep was cut short by the shutdown.
        }
        do { try await record.save(read()) } catch { failed(error) }
    }

    /// One look.
    func look() async {
        let now = read()
        let step = now.step(since: last)
        last = now
        if step != 0 {
            note(step)
            owed += step
        }
        looks += 1
        do {
            if owed != 0 {
                let step = owed
                try await record.moveMoments(by: step, now: now.wall)
                owed -= step
                try await allow(step)
                try await record.save(now)
                await changed()
            } else if looks.isMultiple(of: ClockWatch.looksPerMark) {
                try await record.save(now)
            }
        } catch {
            failed(error)
        }
    }

    /// Before which date evidence is older than the retention in truth.
    func horizon() async throws -> Date {
        try await record.clockAllowance().horizon(retention: retention, now: read().wall)
    }

    private func allow(_ step: Double) async throws {
        var allowance = try await record.clockAllowance()
        allowance.add(step, retention: retention, now: last.wall)
        try await record.save(allowance)
    }

    private func note(_ step: Double) {
        steps.add(ClockSteps.Step(seconds: step, at: last.wall))
        logger.warning(
            "the wall clock was set; what is due moves with it",
            metadata: ["seconds": "\(step.rounded())", "now": "\(last.wall.formatted(.iso8601))"]
        )
    }

    private func failed(_ error: any Error) {
        logger.error("the state of the clock could not be written down", metadata: ["error": "\(error)"])
    }
}

extension ClockMark {
    /// As the machine's clocks are.
    static func now() -> ClockMark {
        var time = timespec()
        // It fails for a clock that does not exist only (clock_gettime(2)); this one does since Linux 2.6.39.
        _ = clock_gettime(CLOCK_BOOTTIME, &time)
        return ClockMark(
            wall: Date(),
            uptime: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9,
            boot: ClockMark.bootID
        )
    }

    /// Empty where there is none: then every start counts as another one of the machine.
    private static let bootID =
        FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id")
        .map { String(decoding: $0, as: UTF8.self).trimmingPrefix(while: \.isWhitespace) }
        .map { String($0.prefix { $0.isNewline == false }) } ?? ""
}
