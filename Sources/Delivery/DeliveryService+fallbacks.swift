import FoundationEssentials
import Logging
import Routing
import Store

extension DeliveryService {
    /// Who takes over from a destination, as the rules are now.
    func fallback(of destination: Destination?) -> FallbackTarget? {
        guard let name = destination?.fallback, let target = routes.table.document.destination(named: name) else {
            return nil
        }
        return FallbackTarget(destination: name, recipients: target.recipients)
    }

    /// Hands what waits on to the fallbacks.
    func divert(_ key: String, _ targets: [(destination: String, fallback: FallbackTarget)]) async {
        // A lane that diverts is not let go.
        guard let run = lanes[key] else { return }
        let changes = run.changes
        var rest: Double?
        var diverted = 0
        for (destination, target) in targets {
            do {
                let count = try await outbox.divert(from: destination, to: target, now: time.now)
                diverted += count
                guard count > 0 else { continue }
                due[destination] = nil
                DeliveryMetrics.diverted(count, from: destination)
                logger.warning(
                    "notifications go to the fallback",
                    metadata: [
                        "destination": "\(destination)", "fallback": "\(target.destination)", "count": "\(count)",
                    ]
                )
            } catch {
                failed("failover to the fallback destination failed", error)
                rest = DeliveryService.restAfterFailedDivert
            }
        }
        run.isDiverting = false
        if diverted == 0 {
            // What waits may be nothing that can be handed on: it is not looked through for each bit of news.
            run.divertAgainAt = time.steady.addingTimeInterval(rest ?? DeliveryService.restAfterEmptyDivert)
            if rest == nil, run.changes == changes { run.hasNothingToDivert = true }
        } else {
            run.divertAgainAt = rest.map { time.steady.addingTimeInterval($0) }
            queue.yield(.refresh)
        }
        pump(key)
    }
}
