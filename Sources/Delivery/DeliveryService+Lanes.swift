import FoundationEssentials
import Logging
import Routing
package import Store

extension DeliveryService: Lanes {
    package func status() async -> [LaneStatus] {
        replanIfNeeded()
        let now = time.now
        return routes.table.document.destinations.compactMap { destination in
            guard let key = laneOf[destination.name], let lane = lanes[key]?.lane else { return nil }
            let state = lane.state(now: now)
            return LaneStatus(
                destination: destination.name,
                type: destination.transport.type,
                lane: key,
                state: state,
                reason: lane.pausedReason ?? (state == .broken ? "\(lane.failures) failures in a row" : nil),
                failures: lane.failures,
                notBefore: lane.notBefore.flatMap { $0 > now ? $0 : nil }
            )
        }
    }

    package func pause(destination: String, reason: String) async throws -> Bool {
        replanIfNeeded()
        guard let key = laneOf[destination], let run = lanes[key] else { return false }
        run.lane.pause(reason: reason)
        putBack(key, run, because: "the lane was paused")
        try await save(key)
        logger.notice("a destination was paused", metadata: ["destination": "\(destination)", "reason": "\(reason)"])
        return true
    }

    package func resume(destination: String) async throws -> Bool {
        replanIfNeeded()
        guard let key = laneOf[destination], let run = lanes[key] else { return false }
        run.lane.resume()
        try await save(key)
        logger.notice("a destination was resumed", metadata: ["destination": "\(destination)"])
        await refresh(isNews: true)
        return true
    }

    private func save(_ key: String) async throws {
        guard let run = lanes[key] else { return }
        let record = run.lane.record(key: key)
        try await outbox.save([record])
        run.saved = record
    }
}
