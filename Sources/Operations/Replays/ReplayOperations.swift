import FoundationEssentials
import Logging
import Replay
import Routing
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
    private let makeID: @Sendable () -> String
    /// What this process is to run and has not ended, in the order in which it was asked for.
    var runs: [Run] = []
    /// Runs them; `nil` while there are none.
    var worker: Task<Void, Never>?
    /// Whether the store is being asked to take one that begins at once.
    private var isBeginning = false

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

    /// Asks for a replay, which this process runs.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - author: Who asks.
    /// - Returns: The replay, and whether it is a new one and not that of the same question asked lately, of whichever process.
    /// - Throws: ``ReplayRefusal``, or when the rules cannot be read or the store cannot be written.
    package func start(
        _ request: ReplayRequest,
        by author: Author
    ) async throws -> (replay: ReplayStatus, isNew: Bool) {
        var request = request
        var draft: String?
        do {
            if case .draft(let id) = request.candidate { draft = try await rules.draftTag(id) }
            request.candidate = try await rules.settled(request.candidate)
            request.against = try await rules.settled(request.against)
        } catch let refusal as RuleRefusal {
            throw ReplayRefusal.rules(refusal)
        }
        let name = name(of: request)
        let time = now()
        let earlier = try await ReplayRecord.latest(
            in: kept.replays(),
            asking: name,
            form: ReplayResult.form,
            now: time
        )
        if let earlier { return (try await shown(earlier), false) }
        let until = min(request.until ?? time, time)
        let since = request.since ?? until.addingTimeInterval(-Double(ReplayLimits.usualDays) * 86_400)
        guard since < until else { throw ReplayRefusal.empty }
        let (before, after) = try await tables(request)
        let question = ReplayQuestion(before: before, after: after, since: since, until: until, depth: request.depth)
        let ask = ReplayAsk(
            id: makeID(),
            question: name,
            form: ReplayResult.form,
            candidate: after.version == 0 ? nil : after.version,
            against: before.version == 0 ? nil : before.version,
            since: since,
            until: until,
            depth: request.depth.rawValue,
            author: author.name,
            draft: draft
        )
        let rules = ReplayedRules(candidate: request.candidate.text, against: request.against.text)
        let added = try await add(ask, rules, question, author, at: time)
        if added.isNew {
            let entry = author.entry("replay.start", added.replay.id, after: ReplayOperations.words(ask))
            await audit.note(entry, by: author)
        }
        return added
    }

    /// What was asked, for the audit.
    private static func words(_ ask: ReplayAsk) -> String {
        func name(_ version: Int?) -> String { version.map { "v\($0)" } ?? "a text" }
        return "\(name(ask.candidate)) beside \(name(ask.against)), \(ask.depth)"
    }

    /// Has the store take a replay, and runs it.
    private func add(
        _ ask: ReplayAsk,
        _ rules: ReplayedRules,
        _ question: ReplayQuestion,
        _ author: Author,
        at time: Date
    ) async throws -> (replay: ReplayStatus, isNew: Bool) {
        let isBegun = runs.isEmpty && isBeginning == false
        if isBegun { isBeginning = true }
        defer {
            if isBegun { isBeginning = false }
            if isBeginning == false { runNext() }
        }
        let admission: ReplayAdmission
        do {
            admission = try await kept.startReplay(ask, rules, isBegun: isBegun, now: time)
        } catch {
            // Where nobody knows whether it was taken, nobody is to wait for it.
            Task { await conclude(ask.id, .cancelled, progress: nil) }
            throw error
        }
        switch admission {
        case .known(let record): return (try await shown(record), false)
        case .full: throw ReplayRefusal.full(ReplayRecord.mostWaiting)
        case .added(let record):
            let run = Run(id: ask.id, question: question, isBegun: isBegun)
            if isBegun { runs.insert(run, at: 0) } else { runs.append(run) }
            author.log("a replay was asked for", ["replay": .string(ask.id)])
            return (ReplayStatus(record), true)
        }
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

    private func name(of request: ReplayRequest) -> String {
        let times = [request.since, request.until].map { $0.map { String($0.timeIntervalSince1970) } ?? "-" }
        return ([rules.name(request.candidate), rules.name(request.against), request.depth.rawValue] + times)
            .joined(separator: "\n")
    }

    private nonisolated func tables(
        _ request: ReplayRequest
    ) async throws -> (before: RoutingTable, after: RoutingTable) {
        do {
            return (try await rules.table(request.against), try await rules.table(request.candidate))
        } catch let refusal as RuleRefusal {
            throw ReplayRefusal.rules(refusal)
        }
    }
}

extension RuleSource {
    /// The rules themselves where no version has them.
    fileprivate var text: [UInt8]? { if case .text(let text) = self { text } else { nil } }
}
