package import FoundationEssentials
package import Logging
import Routing
package import Store
import Synchronization

/// How the sources are, told by their pollers and asked by whoever shows it.
package final class SourceBoard: SourceStates {
    private struct State {
        /// In the order of the rules in force.
        var order: [String] = []
        var entries: [String: Entry] = [:]
    }

    private let state = Mutex(State())
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - logger: Told when a source begins to fail and when it answers again.
    ///   - now: The time.
    package init(logger: Logger = Logger(label: "sources"), now: @escaping @Sendable () -> Date = { Date() }) {
        self.logger = logger
        self.now = now
    }

    package func sourceStates() -> [SourceState] {
        state.withLock { state in state.order.compactMap { state.entries[$0]?.state } }
    }

    /// Shows these sources and no others; one that was there with the same queue keeps its figures.
    func show(_ sources: [QueueSource]) {
        state.withLock { state in
            let before = state.entries
            state.order = sources.map(\.name)
            state.entries = [:]
            for source in sources {
                var new = SourceState(
                    name: source.name,
                    type: "sqs",
                    queue: source.queue.text,
                    region: source.queue.region,
                    role: source.role,
                    pollers: source.queue.isFIFO ? 1 : source.pollers
                )
                var deletionFailedAt: Date?
                if let entry = before[source.name], entry.state.queue == new.queue {
                    let old = entry.state
                    deletionFailedAt = entry.deletionFailedAt
                    new.phase = old.phase
                    new.failure = old.failure
                    new.lastAnswerAt = old.lastAnswerAt
                    new.lastMessageAt = old.lastMessageAt
                    new.oldestSentAt = old.oldestSentAt
                    new.counts = old.counts
                }
                state.entries[source.name] = Entry(state: new, deletionFailedAt: deletionFailedAt)
            }
        }
    }

    /// SQS has answered.
    ///
    /// - Parameters:
    ///   - name: Of the source.
    ///   - messages: What it gave.
    ///   - visibility: For how many seconds what is received is hidden.
    func answered(_ name: String, with messages: [QueueMessage], visibility: Int) {
        let now = now()
        let ended = change(name) { entry -> SourceState.Failure? in
            // What could not be deleted would have come again by now: somebody else has deleted it, or SQS has.
            if messages.isEmpty, let failedAt = entry.deletionFailedAt,
                now.timeIntervalSince(failedAt) > Double(visibility)
            {
                entry.deletionFailedAt = nil
            }
            var failure: SourceState.Failure?
            if entry.deletionFailedAt == nil {
                failure = SourceBoard.end(&entry)
            } else if entry.state.phase == .held {
                entry.state.phase = .failing
            }
            entry.state.lastAnswerAt = now
            entry.state.oldestSentAt = messages.compactMap(\.sentAt).min()
            entry.state.counts.received += messages.count
            entry.state.counts.repeated += messages.count { $0.receiveCount > 1 }
            if messages.isEmpty { entry.state.counts.emptyAnswers += 1 } else { entry.state.lastMessageAt = now }
            return failure
        }
        // A source that is gone has nothing that ended, either.
        say(ended ?? nil, name, now)
    }

    /// Messages were deleted.
    func deleted(_ name: String, _ count: Int) {
        let now = now()
        let ended = change(name) { entry -> SourceState.Failure? in
            entry.state.counts.deleted += count
            guard entry.deletionFailedAt != nil else { return nil }
            entry.deletionFailedAt = nil
            return SourceBoard.end(&entry)
        }
        // A source that is gone has nothing that ended, either.
        say(ended ?? nil, name, now)
    }

    private func say(_ ended: SourceState.Failure?, _ name: String, _ now: Date) {
        guard let ended else { return }
        logger.notice(
            "a source answers again",
            metadata: [
                "source": "\(name)", "seconds": "\(Int(now.timeIntervalSince(ended.since)))", "tries": "\(ended.tries)",
            ]
        )
    }

    /// It did not answer as it should.
    ///
    /// - Parameters:
    ///   - name: Of the source.
    ///   - kind: What has to be done.
    ///   - reason: What is known.
    ///   - isDeletion: Whether messages could not be deleted; that ends when some are, or when
    ///     they do not come again.
    /// - Returns: How often in succession.
    @discardableResult
    func failed(
        _ name: String,
        _ kind: SourceState.Kind,
        because reason: String,
        isDeletion: Bool = false
    ) -> Int {
        let now = now()
        let told = change(name) { entry -> (tries: Int, isNew: Bool) in
            let before = entry.state.failure
            if isDeletion { entry.deletionFailedAt = now }
            entry.state.phase = .failing
            entry.state.failure = SourceState.Failure(
                kind: kind,
                reason: reason,
                since: before?.since ?? now,
                tries: (before?.tries ?? 0) + 1
            )
            return ((before?.tries ?? 0) + 1, before?.kind != kind)
        }
        guard let told else { return 1 }
        if told.isNew {
            logger.error(
                "a source cannot be pulled; it is tried again",
                metadata: ["source": "\(name)", "kind": "\(kind.rawValue)", "problem": "\(reason)"]
            )
        }
        return told.tries
    }

    /// Nothing is asked for, since the store takes nothing.
    func held(_ name: String) {
        let isNew = change(name) { entry in
            defer { entry.state.phase = .held }
            return entry.state.phase != .held
        }
        guard isNew == true else { return }
        logger.warning(
            "a source is not pulled until the store takes findings again; they wait in the queue",
            metadata: ["source": "\(name)"]
        )
    }

    func count(_ name: String, deleteFailures: Int = 0, quarantined: Int = 0) {
        _ = change(name) { entry in
            entry.state.counts.deleteFailures += deleteFailures
            entry.state.counts.quarantined += quarantined
        }
    }

    private func change<Value>(_ name: String, _ body: (inout Entry) -> sending Value) -> sending Value? {
        state.withLock { state in
            guard var entry = state.entries[name] else { return nil }
            let value = body(&entry)
            state.entries[name] = entry
            return value
        }
    }
}
