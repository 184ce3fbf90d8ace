package import FoundationEssentials
import Routing
package import Store
package import Triage

extension PostgresStore: Intake {
    package func accept(
        _ request: IntakeRequest,
        then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void
    ) {
        intake.accept(IntakeWaiter(request, completion))
    }

    package func unapplied(after cursor: JournalCursor?, limit: Int, byteLimit: Int) async throws -> [JournalEntry] {
        try await pipeline.transaction { session in
            try JournalRows.unapplied(after: cursor, limit: limit, byteLimit: byteLimit, session)
        }
    }

    @discardableResult
    package func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch {
        let batch: AppliedBatch
        do {
            let version = entries.lazy.flatMap(\.events).flatMap(\.observations).map(\.decision.version).min()
            batch = try await write(on: triage) {
                [preloading = options.preloading, fence = membership.triageFence] session, change in
                let rows = StoredTriage(session: session, fence: fence, version: version)
                var transaction = try TriageTransaction(on: rows, preloading: preloading)
                return try transaction.apply(entries, now: now, change: &change)
            }
        } catch let doubt as CommitDoubt {
            // The journal tells when it is read again; what was done, if it was, has to be looked at all the same.
            signals.queued.send()
            signals.timers.send()
            throw StoreTrouble(.unreachable, doubt.reason)
        }
        if batch.notifications > 0 { signals.queued.send() }
        if batch.hasTimers { signals.timers.send() }
        return batch
    }

    package var accepted: AsyncStream<Void> { signals.accepted.stream() }

    package func prune(before date: Date) async throws { try await pruneRows(before: date) }
}
