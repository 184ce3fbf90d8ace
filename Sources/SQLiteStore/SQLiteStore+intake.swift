package import FoundationEssentials
import GRDB
package import Store
package import Triage

extension SQLiteStore: Intake {
    package func accept(
        _ request: IntakeRequest,
        then completion: @escaping @Sendable (Result<Int64, any Error>) -> Void
    ) {
        let items = request.quarantine.reduce(0) { $0 + $1.bytes.count }
        let limit = quarantineLimit
        let signal = items > 0 ? quarantineSignal : nil
        writer.write(
            .accept(isSingle: request.quarantine.isEmpty),
            byteCount: request.body.count + items
        ) { db, change in
            try JournalRows.insert(request, quarantineLimit: limit, db, change: &change)
        } then: { written in
            signal?.send()
            completion(written)
        }
    }

    package func unapplied(after cursor: JournalCursor?, limit: Int, byteLimit: Int) async throws -> [JournalEntry] {
        let position = cursor?.position(in: 0)
        return try await pipeline.read { db in
            try JournalRows.unapplied(after: position, limit: limit, byteLimit: byteLimit, db)
        }
    }

    @discardableResult
    package func apply(_ entries: [DecidedEntry], now: Date) async throws -> AppliedBatch {
        let batch = try await writer.write(.long) { [preloading, counting] db, change in
            let rows = StoredTriage(db: db)
            var transaction = try TriageTransaction(on: rows, preloading: preloading, counting: counting)
            return try transaction.apply(entries, now: now, change: &change)
        }
        if batch.notifications > 0 { queuedSignal.send() }
        if batch.hasTimers { timerSignal.send() }
        return batch
    }

    package var accepted: AsyncStream<Void> { acceptedSignal.stream() }

    package func prune(before date: Date) async throws {
        for step in Prune.steps {
            var next: Int64? = 0
            while let from = next {
                try Task.checkCancellation()
                next = try await writer.write(.long) { db, _ in try step(db, date, from) }
            }
        }
    }
}
