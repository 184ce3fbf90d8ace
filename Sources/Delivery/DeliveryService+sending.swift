import FoundationEssentials
import Routing
import Store
import Triage

extension DeliveryService {
    /// Does whatever the lane has room for: begins what is held, claims more, diverts, or sets the alarm.
    func pump(_ key: String) {
        guard isStopping == false, let run = lanes[key] else { return }
        guard run.isServed, leases.mayDo(.lane(key)) else { return giveUpIfIdle(key, run) }
        let now = time.steady
        while let begun = run.next(key, now: now) { queue.yield(.send(begun)) }
        if run.claimCount > 0, run.lane.reserve == 0 {
            putBack(key, run, because: "the lane stopped before its turn")
        }
        divertSoon(key, run, now)
        if mayClaim(run, now) {
            let wall = time.now
            let names = run.destinations.values.filter { destination in
                guard paused[destination.name] == nil, let at = due[destination.name], at <= wall else { return false }
                return run.restsAlone(destination, now: now) == false
            }.map(\.name).sorted()
            if names.isEmpty == false { claimSoon(key, run, names, now) }
        }
        scheduleWake(key, run, now)
    }

    /// Whether a claim is possible at all, before it is asked for whom: a lane is looked at after each message.
    private func mayClaim(_ run: LaneRun, _ now: Date) -> Bool {
        guard run.isClaiming == false, run.isDrained == false, unsettled.count < 2 * DeliveryService.batch else {
            return false
        }
        return run.claimCount <= run.lane.reserve / 2 || run.room(now: now) > 0
    }

    /// Hands what waits on to the fallback, if this is the time for it and something may wait.
    private func divertSoon(_ key: String, _ run: LaneRun, _ now: Date) {
        // What has just been sent waits for nobody before its result is written down, which pumps again.
        guard run.isDiverting == false, run.hasNothingToDivert == false, run.unsettled == 0 else { return }
        let wall = time.now
        let targets = run.destinations.values.sorted { $0.name < $1.name }.compactMap {
            destination -> (destination: String, fallback: FallbackTarget)? in
            let name = destination.name
            guard paused[name] == nil, let at = due[name], at <= wall || run.looksGone(destination),
                run.yields(destination, now: now), let target = fallback(of: destination),
                laneOf[target.destination] != key || run.lane.health.yieldsToFallback(now: now) == false
            else { return nil }
            return (name, target)
        }
        guard targets.isEmpty == false else { return }
        if let at = run.divertAgainAt, at > now { return setAlarm(key, run, at, now) }
        run.isDiverting = true
        queue.yield(.divert(lane: key, targets))
    }

    private func claimSoon(_ key: String, _ run: LaneRun, _ names: [String], _ now: Date) {
        let failing = names.filter { run.own[$0] != nil }
        if failing.isEmpty == false {
            // What failed by its own fault is tried with one message.
            if let name = failing.first(where: { run.underWay[$0] == nil }), run.room(now: now) > 0 {
                run.isClaiming = true
                queue.yield(.claim(lane: key, destinations: [name], limit: 1, isCritical: false))
                return
            }
            let sound = names.filter { run.own[$0] == nil }
            if sound.isEmpty == false { claimSoon(key, run, sound, now) }
            return
        }
        if run.mayAskAnother(now: now), run.isDrained == false {
            run.isClaiming = true
            queue.yield(.claim(lane: key, destinations: names, limit: 1, isCritical: false))
            return
        }
        let reserve = run.lane.reserve
        let wanted = run.ordinaryRoom(now: now) + reserve - run.claimCount
        // Half a reserve at least, so that claims stay large when sends are quick.
        if wanted > 0, run.claimCount <= reserve / 2 {
            run.isClaiming = true
            let limit = min(wanted, DeliveryService.batch)
            queue.yield(.claim(lane: key, destinations: names, limit: limit, isCritical: false))
            return
        }
        // All that is left is the place kept free, or what is held fills the rest: only what is CRITICAL is worth asking for.
        let kept = run.room(now: now)
        guard kept > 0, run.isCriticalDrained == false else { return }
        run.isClaiming = true
        queue.yield(.claim(lane: key, destinations: names, limit: kept, isCritical: true))
    }

    private func scheduleWake(_ key: String, _ run: LaneRun, _ now: Date) {
        let offset = time.offset
        var waiting: Date?
        for (name, destination) in run.destinations {
            guard paused[name] == nil, let at = due[name] else { continue }
            let own = run.restsAlone(destination, now: now) ? run.own[name]?.notBefore : nil
            let next = max(at.addingTimeInterval(-offset), own ?? now)
            waiting = waiting.map { min($0, next) } ?? next
        }
        guard let earliest = waiting else { return }
        let room = run.lane.nextRoomAt(now: now)
        guard let at = earliest > now ? max(earliest, room ?? earliest) : room, at > now else { return }
        // What is further off is left to the tick, so that alarms which were overtaken do not pile up.
        guard at.timeIntervalSince(now) <= 2 * DeliveryService.tick else { return }
        setAlarm(key, run, at, now)
    }

    private func setAlarm(_ key: String, _ run: LaneRun, _ at: Date, _ now: Date) {
        if let set = run.wakeAt, set > now, set <= at { return }
        run.wakeAt = at
        queue.yield(.wake(lane: key, at: at))
    }

    func wake(_ key: String, _ date: Date) {
        guard let run = lanes[key] else { return }
        if run.wakeAt == date { run.wakeAt = nil }
        run.noteChange()
        pump(key)
    }

    /// One attempt, on a thread of the pool: rendering must not hold the actor.
    @concurrent
    nonisolated func send(_ begun: LaneRun.Send) async {
        // Right before it begins: a node that was held up for long may have been taken for gone.
        guard leases.mayDo(.lane(begun.lane)) else { return await notSent(begun) }
        let startedAt = time.now
        let outcome = await notifier.deliver(begun.claim.notification, to: begun.destination, now: startedAt)
        await finished(begun, outcome, startedAt: startedAt)
    }

    /// Returns what is held and meant to the queue: claimed, and not sent after all.
    func putBack(
        _ key: String,
        _ run: LaneRun,
        because reason: String,
        where isMeant: (Notification) -> Bool = { _ in true }
    ) {
        guard run.claimCount > 0 else { return }
        let now = time.now
        let at = max(now, run.lane.notBefore?.addingTimeInterval(time.offset) ?? now)
        for notification in run.releaseClaims(where: isMeant) {
            var attempt = Attempt(
                notification,
                Outcome(.destinationFailed(retryAfter: nil), .init()),
                startedAt: now,
                finishedAt: now
            )
            attempt.detail = "not sent: \(reason)"
            attempt.nextDueAt = at
            due[notification.destination] = min(due[notification.destination] ?? at, at)
            let next = Settlement.Next.retry(at: at, isMinimal: notification.isMinimal)
            unsettled.append((key, Settlement(attempt: attempt, next: next)))
            run.unsettled += 1
        }
        settleSoon()
    }
}
