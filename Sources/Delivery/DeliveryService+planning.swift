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
            for run in lanes.values { run.noteChange() }
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
                reports.succeeded(.outbox, "outbox schedule")
            } catch {
                // A question that the shutdown cut short is no failure.
                guard Task.isCancelled == false else { return }
                reports.failed(.outbox, "outbox schedule", because: "\(error)")
                failed("outbox schedule could not be read", error)
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
        let now = time.steady
        let hasNewRules = table.version != plannedVersion
        guard hasNewRules || now.timeIntervalSince(plannedAt) >= DeliveryService.tick else { return }
        plannedVersion = table.version
        plannedAt = now
        var groups: [String: [Destination]] = [:]
        laneOf = [:]
        for destination in table.document.destinations {
            let key = LaneKey.of(destination, secrets: secrets)
            groups[key, default: []].append(destination)
            laneOf[destination.name] = key
        }
        leases.offer(lanes: Set(groups.keys))
        for (key, destinations) in groups { plan(key, destinations, hasNewRules: hasNewRules, now) }
        for key in lanes.keys where groups[key] == nil { retire(key) }
        metrics.keep(table.document.destinations)
        recent = recent.filter { laneOf[$0.key] != nil }
        for (name, key) in laneOf {
            guard let run = lanes[key] else { continue }
            let state = run.own[name] == nil ? run.lane.state(now: now) : .broken
            DeliveryMetrics.lane(name, state: paused[name] == nil ? state : .paused)
        }
    }

    private func plan(_ key: String, _ destinations: [Destination], hasNewRules: Bool, _ now: Date) {
        let all = destinations.map { Lane.Limits($0) }
        guard let first = all.first else { return }
        let limits = all.dropFirst().reduce(first) { $0.tightened(by: $1) }
        let byName = Dictionary(destinations.map { ($0.name, $0) }) { first, _ in first }
        let prints = Dictionary(destinations.map { ($0.name, print(of: $0)) }) { first, _ in first }
        if let run = lanes[key] {
            run.lane.adopt(limits, now: now)
            run.destinations = byName
            run.own = run.own.filter { byName[$0.key] != nil }
            if hasNewRules || prints != run.secretPrints { probeSoon(run) }
            run.secretPrints = prints
            if run.hasStrayClaim { putBack(key, run, because: "its destination was changed") }
        } else {
            let record = records.removeValue(forKey: key)
            let lane = Lane(limits: limits, record: record?.shifted(by: -time.offset), now: now)
            let run = LaneRun(lane: lane, destinations: byName, saved: record)
            run.secretPrints = prints
            run.isServed = leases.isShared == false
            lanes[key] = run
            // After a start, or at a new address, what waits longest tries at once, whatever the old one has answered.
            if run.isServed, lane.health.isResting(now: now) == false { queue.yield(.makeDue(byName.keys.sorted())) }
        }
    }

    /// Differs when what the destination's secrets say differs; compared in this process only.
    private func print(of destination: Destination) -> Int {
        var hasher = Hasher()
        for reference in destination.secrets {
            do { hasher.combine(try secrets.resolve(reference).exposed) } catch { hasher.combine(0) }
        }
        return hasher.finalize()
    }

    /// Lets a lane go that no destination uses, once nothing is under way in it.
    private func retire(_ key: String) {
        guard let run = lanes[key] else { return }
        putBack(key, run, because: "its destination was changed")
        run.destinations = [:]
        guard run.lane.sending == 0, run.unsettled == 0, run.isClaiming == false, run.isDiverting == false else {
            return
        }
        records[key] = run.lane.record(key: key, offset: time.offset)
        lanes.removeValue(forKey: key)
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

    /// Whatever looks gone is tried at once, with what waits longest.
    func probeSoon(_ run: LaneRun) {
        let gone = run.destinations.values.filter(run.looksGone).map(\.name)
        guard gone.isEmpty == false else { return }
        run.probeSoon()
        queue.yield(.makeDue(gone.sorted()))
    }

    func makeDue(_ destinations: [String]) async {
        do {
            try await outbox.makeDue(destinations, now: time.now)
        } catch {
            failed("backlog of a destination could not be made due", error)
        }
        queue.yield(.refresh)
    }

    /// Gives up what has waited as long as one that was given up, so that it does not take a probe for each.
    func expire(_ destination: Destination, _ since: Date, _ reason: String) async {
        do {
            let count = try await outbox.expire(
                destination.name,
                retryingSince: since,
                reason: reason,
                fallback: fallback(of: destination),
                now: time.now
            )
            guard count > 0 else { return }
            logger.error(
                "notifications were not delivered in time and are given up",
                metadata: ["destination": "\(destination.name)", "count": "\(count)", "reason": "\(reason)"]
            )
            queue.yield(.refresh)
        } catch {
            failed("expiry of old notifications failed", error)
        }
    }
}

extension LaneRecord {
    /// The same by a clock that is so many seconds ahead.
    func shifted(by seconds: Double) -> LaneRecord {
        var shifted = self
        shifted.notBefore = notBefore?.addingTimeInterval(seconds)
        shifted.paidUntil = paidUntil?.addingTimeInterval(seconds)
        return shifted
    }
}
