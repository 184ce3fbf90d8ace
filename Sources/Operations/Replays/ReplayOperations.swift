import FoundationEssentials
import Logging
import Replay
import Store
import Threads

/// Replays: asked for, run one at a time at low priority by the process that was asked, and kept in the store.
///
/// Whatever is said of a replay is read there, so that every process that shares the store says the same.
package actor ReplayOperations {
    nonisolated let audit: Audit
    nonisolated let rules: RuleReader
    nonisolated let history: any History
    nonisolated let silences: any Silences
    nonisolated let archive: any JournalArchive
    nonisolated let records: any Records
    nonisolated let kept: any ReplayRecords
    nonisolated let previews: RecentPreviews
    nonisolated let results: RecentResults
    nonisolated let limits: ReplayLimits
    nonisolated let brake: ReplayBrake?
    /// Where replays run.
    nonisolated let thread = MeteredThread(name: "replay")
    nonisolated let now: @Sendable () -> Date
    nonisolated let elapsed: @Sendable () -> Duration
    nonisolated let sleep: @Sendable (Duration) async throws -> Void
    let makeID: @Sendable () -> String
    /// What this process is to run and has not ended, in the order in which it was asked for.
    var runs: [Run] = []
    /// Runs them; `nil` while there are none.
    var worker: Task<Void, Never>?
    /// Whether the store is being asked to take one that begins at once.
    var isBeginning = false

    /// - Parameters:
    ///   - roles: What was observed, the rules, and where replays are kept.
    ///   - rules: Reads the rules of both sides.
    ///   - limits: How far a replay goes.
    ///   - brake: By what it gives way to the rest of the service; `nil` to go as fast as it can.
    ///   - now: The time.
    ///   - clock: Only goes forward; for how long work may take, and how long something is held.
    ///   - makeID: A name that no other replay has.
    init(
        _ roles: Operations.Roles,
        rules: RuleReader,
        limits: ReplayLimits = ReplayLimits(),
        brake: ReplayBrake? = nil,
        now: @escaping @Sendable () -> Date,
        clock: some Clock<Duration> = ContinuousClock(),
        makeID: @escaping @Sendable () -> String = ReplayOperations.randomID
    ) {
        audit = Audit(records: roles.audit, now: now)
        self.rules = rules
        history = roles.history
        silences = roles.silences
        archive = roles.archive
        records = roles.records
        kept = roles.replays
        previews = RecentPreviews(history: roles.history, now: now, clock: clock)
        results = RecentResults()
        self.limits = limits
        self.brake = brake
        self.now = now
        self.makeID = makeID
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }

    /// `r` and 12 hexadecimal digits.
    static let randomID: @Sendable () -> String = {
        let digits = String(UInt64.random(in: 0..<1 << 48), radix: 16)
        return "r" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Ends a replay, whichever process runs it; one that is over stays as it is.
    ///
    /// - Parameters:
    ///   - id: The replay.
    ///   - author: Who asks.
    /// - Throws: ``ReplayRefusal/unknown``, or when the store cannot be written.
    package func cancel(_ id: String, by author: Author) async throws {
        let before = try await record(id).state
        guard before.isOver == false else { return }
        author.log("a replay was cancelled", ["replay": .string(id)])
        try await kept.cancelReplay(id, now: now())
        let entry = author.entry("replay.cancel", id, before: before.rawValue, after: "cancelled")
        await audit.note(entry, by: author)
        guard let index = runs.firstIndex(where: { $0.id == id }) else { return }
        runs[index].task?.cancel()
        // The first one is with the worker, which hears of it from the store.
        if index > 0 { leave(id) }
    }
}
