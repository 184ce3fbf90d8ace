import Findings
package import FoundationEssentials
package import Logging
package import Routing
import ServiceLifecycle
package import Store
import Triage

/// Turns what was accepted into decisions, in journal order: reads entries, asks the rules, has the store apply them.
///
/// What fails is tried again with a growing pause, since everything it needs is on disk. An entry that goes on failing by
/// itself is set aside, so that it does not hold up the others; while the store is at fault nothing is. At shutdown the
/// batch in hand is finished, and the rest waits in the journal for the next start.
package struct JournalApplier: Service {
    private let intake: any Intake
    private let setAside: any SetAsideEntries
    private let leases: any Leases
    private let reports: WorkReports
    private let routes: ActiveRoutes
    private let silences: ActiveSilences
    private let shadow: ActiveShadow
    private let handOver: HandOver
    private let metrics: ApplyMetrics
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date

    /// How much one transaction applies; enough to share its cost, little enough to stay short.
    static let batchEntries = 1_024
    static let batchBytes = 4 * 1_048_576
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(30)
    /// By how many seconds applying may have fallen behind before only the rules in force are asked.
    static let shadowLag = 5.0
    /// So often in a row, a tenth of a second apart, other rules may be in force than this node knows before it has failed.
    static let patienceForRules = 100
    /// How often an entry is tried before it is set aside.
    static let tries = 4
    /// How many are set aside in a row: when nothing at all can be applied, it is not the entries that are at fault.
    static let mostAside = 16

    /// - Parameters:
    ///   - intake: The journal.
    ///   - setAside: Where entries go that cannot be applied.
    ///   - leases: Whether this node is the one that applies.
    ///   - reports: Hears whether applying works.
    ///   - routes: The rules in force, read anew for every batch.
    ///   - silences: The silences to ask, read anew for every batch.
    ///   - shadow: The rules that decide beside those in force, read anew for every entry.
    ///   - handOver: What was decoded when it was accepted.
    ///   - metrics: Where to count.
    ///   - logger: Hears of failures.
    ///   - clock: Times the pauses after failures.
    ///   - now: The time of application.
    package init(
        intake: any Intake,
        setAside: any SetAsideEntries,
        leases: any Leases = SoleNode(),
        reports: WorkReports = WorkReports(),
        routes: ActiveRoutes,
        silences: ActiveSilences = ActiveSilences(),
        shadow: ActiveShadow = ActiveShadow(),
        handOver: HandOver,
        metrics: ApplyMetrics,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.intake = intake
        self.setAside = setAside
        self.leases = leases
        self.reports = reports
        self.routes = routes
        self.silences = silences
        self.shadow = shadow
        self.handOver = handOver
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
        self.now = now
    }

    package func run() async throws {
        // Taken before the first reading, so that nothing is accepted unnoticed in between.
        let wakes = intake.accepted
        guard leases.isShared else {
            await applyAll()
            for await _ in wakes.cancelOnGracefulShutdown() { await applyAll() }
            return
        }
        let (either, queue) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in wakes { queue.yield() } }
            group.addTask { for await _ in leases.leaseChanges { queue.yield() } }
            for await _ in either.cancelOnGracefulShutdown() { await applyAll() }
            group.cancelAll()
        }
    }

    /// How it goes with what cannot be applied.
    private struct Failures {
        /// In a row, of anything.
        var count = 0
        /// In a row, of one entry and by its own fault.
        var ofEntry = 0
        /// Which entry; `nil` for what could not be read.
        var position: Int64?
        /// How many entries are still applied one at a time, because one of them has failed with others.
        var singly = 0
        /// Set aside in a row.
        var aside = 0
        /// In a row, because other rules are in force than this node knows.
        var rules = 0

        /// - Parameters:
        ///   - position: Of the first entry that was tried. What another process took earlier may come before it the next
        ///     time.
        ///   - isOfEntry: Whether the entry is at fault.
        mutating func note(_ position: Int64?, isOfEntry: Bool) {
            count += 1
            if position != self.position { ofEntry = 0 }
            self.position = position
            ofEntry = isOfEntry ? ofEntry + 1 : 0
        }

        mutating func forget() {
            rules = 0
            count = 0
            ofEntry = 0
        }
    }

    /// Applies until the journal is empty or the service is to stop.
    ///
    /// While one batch is written, the next is read and decided.
    private func applyAll() async {
        var failures = Failures()
        var ready: Batch?
        while Task.isCancelled == false, Task.isShuttingDownGracefully == false, leases.mayDo(.triage) {
            var batch = Batch()
            do {
                // After a failure one entry at a time, so that one that cannot be applied shows itself.
                let isSmooth = failures.count == 0 && failures.singly == 0
                let limit = isSmooth ? JournalApplier.batchEntries : 1
                if let ready { batch = ready } else { batch = try await decide(after: nil, limit: limit) }
                ready = nil
                guard batch.entries.isEmpty == false else {
                    reports.succeeded(.applier, "applying")
                    return await tryAgain()
                }
                let end = batch.end
                async let following: Batch? = isSmooth ? decide(after: end, limit: limit) : nil
                try await apply(batch)
                failures.singly = max(0, failures.singly - batch.entries.count)
                failures.forget()
                failures.aside = 0
                reports.succeeded(.applier, "applying")
                // An empty one is read again: more may have come meanwhile.
                ready = try await following.flatMap { $0.entries.isEmpty ? nil : $0 }
            } catch is LeaseLost {
                // Nothing is wrong: another node goes on with it.
                return
            } catch is RulesChanged {
                // Decided again as soon as this node knows them.
                ready = nil
                failures.rules += 1
                if failures.rules > JournalApplier.patienceForRules {
                    reports.failed(.applier, "applying", because: "this node does not know the rules in force")
                }
                guard await pause(after: 1) else { return }
            } catch {
                ready = nil
                failures.note(batch.entries.first?.position, isOfEntry: JournalApplier.isOfEntry(error))
                if batch.entries.count > 1 {
                    failures.singly = max(failures.singly, batch.entries.count)
                    failures.ofEntry = 0
                }
                logger.error(
                    "accepted findings could not be applied; they are safe in the journal and will be tried again",
                    metadata: [
                        "error": .string(String(describing: error)), "failures": .stringConvertible(failures.count),
                    ]
                )
                if failures.count > 1 { reports.failed(.applier, "applying", because: String(describing: error)) }
                if failures.ofEntry >= JournalApplier.tries, failures.aside < JournalApplier.mostAside,
                    await putAside(failures.position, because: error)
                {
                    failures.forget()
                    failures.aside += 1
                    reports.succeeded(.applier, "applying")
                    continue
                }
                guard await pause(after: failures.count) else { return }
            }
        }
    }

    /// Whether an error says that the entry cannot be applied, and not that nothing can be.
    private static func isOfEntry(_ error: any Error) -> Bool {
        switch error {
        case is StoreTrouble, is IntakeError, is CancellationError, is JournalOrderError: false
        default: true
        }
    }

    /// - Returns: Whether the entry stands aside now; a store that cannot even write that is at fault itself.
    private func putAside(_ position: Int64?, because error: any Error) async -> Bool {
        do {
            let entry = try await setAside.setAsideNext(position, because: String(describing: error), now: now())
            guard let entry else { return false }
            logger.critical(
                "an accepted entry cannot be applied and stands aside; `noroshi set-aside list` shows it",
                metadata: [
                    "position": .stringConvertible(entry.position), "error": .string(entry.reason),
                    "findings": .stringConvertible(entry.observations),
                ]
            )
            return true
        } catch {
            logger.error(
                "an entry that cannot be applied could not be set aside",
                metadata: ["error": .string(String(describing: error))]
            )
            return false
        }
    }

    /// Tries what stands aside again, as far as somebody wants it.
    private func tryAgain() async {
        while Task.isCancelled == false, Task.isShuttingDownGracefully == false, leases.mayDo(.triage) {
            do {
                guard let wanted = try await setAside.wantedAgain(limit: 1).first else { return }
                try await tryAgain(wanted.entry, wanted.journal)
            } catch {
                logger.error(
                    "what stands aside could not be tried again; it stays",
                    metadata: ["error": .string(String(describing: error))]
                )
                return
            }
        }
    }

    private func tryAgain(_ entry: SetAsideEntry, _ journal: JournalEntry?) async throws {
        do {
            guard let journal else {
                return try await setAside.failedAgain(entry.position, because: "the journal no longer has the entry")
            }
            guard let applied = try await setAside.applyAgain(try decide(journal).entry, now: now()) else { return }
            logger.notice(
                "an entry that stood aside was applied",
                metadata: [
                    "position": .stringConvertible(entry.position),
                    "findings": .stringConvertible(applied.observations),
                ]
            )
        } catch  where JournalApplier.isOfEntry(error) {
            try await setAside.failedAgain(entry.position, because: String(describing: error))
        }
    }

    /// Entries as the rules decide them, ready to be applied.
    private struct Batch: Sendable {
        var entries: [DecidedEntry] = []
        var count = DecisionCount()

        var end: JournalCursor { JournalCursor(entries.map(\.position)) }
    }

    private func decide(after cursor: JournalCursor?, limit: Int) async throws -> Batch {
        let entries = try await intake.unapplied(
            after: cursor,
            limit: limit,
            byteLimit: JournalApplier.batchBytes
        )
        var count = DecisionCount()
        let decided = try entries.map { entry in
            let decided = try decide(entry)
            count.add(decided.entry)
            return decided.entry
        }
        return Batch(entries: decided, count: count)
    }

    /// What the rules in force say of an entry.
    private func decide(_ entry: JournalEntry) throws -> (entry: DecidedEntry, problem: String?) {
        let table = routes.table
        let decided = try DecidedEntry.decide(
            entry,
            handed: handOver.take(entry.position),
            table: table,
            silences: silences.table(for: table),
            shadow: shadow.candidate(beside: table, receivedAt: entry.receivedAt).map { candidate in
                let lag = now().timeIntervalSince(entry.receivedAt)
                return ShadowQuestion(candidate: candidate, isLate: lag > JournalApplier.shadowLag)
            }
        )
        if let problem = decided.problem {
            logger.error(
                "an accepted request can no longer be read as it was when it was accepted",
                metadata: ["position": .stringConvertible(entry.position), "error": .string(problem)]
            )
        }
        return decided
    }

    private func apply(_ batch: Batch) async throws {
        let applied = try await intake.apply(batch.entries, now: now())
        handOver.forget(through: applied.applied)
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
