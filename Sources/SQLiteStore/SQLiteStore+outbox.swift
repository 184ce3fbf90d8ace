import Findings
package import FoundationEssentials
import GRDB
package import Store
import Synchronization
package import Triage

extension SQLiteStore: Outbox {
    package func claim(
        destinations: [String],
        limit: Int,
        by claimant: Claimant?,
        now: Date
    ) async throws -> [Notification] {
        try await claim(destinations, limit, from: .unknown, by: claimant, now)
    }

    package func claimCritical(
        destinations: [String],
        limit: Int,
        by claimant: Claimant?,
        now: Date
    ) async throws -> [Notification] {
        try await claim(destinations, limit, from: .critical, by: claimant, now)
    }

    private func claim(
        _ destinations: [String],
        _ limit: Int,
        from lowest: Severity,
        by claimant: Claimant?,
        _ now: Date
    ) async throws -> [Notification] {
        let limit = max(1, limit)
        let request = QueueRows.ClaimRequest(
            destinations: destinations,
            limit: limit,
            lowest: lowest,
            claimant: claimant,
            order: claimOrder.wrappingAdd(Int64(limit), ordering: .relaxed).oldValue,
            now: now
        )
        // Nobody will settle these, and recovery would take them for the ones that were begun.
        let unread = unreadClaims.withLock { $0 }
        let claimed = try await writer.write(.short) { db, _ in
            try QueueRows.release(unread, db)
            return try QueueRows.claim(request, db)
        }
        if unread.isEmpty == false { unreadClaims.withLock { $0.removeAll(where: unread.contains) } }
        var readable: [Notification] = []
        var unreadable: [(place: QueueRows.ClaimPlace, error: any Error)] = []
        for claim in claimed {
            do {
                readable.append(try claim.row.read())
            } catch {
                unreadable.append((claim.place, error))
            }
        }
        for (place, error) in unreadable { try await bury(place, because: error) }
        return readable
    }

    /// Sets a message aside that cannot be read, so that it holds up no other.
    private func bury(_ place: QueueRows.ClaimPlace, because error: any Error) async throws {
        let reason = "its row cannot be read (\(error)). \(DataCheck.advice(directory))"
        do {
            try await writer.write(.short) { db, change in
                try QueueRows.bury(place, because: reason, db, change: &change)
            }
            // What waited behind it may go now.
            queuedSignal.send()
        } catch {
            // Put back with the next claim, and buried then.
            unreadClaims.withLock { $0.append(place) }
        }
    }

    package func settle(_ settlements: [Settlement]) async throws {
        guard settlements.isEmpty == false else { return }
        try await writer.write(.short) { db, change in
            for settlement in settlements { try QueueRows.settle(settlement, db, change: &change) }
        }
        // Also after a delivery: what waited behind the message may go now.
        queuedSignal.send()
    }

    package func recover(now: Date) async throws -> Int {
        let count = try await writer.write(.long) { db, _ in try QueueRows.recover(now: now, db) }
        queuedSignal.send()
        return count
    }

    package func nextDue() async throws -> [String: Date] {
        try await pipeline.read { try QueueRows.nextDue($0) }
    }

    package var queued: AsyncStream<Void> { queuedSignal.stream() }

    package func laneRecords() async throws -> [LaneRecord] {
        try await pipeline.read { try LaneRows.all($0) }
    }

    package func save(_ lanes: [LaneRecord]) async throws {
        guard lanes.isEmpty == false else { return }
        try await writer.write(.short) { db, _ in
            for lane in lanes { try LaneRows.save(lane, db) }
        }
    }

    package func pauses() async throws -> [DestinationPause] {
        try await pipeline.read { try LaneRows.pauses($0) }
    }

    package func save(_ pause: DestinationPause) async throws {
        try await writer.write(.short) { db, _ in try LaneRows.save(pause, db) }
    }

    package func endPause(of destination: String, now: Date) async throws {
        try await writer.write(.long) { db, _ in try LaneRows.endPause(of: destination, now: now, db) }
    }

    package func backlog() async throws -> [DestinationBacklog] {
        try await ask { db in
            var backlog = Dictionary(try QueueRows.backlog(db).map { ($0.destination, $0) }) { first, _ in first }
            for (name, count) in try SQLiteStore.waiting(db) {
                backlog[name, default: DestinationBacklog(destination: name)].waiting = count
            }
            return backlog.values.sorted { $0.destination < $1.destination }
        }
    }

    /// How much waits in groups, by destination: as long to count as what waits, and no longer.
    private static func waiting(_ db: Database) throws -> [(String, Int)] {
        try db.rows(
            """
            SELECT destination, count(*) AS count FROM waiting_items INDEXED BY waiting_items_waiting
            WHERE state = 0 GROUP BY destination
            """
        ).map { try ($0["destination"], $0["count"]) }
    }
}
