import Findings
package import FoundationEssentials
package import Logging
package import Routing
import ServiceLifecycle
package import Store

/// Turns what was accepted into decisions, in journal order: reads entries, asks the rules, has the store apply them.
///
/// What fails is tried again with a growing pause, since everything it needs is on disk. At shutdown the batch in hand is
/// finished, and the rest waits in the journal for the next start.
package struct JournalApplier: Service {
    private let intake: any Intake
    private let routes: ActiveRoutes
    private let silences: ActiveSilences
    private let handOver: HandOver
    private let metrics: IngestMetrics
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date

    /// How much one transaction applies; enough to share its cost, little enough to stay short.
    static let batchEntries = 256
    static let batchBytes = 4 * 1_048_576
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(30)

    /// - Parameters:
    ///   - intake: The journal.
    ///   - routes: The rules in force, read anew for every batch.
    ///   - silences: The silences to ask, read anew for every batch.
    ///   - handOver: What the routes of ``IngestRoutes`` have decoded already.
    ///   - metrics: Where to count.
    ///   - logger: Hears of failures.
    ///   - clock: Times the pauses after failures.
    ///   - now: The time of application.
    package init(
        intake: any Intake,
        routes: ActiveRoutes,
        silences: ActiveSilences = ActiveSilences(),
        handOver: HandOver,
        metrics: IngestMetrics,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.intake = intake
        self.routes = routes
        self.silences = silences
        self.handOver = handOver
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
        self.now = now
    }

    package func run() async throws {
        // Taken before the first reading, so that nothing is accepted unnoticed in between.
        let wakes = intake.accepted
        await applyAll()
        for await _ in wakes.cancelOnGracefulShutdown() { await applyAll() }
    }

    /// Applies until the journal is empty or the service is to stop.
    ///
    /// While one batch is written, the next is read and decided.
    private func applyAll() async {
        var failures = 0
        var ready: Batch?
        while Task.isCancelled == false, Task.isShuttingDownGracefully == false {
            do {
                // After a failure one entry at a time, so that one that cannot be applied shows itself.
                let limit = failures == 0 ? JournalApplier.batchEntries : 1
                let batch: Batch
                if let ready { batch = ready } else { batch = try await decide(after: nil, limit: limit) }
                ready = nil
                guard let last = batch.entries.last else { return }
                let isSmooth = failures == 0
                async let following: Batch? = isSmooth ? decide(after: last.position, limit: limit) : nil
                try await apply(batch)
                failures = 0
                // An empty one is read again: more may have come meanwhile.
                ready = try await following.flatMap { $0.entries.isEmpty ? nil : $0 }
            } catch {
                failures += 1
                ready = nil
                logger.error(
                    "accepted findings could not be applied; they are safe in the journal and will be tried again",
                    metadata: ["error": .string(String(describing: error)), "failures": .stringConvertible(failures)]
                )
                guard await pause(after: failures) else { return }
            }
        }
    }

    /// Entries as the rules decide them, ready to be applied.
    private struct Batch: Sendable {
        var entries: [DecidedEntry] = []
        var count = DecisionCount()
    }

    private func decide(after position: Int64?, limit: Int) async throws -> Batch {
        let entries = try await intake.unapplied(
            after: position,
            limit: limit,
            byteLimit: JournalApplier.batchBytes
        )
        let table = routes.table
        let silences = silences.table(for: table)
        var count = DecisionCount()
        let decided = try entries.map { entry in
            let decided = try DecidedEntry.decide(
                entry,
                handed: handOver.take(entry.position),
                table: table,
                silences: silences
            )
            count.add(decided.entry)
            if let problem = decided.problem {
                logger.error(
                    "an accepted request can no longer be read as it was when it was accepted",
                    metadata: ["position": .stringConvertible(entry.position), "error": .string(problem)]
                )
            }
            return decided.entry
        }
        return Batch(entries: decided, count: count)
    }

    private func apply(_ batch: Batch) async throws {
        let applied = try await intake.apply(batch.entries, now: now())
        handOver.forget(through: applied.position)
        metrics.applied(
            duplicates: applied.redelivered,
            unrouted: batch.count.unrouted,
            suppressed: batch.count.suppressed,
            delay: applied.oldestReceivedAt.map { .seconds(max(0, now().timeIntervalSince($0))) }
        )
    }

    /// Waits before the next try; false when the service is to stop instead.
    private func pause(after failures: Int) async -> Bool {
        let doubled = JournalApplier.firstPause * (1 << min(failures - 1, 16))
        do {
            try await cancelWhenGracefulShutdown {
                try await clock.sleep(for: min(doubled, JournalApplier.longestPause))
            }
            return true
        } catch {
            return false
        }
    }
}

/// How a batch was decided, for the metrics.
private struct DecisionCount: Sendable {
    var unrouted = 0
    var suppressed = 0

    mutating func add(_ entry: DecidedEntry) {
        for observation in entry.events.lazy.flatMap(\.observations) {
            switch observation.decision.verdict {
            case .routed: break
            case .suppressed: suppressed += 1
            case .unrouted: unrouted += 1
            }
        }
    }
}
