import Findings
import FoundationEssentials
import Logging
import Routing
import Store
import Triage

extension DeliveryService {
    /// Does whatever the lane has room for: begins what is held, claims more, diverts, or sets the alarm.
    func pump(_ key: String) {
        guard isStopping == false, let run = lanes[key] else { return }
        guard run.isServed, leases.mayDo(.lane(key)) else { return giveUpIfIdle(key, run) }
        let now = time.steady
        while let turn = run.next(key, now: now) { queue.yield(.send(turn)) }
        if run.heldCount > 0, run.lane.reserve == 0 {
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
        return run.heldCount <= run.lane.reserve / 2 || run.room(now: now) > 0
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
        let wanted = run.ordinaryRoom(now: now) + reserve - run.heldCount
        // Half a reserve at least, so that claims stay large when sends are quick.
        if wanted > 0, run.heldCount <= reserve / 2 {
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
        run.hear()
        pump(key)
    }

    func claim(_ key: String, _ destinations: [String], _ limit: Int, isCritical: Bool) async {
        // A lane that claims is not let go.
        guard let run = lanes[key] else { return }
        let news = run.news
        let started = time.steady
        let asksAnother = run.mayAskAnother(now: started)
        var claimant = Claimant(
            lane: key,
            concurrency: run.lane.limits.concurrency,
            resting: run.restingRecipients(now: started)
        )
        // What has failed is left for now, unless there is nothing else.
        let leaving = run.leaving() + (asksAnother ? [] : [[]])
        let offset = time.offset
        var claimed: [Notification] = []
        var isComplete = false
        do {
            for left in leaving where claimed.count < limit {
                claimant.leaving = left
                claimed += try await claim(destinations, limit - claimed.count, claimant, isCritical: isCritical)
            }
            isComplete = claimed.count >= limit
            reports.succeeded(.outbox, "outbox claim for \(destinations.joined(separator: ", "))")
        } catch {
            let work = "outbox claim for \(destinations.joined(separator: ", "))"
            if Task.isCancelled == false { reports.failed(.outbox, work, because: "\(error)") }
            failed("outbox claim failed", error)
        }
        run.isClaiming = false
        if asksAnother, claimed.isEmpty == false { run.lane.probeSoon() }
        run.hold(claimed, within: claimant.concurrency, offset: offset)
        if isComplete == false, run.news == news {
            if isCritical {
                run.isCriticalDrained = true
            } else {
                run.isDrained = true
                queue.yield(.refresh)
            }
        }
        if isStopping {
            putBack(key, run, because: "the service is stopping")
        } else if run.isServed == false {
            putBack(key, run, because: "another node serves the destination now")
        } else {
            if paused.isEmpty == false {
                putBack(key, run, because: "the destination was paused") { self.paused[$0.destination] != nil }
            }
            // The rules may have changed meanwhile.
            if run.holdsStray { putBack(key, run, because: "its destination was changed") }
            pump(key)
        }
        finishIfStopped()
    }

    private func claim(_ destinations: [String], _ limit: Int, _ claimant: Claimant, isCritical: Bool) async throws
        -> [Notification]
    {
        let now = time.now
        return isCritical
            ? try await outbox.claimCritical(destinations: destinations, limit: limit, by: claimant, now: now)
            : try await outbox.claim(destinations: destinations, limit: limit, by: claimant, now: now)
    }

    /// One attempt, on a thread of the pool: rendering must not hold the actor.
    @concurrent
    nonisolated func send(_ turn: LaneRun.Turn) async {
        // Right before it begins: a node that was held up for long may have been taken for gone.
        guard leases.mayDo(.lane(turn.lane)) else { return await notSent(turn) }
        let startedAt = time.now
        let outcome = await notifier.deliver(turn.held.notification, to: turn.destination, now: startedAt)
        await finished(turn, outcome, startedAt: startedAt)
    }

    /// Returns what is held and meant to the queue: claimed, and not sent after all.
    func putBack(
        _ key: String,
        _ run: LaneRun,
        because reason: String,
        where isMeant: (Notification) -> Bool = { _ in true }
    ) {
        guard run.heldCount > 0 else { return }
        let now = time.now
        let at = max(now, run.lane.notBefore?.addingTimeInterval(time.offset) ?? now)
        for notification in run.releaseHeld(where: isMeant) {
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
