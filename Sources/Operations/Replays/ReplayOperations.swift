import FoundationEssentials
import Logging
import Replay
import Routing
import Store
import Synchronization

/// Replays: asked for, run one at a time at low priority, and kept in memory for a day.
package actor ReplayOperations {
    /// How many wait at most while one runs.
    package static let mostWaiting = 4
    /// How many are kept that are over, and for how long.
    package static let mostKept = 20
    package static let keptFor = 86_400.0
    /// For so long the same question gets the same replay.
    package static let sameFor = 600.0

    /// Everything about one replay.
    struct Entry {
        var status: ReplayStatus
        let question: ReplayQuestion
        /// What tells the question from others.
        let name: String
        let live = LiveProgress()
        var task: Task<Void, Never>?
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    nonisolated let rules: RuleReader
    nonisolated let history: any History
    nonisolated let silences: any Silences
    nonisolated let archive: any JournalArchive
    nonisolated let records: any Records
    nonisolated let previews: RecentPreviews
    private let limits: ReplayLimits
    private let brake: ReplayBrake?
    private let now: @Sendable () -> Date
    private let elapsed: @Sendable () -> Duration
    private let makeID: @Sendable () -> String
    /// In the order in which they were asked for.
    var entries: [Entry] = []

    /// - Parameters:
    ///   - roles: What was observed, and the rules.
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
        self.rules = rules
        history = roles.history
        silences = roles.silences
        archive = roles.archive
        records = roles.records
        previews = RecentPreviews(history: roles.history, now: now, clock: clock)
        self.limits = limits
        self.brake = brake
        self.now = now
        self.makeID = makeID
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
    }

    /// `r` and 12 hexadecimal digits.
    static let randomID: @Sendable () -> String = {
        let digits = String(UInt64.random(in: 0..<1 << 48), radix: 16)
        return "r" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Asks for a replay.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - author: Who asks.
    /// - Returns: The replay, and whether it is a new one and not that of the same question asked lately.
    /// - Throws: ``ReplayRefusal``, or when the rules cannot be read.
    package func start(
        _ request: ReplayRequest,
        by author: Author
    ) async throws -> (replay: ReplayStatus, isNew: Bool) {
        var request = request
        do {
            request.candidate = try await rules.settled(request.candidate)
            request.against = try await rules.settled(request.against)
        } catch let refusal as RuleRefusal {
            throw ReplayRefusal.rules(refusal)
        }
        let name = name(of: request)
        if let earlier = lately(asked: name) { return (earlier, false) }
        let time = now()
        let until = min(request.until ?? time, time)
        let since = request.since ?? until.addingTimeInterval(-Double(ReplayLimits.usualDays) * 86_400)
        guard since < until else { throw ReplayRefusal.empty }
        let (before, after) = try await tables(request)
        // Somebody may have asked the same while the rules were read.
        if let earlier = lately(asked: name) { return (earlier, false) }
        forgetOld()
        guard entries.count(where: { $0.status.state == .queued }) < ReplayOperations.mostWaiting else {
            throw ReplayRefusal.full(ReplayOperations.mostWaiting)
        }
        let status = ReplayStatus(
            id: makeID(),
            state: .queued,
            candidate: after.version == 0 ? nil : after.version,
            against: before.version == 0 ? nil : before.version,
            since: since,
            until: until,
            depth: request.depth,
            author: author.name,
            createdAt: time,
            revision: 0
        )
        let question = ReplayQuestion(
            before: before,
            after: after,
            since: since,
            until: until,
            depth: request.depth
        )
        entries.append(Entry(status: status, question: question, name: name))
        author.log("a replay was asked for", ["replay": .string(status.id)])
        startNext()
        return (try replay(status.id), true)
    }

    /// Every replay that is kept, the newest first.
    package func list() -> [ReplayStatus] {
        forgetOld()
        return entries.reversed().map { shown($0) }
    }

    /// One replay.
    ///
    /// - Throws: ``ReplayRefusal/unknown``.
    package func replay(_ id: String) throws -> ReplayStatus {
        forgetOld()
        return shown(try entry(id))
    }

    /// Ends a replay; one that is over stays as it is.
    ///
    /// - Throws: ``ReplayRefusal/unknown``.
    package func cancel(_ id: String, by author: Author) throws {
        guard let index = entries.firstIndex(where: { $0.status.id == id }) else { throw ReplayRefusal.unknown }
        guard entries[index].status.state.isOver == false else { return }
        author.log("a replay was cancelled", ["replay": .string(id)])
        entries[index].task?.cancel()
        if entries[index].task == nil { end(index, as: .cancelled) }
    }

    /// Waits until nothing more happens to a replay.
    ///
    /// - Returns: How it ended.
    /// - Throws: ``ReplayRefusal/unknown``.
    package func ended(_ id: String) async throws -> ReplayStatus {
        guard let index = entries.firstIndex(where: { $0.status.id == id }) else { throw ReplayRefusal.unknown }
        if entries[index].status.state.isOver == false {
            await withCheckedContinuation { entries[index].watchers.append($0) }
        }
        return try replay(id)
    }

    func entry(_ id: String) throws -> Entry {
        guard let entry = entries.first(where: { $0.status.id == id }) else { throw ReplayRefusal.unknown }
        return entry
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

    private func lately(asked name: String) -> ReplayStatus? {
        let time = now()
        return entries.last { entry in
            switch entry.status.state {
            case .queued, .running, .done:
                entry.name == name && time.timeIntervalSince(entry.status.createdAt) < ReplayOperations.sameFor
            case .cancelled, .failed: false
            }
        }
        .map { shown($0) }
    }

    func shown(_ entry: Entry) -> ReplayStatus {
        var status = entry.status
        let (progress, reports) = entry.live.read()
        status.progress = progress
        status.revision += reports
        return status
    }

    func forgetOld() {
        let time = now()
        entries.removeAll { entry in
            guard let finished = entry.status.finishedAt else { return false }
            return time.timeIntervalSince(finished) >= ReplayOperations.keptFor
        }
        var over = entries.count { $0.status.state.isOver }
        entries.removeAll { entry in
            guard over > ReplayOperations.mostKept, entry.status.state.isOver else { return false }
            over -= 1
            return true
        }
    }

    // MARK: One at a time

    private func startNext() {
        guard entries.contains(where: { $0.task != nil }) == false,
            let index = entries.firstIndex(where: { $0.status.state == .queued })
        else { return }
        entries[index].status.state = .running
        entries[index].status.startedAt = now()
        entries[index].status.revision += 1
        let id = entries[index].status.id
        let live = entries[index].live
        brake?.release()
        let (elapsed, brake) = (elapsed, brake)
        let run = ReplayRun(
            entries[index].question,
            history: history,
            silences: silences,
            limits: limits,
            pace: brake?.pace ?? .steady,
            // What it may take is its own time: it does not work while it rests.
            elapsed: { elapsed() - (brake?.rested ?? .zero) }
        )
        // Detached, since it outlives the request that asked for it; at low priority, so that jobs of others that wait for
        // the same threads go first. For whoever runs beside it there is the brake.
        entries[index].task = Task.detached(priority: .background) {
            do {
                await self.finish(id, .success(try await run.result { live.note($0) }))
            } catch {
                await self.finish(id, .failure(error))
            }
        }
    }

    private func finish(_ id: String, _ outcome: Result<ReplayResult, any Error>) async {
        var outcome = outcome
        if case .success(var result) = outcome, let question = entries.first(where: { $0.status.id == id })?.question {
            do {
                try await countSent(&result, question)
                outcome = .success(result)
            } catch {
                outcome = .failure(error)
            }
        }
        guard let index = entries.firstIndex(where: { $0.status.id == id }) else { return }
        entries[index].task = nil
        switch outcome {
        case .success(let result):
            entries[index].status.result = result
            end(index, as: .done)
        case .failure(is CancellationError): end(index, as: .cancelled)
        case .failure(let error):
            entries[index].status.failure = "\(error)"
            end(index, as: .failed)
        }
    }

    private func end(_ index: Int, as state: ReplayStatus.State) {
        entries[index].status.state = state
        entries[index].status.finishedAt = now()
        entries[index].status.revision += 1
        let watchers = entries[index].watchers
        entries[index].watchers = []
        for watcher in watchers { watcher.resume() }
        startNext()
    }
}

/// How far a replay is, told from the task in which it runs.
final class LiveProgress: Sendable {
    private let state = Mutex<(progress: ReplayProgress?, reports: Int)>((nil, 0))

    func note(_ progress: ReplayProgress) {
        state.withLock { state in
            state.progress = progress
            state.reports += 1
        }
    }

    func read() -> (progress: ReplayProgress?, reports: Int) { state.withLock { $0 } }
}
