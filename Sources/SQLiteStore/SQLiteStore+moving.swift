package import FoundationEssentials
package import Store

extension SQLiteStore {
    package func divert(from destination: String, to fallback: FallbackTarget, now: Date) async throws -> Int {
        // In batches, so that senders and lanes are served between them; what is queued meanwhile is left.
        let numbers = try await pipeline.read { try QueueRows.divertible(from: destination, $0) }
        var diverted = 0
        for batch in numbers.chunked(by: 500) {
            diverted += try await writer.write(.long) { db, change in
                try QueueRows.divert(batch, to: fallback, now: now, db, change: &change)
            }
            queuedSignal.send()
        }
        return diverted
    }

    package func redrive(
        _ filter: NotificationFilter,
        dryRun: Bool,
        expected: ExpectedCount?,
        now: Date
    ) async throws -> Int {
        if dryRun { return try await ask { try QueueRows.deadCount(filter, $0) } }
        let count = try await writer.write(.long) { db, change in
            if let expected {
                let found = try QueueRows.deadCount(filter, db)
                guard expected.holds(found) else { throw NotExpected(found: found) }
            }
            return try QueueRows.redrive(filter, now: now, db, change: &change)
        }
        if count > 0 { queuedSignal.send() }
        return count
    }

    package func retry(_ id: String, now: Date) async throws -> Bool {
        let isDue = try await writer.write(.asked) { db, change in
            try QueueRows.retry(id, now: now, db, change: &change)
        }
        if isDue { queuedSignal.send() }
        return isDue
    }

    package func makeDue(_ destinations: [String], now: Date) async throws {
        try await writer.write(.long) { db, _ in
            for destination in destinations { try QueueRows.makeDue(destination, now: now, db) }
        }
        queuedSignal.send()
    }

    package func expire(
        _ destination: String,
        retryingSince date: Date,
        reason: String,
        fallback: FallbackTarget?,
        now: Date
    ) async throws -> Int {
        let numbers = try await pipeline.read { try QueueRows.expirable(destination, retryingSince: date, $0) }
        var expired = 0
        for batch in numbers.chunked(by: 500) {
            expired += try await writer.write(.long) { db, change in
                try QueueRows.expire(batch, reason: reason, fallback: fallback, now: now, db, change: &change)
            }
        }
        if expired > 0 { queuedSignal.send() }
        return expired
    }
}
