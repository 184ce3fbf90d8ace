import Findings
package import FoundationEssentials
package import Store
import Synchronization
package import Triage

extension PostgresStore: Outbox {
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
        let (node, first) = (node, claimOrder.wrappingAdd(Int64(limit), ordering: .relaxed).oldValue)
        let request = QueueRows.ClaimRequest(
            destinations: destinations,
            limit: limit,
            lowest: lowest,
            claimant: claimant,
            node: node,
            order: first,
            now: now
        )
        // Nobody will settle these, and recovery would take them for ones that were begun.
        let claimed: [QueueRows.Claimed]
        do {
            let (rows, release) = try await queue.transaction { [strayClaims] session in
                let release = strayClaims.release(session)
                return (try QueueRows.claim(request, session), release)
            }
            release.committed()
            claimed = rows
        } catch let doubt as CommitDoubt {
            strayClaims.add(node, first...first + Int64(limit) - 1)
            throw StoreTrouble(.unreachable, doubt.reason)
        }
        var readable: [Notification] = []
        var unreadable: [(order: Int64, error: any Error)] = []
        for claim in claimed {
            do {
                readable.append(try claim.row.read())
            } catch {
                unreadable.append((claim.order, error))
            }
        }
        for (order, error) in unreadable { await bury(order, because: error) }
        return readable
    }

    /// Sets a message aside that cannot be read, so that it holds up no other.
    private func bury(_ order: Int64, because error: any Error) async {
        let reason = "its row cannot be read (\(error)); a later version may have written it"
        let node = node
        do {
            try await write(on: queue) { session, change in
                try QueueRows.bury(order, of: node, because: reason, session, change: &change)
            }
            // What waited behind it may go now.
            signals.queued.send()
        } catch {
            // Put back with the next claim, and buried then.
            strayClaims.add(node, order...order)
        }
    }

    package func settle(_ settlements: [Settlement]) async throws {
        guard settlements.isEmpty == false else { return }
        let node = node
        try await write(on: queue) { session, change in
            try QueueRows.settle(settlements, of: node, session, change: &change)
        }
        // Also after a delivery: what waited behind the message may go now.
        signals.queued.send()
    }

    package func recover(now: Date) async throws -> Int {
        let count = try await write(on: queue) { session, _ in try QueueRows.recover(now: now, session) }
        signals.queued.send()
        return count
    }

    package func nextDue() async throws -> [String: Date] {
        try await pipeline.transaction { try QueueRows.nextDue($0) }
    }

    package var queued: AsyncStream<Void> { signals.queued.stream() }

    package func laneRecords() async throws -> [LaneRecord] {
        try await pipeline.transaction { try LaneRows.all($0) }
    }

    package func save(_ lanes: [LaneRecord]) async throws {
        guard lanes.isEmpty == false else { return }
        try await queue.transaction { session in
            for lane in lanes.sorted(by: { $0.lane < $1.lane }) { LaneRows.save(lane, session) }
        }
    }

    package func pauses() async throws -> [DestinationPause] {
        try await pipeline.transaction { try LaneRows.pauses($0) }
    }

    package func save(_ pause: DestinationPause) async throws {
        try await change { session, _ in LaneRows.save(pause, session) }
        signals.lanes.send()
    }

    package func endPause(of destination: String, now: Date) async throws {
        try await change { session, _ in try LaneRows.endPause(of: destination, now: now, session) }
        signals.lanes.send()
    }

    package func backlog() async throws -> [DestinationBacklog] { try await ask { try QueueRows.backlog($0) } }
}
