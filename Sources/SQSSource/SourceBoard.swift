package import FoundationEssentials
package import Logging
import Routing
package import Store
import Synchronization

/// How the sources are, told by their pollers and asked by whoever shows it.
package final class SourceBoard: SourceStates {
    private struct Entry {
        var state: SourceState
    }

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
                if let old = before[source.name]?.state, old.queue == new.queue {
                    new.phase = old.phase
                    new.failure = old.failure
                    new.lastAnswerAt = old.lastAnswerAt
                    new.lastMessageAt = old.lastMessageAt
                    new.oldestSentAt = old.oldestSentAt
                    new.counts = old.counts
                }
                state.entries[source.name] = Entry(state: new)
            }
        }
    }

    /// SQS has answered.
    func answered(_ name: String, with messages: [QueueMessage]) {
        let now = now()
        let failure = change(name) { state -> SourceState.Failure? in
            defer { state.failure = nil }
            state.phase = .pulling
            state.lastAnswerAt = now
            state.oldestSentAt = messages.compactMap(\.sentAt).min()
            state.counts.received += messages.count
            state.counts.repeated += messages.count { $0.receiveCount > 1 }
            if messages.isEmpty { state.counts.emptyAnswers += 1 } else { state.lastMessageAt = now }
            return state.failure
        }
        guard let failure = failure ?? nil else { return }
        logger.notice(
            "a source answers again",
            metadata: [
                "source": "\(name)", "seconds": "\(Int(now.timeIntervalSince(failure.since)))",
                "tries": "\(failure.tries)",
            ]
        )
    }

    /// It did not.
    ///
    /// - Returns: How often in succession.
    @discardableResult
    func failed(_ name: String, _ kind: SourceState.Kind, because reason: String) -> Int {
        let now = now()
        let told = change(name) { state -> (tries: Int, isNew: Bool) in
            let before = state.failure
            state.phase = .failing
            state.failure = SourceState.Failure(
                kind: kind,
                reason: reason,
                since: before?.since ?? now,
                tries: (before?.tries ?? 0) + 1
            )
            return (state.failure?.tries ?? 1, before?.kind != kind)
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
        let isNew = change(name) { state in
            defer { state.phase = .held }
            return state.phase != .held
        }
        guard isNew == true else { return }
        logger.warning(
            "a source is not pulled until the store takes findings again; they wait in the queue",
            metadata: ["source": "\(name)"]
        )
    }

    func count(_ name: String, deleted: Int = 0, deleteFailures: Int = 0, quarantined: Int = 0) {
        _ = change(name) { state in
            state.counts.deleted += deleted
            state.counts.deleteFailures += deleteFailures
            state.counts.quarantined += quarantined
        }
    }

    private func change<Value>(_ name: String, _ body: (inout SourceState) -> sending Value) -> sending Value? {
        state.withLock { state in
            guard var entry = state.entries[name] else { return nil }
            let value = body(&entry.state)
            state.entries[name] = entry
            return value
        }
    }
}
