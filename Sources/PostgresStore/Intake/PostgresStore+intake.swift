package import FoundationEssentials
import Routing
package import Store
import Synchronization
package import Triage

extension PostgresStore: Intake {
    package func accept(
        _ request: IntakeRequest,
        then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void
    ) {
        intake.accept(IntakeWaiter(request, completion))
    }

    package func unapplied(after cursor: JournalCursor?, limit: Int, byteLimit: Int) async throws -> [JournalEntry] {
        let crowd = intake.crowd
        if let rest = givingWay.withLock({ $0.rest(waiting: crowd, now: .now) }) { try await Task.sleep(for: rest) }
        return try await pipeline.transaction { session in
            try JournalRows.unapplied(after: cursor, limit: limit, byteLimit: byteLimit, session)
        }
    }

    @discardableResult
    package func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch {
        let batch: AppliedBatch
        do {
            let version = entries.lazy.flatMap(\.events).flatMap(\.observations).map(\.decision.version).min()
            batch = try await observe {
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

    /// Writes what triage makes of observations, with a partition for them.
    func observe<Value: Sendable>(
        _ body: @escaping @Sendable (Session, inout TotalsChange) throws -> Value
    ) async throws -> Value {
        do {
            return try await write(on: triage, body)
        } catch let error as PostgresError where error.isPartitionMissing {
            // Housekeeping makes them ahead, and has not been at it.
            _ = try await triage.transaction { [sizes = options.partitions] session in
                try PartitionRows.make(ObservationPartitions.ahead(sizes, session), session)
            }
            return try await write(on: triage, body)
        }
    }

    package var accepted: AsyncStream<Void> { signals.accepted.stream() }

    package func prune(before date: Date) async throws { try await pruneRows(before: date) }
}
