import FoundationEssentials
import Logging
import Routing
import Store

extension DeliveryService {
    /// Asks the store what waits, and sets every lane going that has something to do.
    ///
    /// - Parameter isNews: Whether something may have been queued since the last claim.
    func refresh(isNews: Bool) async {
        if isNews {
            for run in lanes.values { run.hear() }
        }
        guard isRefreshing == false else {
            mustRefresh = true
            return
        }
        isRefreshing = true
        defer { isRefreshing = false }
        repeat {
            mustRefresh = false
            replanIfNeeded()
            do {
                due = try await outbox.nextDue()
            } catch {
                // A question that the shutdown cut short is no failure.
                guard Task.isCancelled == false else { return }
                failed("the store does not say what is due", error)
                return
            }
            reportMissing()
            for key in lanes.keys { pump(key) }
        } while mustRefresh
    }

    /// Puts destinations into lanes as the rules and the secrets are now.
    ///
    /// New rules are noticed at once, a rotated secret at the next tick.
    func replanIfNeeded() {
        let table = routes.table
        let now = time.now
        let age = now.timeIntervalSince(plannedAt)
        guard table.version != plannedVersion || age >= DeliveryService.tick || age < 0 else { return }
        plannedVersion = table.version
        plannedAt = now
        var groups: [String: [Destination]] = [:]
        laneOf = [:]
        for destination in table.document.destinations {
            let key = LaneKey.of(destination, secrets: secrets)
            groups[key, default: []].append(destination)
            laneOf[destination.name] = key
        }
        for (key, destinations) in groups { plan(key, destinations, now) }
        for key in lanes.keys where groups[key] == nil { retire(key) }
        for (name, key) in laneOf {
            guard let state = lanes[key]?.lane.state(now: now) else { continue }
            DeliveryMetrics.lane(name, state: state)
        }
    }

    private func plan(_ key: String, _ destinations: [Destination], _ now: Date) {
        let all = destinations.map { Lane.Limits($0) }
        guard let first = all.first else { return }
        let limits = all.dropFirst().reduce(first) { $0.tightened(by: $1) }
        let byName = Dictionary(destinations.map { ($0.name, $0) }) { first, _ in first }
        if let run = lanes[key] {
            run.lane.adopt(limits, now: now)
            run.destinations = byName
            if run.holdsStray { putBack(key, run, because: "its destination was changed") }
        } else {
            let record = records.removeValue(forKey: key)
            let lane = Lane(limits: limits, record: record, now: now)
            lanes[key] = LaneRun(lane: lane, destinations: byName, saved: record)
        }
    }

    /// Lets a lane go that no destination uses, once nothing is under way in it.
    private func retire(_ key: String) {
        guard let run = lanes[key] else { return }
        putBack(key, run, because: "its destination was changed")
        run.destinations = [:]
        guard run.lane.sending == 0, run.unsettled == 0, run.isClaiming == false, run.isDiverting == false else {
            return
        }
        records[key] = run.lane.record(key: key)
        lanes.removeValue(forKey: key)
    }

    /// Who takes over from a destination, as the rules are now.
    func fallback(of destination: Destination?) -> FallbackTarget? {
        guard let name = destination?.fallback, let target = routes.table.document.destination(named: name) else {
            return nil
        }
        return FallbackTarget(destination: name, recipients: target.recipients)
    }

    /// Says once which notifications wait for a destination that the rules no longer have. They stay where they are.
    private func reportMissing() {
        let gone = Set(due.keys).subtracting(laneOf.keys)
        for name in gone.subtracting(missing).sorted() {
            logger.warning(
                "notifications wait for a destination that is not in the rules",
                metadata: ["destination": "\(name)"]
            )
        }
        missing = gone
        DeliveryMetrics.orphaned(gone.count)
    }

    /// Hands what waits on to the fallbacks.
    func divert(_ key: String, _ targets: [(destination: String, fallback: FallbackTarget)]) async {
        // A lane that diverts is not let go.
        guard let run = lanes[key] else { return }
        let news = run.news
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
                failed("notifications could not be handed on", error)
                rest = DeliveryService.restAfterFailedDivert
            }
        }
        run.isDiverting = false
        if diverted == 0 {
            // What waits may be nothing that can be handed on: it is not looked through for each bit of news.
            run.divertAgainAt = time.now.addingTimeInterval(rest ?? DeliveryService.restAfterEmptyDivert)
            if rest == nil, run.news == news { run.hasNothingToDivert = true }
        } else {
            run.divertAgainAt = rest.map { time.now.addingTimeInterval($0) }
            queue.yield(.refresh)
        }
        pump(key)
    }
}
