import Findings
import FoundationEssentials
import Replay
import Store
import Synchronization

extension ReplayOperations {
    /// A replay that this process is to run.
    struct Run {
        let id: String
        let question: ReplayQuestion
        /// Whether the store knows that it runs.
        let isBegun: Bool
        let live = LiveProgress()
        /// While it runs.
        var task: Task<ReplayResult, any Error>?
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    /// How often others are told how far it is, and this process whether it is still wanted.
    private static let beat = Duration.milliseconds(500)
    /// Between two tries to write down how it ended.
    private static let pause = Duration.seconds(1)

    /// Waits until nothing more happens to a replay that this process runs.
    ///
    /// - Parameter id: The replay.
    /// - Returns: How it ended; as it is, where another process runs it.
    /// - Throws: ``ReplayRefusal/unknown``, or when the store cannot be read.
    package func ended(_ id: String) async throws -> ReplayStatus {
        if let index = runs.firstIndex(where: { $0.id == id }) {
            await withCheckedContinuation { runs[index].watchers.append($0) }
        }
        return try await replay(id)
    }

    func runNext() {
        guard worker == nil, runs.isEmpty == false else { return }
        worker = Task {
            while let run = runs.first {
                await perform(run)
                leave(run.id)
            }
            worker = nil
        }
    }

    func leave(_ id: String) {
        guard let index = runs.firstIndex(where: { $0.id == id }) else { return }
        for watcher in runs.remove(at: index).watchers { watcher.resume() }
    }

    private func perform(_ run: Run) async {
        if run.isBegun == false {
            let isWanted = await untilTaken { [kept, now] in try await kept.beginReplay(run.id, now: now()) } ?? false
            guard isWanted else { return await conclude(run.id, .cancelled, progress: nil) }
        }
        let task = work(on: run)
        if let index = runs.firstIndex(where: { $0.id == run.id }) { runs[index].task = task }
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tell(of: run, task) }
            defer { group.cancelAll() }
            return await task.result
        }
        let progress = run.live.read().progress?.storedForm.text
        await conclude(run.id, ReplayOperations.end(outcome), progress: progress)
    }

    private func work(on run: Run) -> Task<ReplayResult, any Error> {
        brake?.release()
        let replay = ReplayRun(
            run.question,
            history: history.metered,
            silences: silences,
            limits: limits,
            pace: brake?.pace ?? .steady,
            // What it may take is its own time: it does not work while it rests.
            elapsed: { [elapsed, brake] in elapsed() - (brake?.rested ?? .zero) }
        )
        // Detached, since it outlives the request that asked for it; where the brake sees what it takes.
        return Task.detached(executorPreference: thread, priority: .background) {
            var result = try await replay.result { run.live.note($0) }
            try await self.countSent(&result, run.question)
            return result
        }
    }

    /// Says how far it is, and ends it when nobody wants it any more, until the task that does so is cancelled.
    private nonisolated func tell(of run: Run, _ task: Task<ReplayResult, any Error>) async {
        var told = 0
        while true {
            do { try await sleep(ReplayOperations.beat) } catch { return }
            let (progress, reports) = run.live.read()
            do {
                let news = reports == told ? nil : progress?.storedForm.text
                guard try await kept.noteReplay(run.id, progress: news, now: now()) else { return task.cancel() }
                told = reports
            } catch {
                // Told with the next beat.
                continue
            }
        }
    }

    private static func end(_ outcome: Result<ReplayResult, any Error>) -> ReplayEnd {
        switch outcome {
        case .success(let result):
            let most = ReplayRecord.mostResultBytes
            return result.stored(atMost: most).map { .done($0) }
                ?? .failed("the answer is larger than \(most >> 20) MiB; ask for fewer days")
        case .failure(is CancellationError): return .cancelled
        case .failure(let error): return .failed("\(error)")
        }
    }

    /// Writes down how a replay ended, as soon as the store takes it.
    nonisolated func conclude(_ id: String, _ end: ReplayEnd, progress: String?) async {
        await untilTaken { [kept, now] in
            try await kept.endReplay(id, end, progress: progress, now: now())
        }
    }

    /// Tries until the store takes it: a replay of which nobody writes that it is over would run for ever.
    ///
    /// - Returns: `nil` when the store was closed.
    @discardableResult
    private nonisolated func untilTaken<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async -> Value? {
        while true {
            do { return try await body() } catch IntakeError.closed { return nil } catch {
                do { try await sleep(ReplayOperations.pause) } catch { return nil }
            }
        }
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
