package import FoundationEssentials
package import Store
package import Triage

extension PostgresStore: SetAsideEntries {
    package func setAsideNext(_ failed: Int64?, because reason: String, now: Date) async throws -> SetAsideEntry? {
        try await write(on: triage) { session, change in
            try SetAsideRows.setNextAside(failed, because: reason, now: now, session, change: &change)
        }
    }

    package func setAside(page: Page) async throws -> Paged<SetAsideEntry> {
        let after = try page.cursor.map { try PageCursor($0, of: "a", count: 1).numbers[0] } ?? 0
        return try await ask { try SetAsideRows.entries(after: after, page, $0) }
    }

    package func requestRetry(_ position: Int64?) async throws -> Int {
        let count = try await change { session, _ in
            try session.run(
                "UPDATE set_aside SET wanted = true WHERE $1::bigint IS NULL OR position = $1",
                [position]
            )
        }
        if count > 0 { signals.accepted.send() }
        return count
    }

    package func wantedAgain(limit: Int) async throws -> [(entry: SetAsideEntry, journal: JournalEntry?)] {
        try await pipeline.transaction { try SetAsideRows.wanted(limit: limit, $0) }
    }

    package func applyAgain(_ entry: DecidedEntry, now: Date) async throws -> AppliedBatch? {
        let (preloading, fence) = (options.preloading, membership.triageFence)
        let apply: @Sendable (Session, inout TotalsChange) throws -> AppliedBatch? = { session, change in
            session.later("SELECT one FROM control WHERE one FOR UPDATE")
            let rows = StoredTriage(session: session, fence: fence)
            guard let aside = try SetAsideRows.locked(entry.position, session) else { return nil }
            var transaction = try TriageTransaction(on: rows, preloading: preloading)
            let batch = try transaction.applyAgain(entry, counted: aside.observations, now: now, change: &change)
            session.later("DELETE FROM set_aside WHERE position = $1", [entry.position])
            return batch
        }
        let batch: AppliedBatch?
        do {
            batch = try await observe(apply)
        } catch let doubt as CommitDoubt {
            // It no longer stands aside when it was done, and what it queued has to be looked at.
            signals.queued.send()
            signals.timers.send()
            throw StoreTrouble(.unreachable, doubt.reason)
        }
        if batch?.notifications ?? 0 > 0 { signals.queued.send() }
        if batch?.hasTimers ?? false { signals.timers.send() }
        return batch
    }

    package func failedAgain(_ position: Int64, because reason: String) async throws {
        try await write(on: desk) { session, _ in
            session.later(
                "UPDATE set_aside SET wanted = false, retries = retries + 1, reason = $1 WHERE position = $2",
                [reason, position]
            )
        }
    }
}
