package import FoundationEssentials
package import Store

extension PostgresStore {
    package func divert(from destination: String, to fallback: FallbackTarget, now: Date) async throws -> Int {
        // In batches, so that lanes are served between them; what is queued meanwhile is left.
        let numbers = try await pipeline.transaction { try QueueRows.divertible(from: destination, $0) }
        var diverted = 0
        for batch in numbers.chunked(by: 500) {
            diverted += try await write(on: queue) { session, change in
                try QueueRows.divert(batch, to: fallback, now: now, session, change: &change)
            }
            signals.queued.send()
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
        let count = try await write(on: desk) { session, change in
            if let expected {
                let found = try QueueRows.deadCount(filter, session)
                guard expected.holds(found) else { throw NotExpected(found: found) }
            }
            return try QueueRows.redrive(filter, now: now, session, change: &change)
        }
        if count > 0 { signals.queued.send() }
        return count
    }

    package func retry(_ id: String, now: Date) async throws -> Bool {
        let isDue = try await write(on: desk) { session, change in
            try QueueRows.retry(id, now: now, session, change: &change)
        }
        if isDue { signals.queued.send() }
        return isDue
    }

    package func makeDue(_ destinations: [String], now: Date) async throws {
        try await queue.transaction { QueueRows.makeDue(destinations, now: now, $0) }
        signals.queued.send()
    }

    package func expire(
        _ destination: String,
        retryingSince date: Date,
        reason: String,
        fallback: FallbackTarget?,
        now: Date
    ) async throws -> Int {
        let numbers = try await pipeline.transaction { session in
            try QueueRows.expirable(destination, retryingSince: date, session)
        }
        var expired = 0
        for batch in numbers.chunked(by: 500) {
            expired += try await write(on: queue) { session, change in
                try QueueRows.expire(
                    batch,
                    retryingSince: date,
                    reason: reason,
                    fallback: fallback,
                    now: now,
                    session,
                    change: &change
                )
            }
        }
        if expired > 0 { signals.queued.send() }
        return expired
    }
}
