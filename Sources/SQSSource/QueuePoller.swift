import AWSRequests
import FoundationEssentials
import Ingest
import Logging
import Routing
import Store

/// Pulls one queue until it is cancelled: asks for messages while the store takes them, hands them to the receiver, and
/// deletes what is on disk.
///
/// Nothing is deleted that was not kept, and nothing is made visible early: a message that the store refuses comes back by
/// itself when its time is over, and until the store takes findings again none is asked for. Otherwise each round would
/// raise receive counts until good findings end in the dead-letter queue.
struct QueuePoller: Sendable {
    let source: QueueSource
    let queue: QueueClient
    let receiver: Receiver
    let condition: any StoreCondition
    let board: SourceBoard
    let marks: DecodingMarks
    /// The topics that may send by SNS; empty for all.
    let topics: @Sendable () -> [String]
    let timing: PollTiming
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// For how many rounds messages are asked for one by one after an answer that did not come whole.
    private static let carefulRounds = 10

    func run() async {
        var refusals = 0
        var careful = 0
        var attempt = UUID().uuidString
        while Task.isCancelled == false {
            guard condition.health.trouble == nil else {
                board.held(source.name)
                await sleep(timing.look)
                continue
            }
            let most = careful > 0 ? 1 : 10
            do {
                let begin = ContinuousClock.now
                let messages = try await receive(most: most, attempt)
                attempt = UUID().uuidString
                careful = max(0, careful - 1)
                board.answered(source.name, with: messages, visibility: timing.visibility)
                guard messages.isEmpty == false else {
                    // What answers for SQS and does not wait is not asked all the time.
                    if ContinuousClock.now - begin < min(timing.look, .seconds(timing.wait)) {
                        await sleep(timing.look)
                    }
                    continue
                }
                let outcome = await broughtHome(messages)
                refusals = outcome.isRefused ? refusals + 1 : 0
                if refusals > 0 { await pause(after: refusals) }
                // To go on receiving what cannot be deleted would fill the dead-letter queue.
                if let fault = outcome.deletionFault { await pause(after: failed(fault, isDeletion: true)) }
            } catch {
                // Ten large messages over a slow link never come whole, however often they are asked for.
                let isTooMuch = most > 1 && [.cutOff, .timedOut].contains(error.kind)
                if isTooMuch { careful = QueuePoller.carefulRounds }
                // The same attempt, which brings the same messages, is asked for again only where its answer may have been
                // lost and there were not too many of them.
                if isTooMuch || [.unreachable, .timedOut].contains(error.kind) == false { attempt = UUID().uuidString }
                if error.kind == .cancelled || isTooMuch && error.kind == .cutOff { continue }
                await pause(after: failed(error))
            }
        }
    }

    private func failed(_ fault: AWSFault, isDeletion: Bool = false) -> Int {
        let reason = isDeletion ? "messages that are on disk cannot be deleted: \(fault)" : "\(fault)"
        return board.failed(source.name, SourceState.Kind(fault.kind), because: reason, isDeletion: isDeletion)
    }

    /// Asks for messages, and gives up when the store begins to refuse.
    private func receive(most: Int, _ attempt: String) async throws(AWSFault) -> [QueueMessage] {
        let result = await withTaskGroup(of: Result<[QueueMessage], AWSFault>?.self) { group in
            group.addTask {
                do throws(AWSFault) {
                    return .success(
                        try await queue.receive(
                            most: most,
                            wait: timing.wait,
                            visibility: timing.visibility,
                            transfer: timing.transfer,
                            attempt: source.queue.isFIFO ? attempt : nil
                        )
                    )
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                for await _ in condition.healthChanges where condition.health.trouble != nil { return nil }
                // A store that closes says nothing more; then it is for whoever stops the poller to end this.
                await untilCancelled()
                return nil
            }
            // Whichever ends first ends the other; what was received all the same is brought home.
            var received: Result<[QueueMessage], AWSFault>?
            for await ended in group {
                received = ended ?? received
                group.cancelAll()
            }
            return received
        }
        guard let result else { throw AWSFault(.cancelled, detail: "given up") }
        return try result.get()
    }

    /// Brings what was received to its end, although the poller is stopped meanwhile.
    ///
    /// - Returns: What went wrong.
    private func broughtHome(_ messages: [QueueMessage]) async -> Outcome {
        let isStopping = StopFlag()
        // A task of its own, since a cancelled one could not delete what it has committed; it takes as long as a commit and
        // a deletion.
        let task = Task { await bring(messages, isStopping) }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            isStopping.set()
        }
    }

    /// What went wrong with the messages of one answer.
    private struct Outcome {
        /// Whether the store refused any of them.
        var isRefused: Bool
        /// Why nothing could be deleted; `nil` when it could, at least in part.
        var deletionFault: AWSFault?
    }

    private func bring(_ messages: [QueueMessage], _ isStopping: StopFlag) async -> Outcome {
        let fates = await keep(messages, isStopping)
        let quarantined = fates.count { $0 == .quarantined }
        if quarantined > 0 { board.count(source.name, quarantined: quarantined) }
        let onDisk = zip(messages, fates).filter { $1.isOnDisk }.map { $0.0 }
        let fault = await delete(onDisk, isStopping)
        return Outcome(isRefused: fates.contains(.refused), deletionFault: fault)
    }

    /// Deletes what is on disk, and gives the reason why that was not possible.
    private func delete(_ messages: [QueueMessage], _ isStopping: StopFlag) async -> AWSFault? {
        var rest = messages
        var fault: AWSFault?
        var problem = ""
        for attempt in 1...timing.deletionTries where rest.isEmpty == false {
            do throws(AWSFault) {
                let failures = try await queue.delete(rest, timeout: timing.deletion)
                fault = nil
                if failures.count < rest.count { board.deleted(source.name, rest.count - failures.count) }
                let stale = rest.indices.filter { failures[$0]?.isOurs == true }
                if stale.isEmpty == false { board.count(source.name, deleteFailures: stale.count) }
                problem = failures.values.first?.code ?? ""
                rest = rest.indices.filter { failures[$0]?.isOurs == false }.map { rest[$0] }
            } catch {
                (problem, fault) = ("\(error)", error)
                guard [.unreachable, .timedOut, .throttled, .skewed, .expired].contains(error.kind) else { break }
            }
            if rest.isEmpty || isStopping.isSet || attempt == timing.deletionTries { break }
            await pause(after: attempt)
        }
        guard rest.isEmpty == false else { return nil }
        board.count(source.name, deleteFailures: rest.count)
        logger.notice(
            "messages that are on disk could not be deleted; they come again and are recognised",
            metadata: ["source": "\(source.name)", "messages": "\(rest.count)", "problem": "\(problem)"]
        )
        return fault
    }

    private func pause(after failures: Int) async {
        var generator = SystemRandomNumberGenerator()
        await sleep(timing.pause(after: failures, using: &generator))
    }

    /// A sleep that is cut short has nothing to finish.
    func sleep(_ duration: Duration) async { try? await clock.sleep(for: duration) }
}
