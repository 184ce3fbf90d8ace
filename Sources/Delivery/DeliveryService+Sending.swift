import Findings
import FoundationEssentials
import Logging
import Routing
import Store

extension DeliveryService {
    /// Does whatever the lane has room for: begins what is held, claims more, diverts, or sets the alarm.
    func pump(_ key: String) {
        guard isStopping == false, let run = lanes[key] else { return }
        let now = time.now
        while let turn = run.next(key, now: now) { queue.yield(.send(turn)) }
        if run.heldCount > 0, run.lane.reserve == 0 {
            putBack(key, run, because: "the lane stopped before its turn")
        }
        divertSoon(key, run, now)
        let names = run.destinations.keys.filter { due[$0].map { $0 <= now } ?? false }.sorted()
        if names.isEmpty == false { claimSoon(key, run, names, now) }
        scheduleWake(key, run, now)
    }

    /// Hands what waits on to the fallback, if this is the time for it and something may wait.
    private func divertSoon(_ key: String, _ run: LaneRun, _ now: Date) {
        // With room for a probe, the probe comes first: without one nobody would learn that the destination is back.
        guard run.lane.yieldsToFallback(now: now), run.lane.room(now: now) == 0 else { return }
        // What has just been sent waits for nobody before its result is written down, which pumps again.
        guard run.isDiverting == false, run.hasNothingToDivert == false, run.unsettled == 0 else { return }
        // What a paused lane has to try again is not tried when it is due either.
        let isPaused = run.lane.pausedReason != nil
        let targets = run.destinations.keys.sorted().compactMap {
            name -> (destination: String, fallback: FallbackTarget)? in
            guard let at = due[name], isPaused || at <= now, let target = fallback(of: run.destinations[name]),
                laneOf[target.destination] != key
            else { return nil }
            return (name, target)
        }
        guard targets.isEmpty == false else { return }
        if let at = run.divertAgainAt, at > now { return setAlarm(key, run, at, now) }
        run.isDiverting = true
        queue.yield(.divert(lane: key, targets))
    }

    private func claimSoon(_ key: String, _ run: LaneRun, _ names: [String], _ now: Date) {
        guard run.isClaiming == false, unsettled.count < 2 * DeliveryService.batch else { return }
        let reserve = run.lane.reserve
        let wanted = run.ordinaryRoom(now: now) + reserve - run.heldCount
        // Half a reserve at least, so that claims stay large when sends are quick.
        if run.isDrained == false, wanted > 0, run.heldCount <= reserve / 2 {
            run.isClaiming = true
            let limit = min(wanted, DeliveryService.batch)
            queue.yield(.claim(lane: key, destinations: names, limit: limit, isCritical: false))
            return
        }
        // All that is left is the place kept free, or what is held fills the rest: only what is CRITICAL is worth asking for.
        let kept = run.room(now: now)
        guard kept > 0, run.isDrained == false, run.isCriticalDrained == false else { return }
        run.isClaiming = true
        queue.yield(.claim(lane: key, destinations: names, limit: kept, isCritical: true))
    }

    private func scheduleWake(_ key: String, _ run: LaneRun, _ now: Date) {
        let waiting = run.destinations.keys.compactMap { due[$0] }
        guard let earliest = waiting.min() else { return }
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
        let claimant = Claimant(lane: key, concurrency: run.lane.limits.concurrency)
        var claimed: [Notification] = []
        var isComplete = false
        do {
            let now = time.now
            claimed =
                isCritical
                ? try await outbox.claimCritical(destinations: destinations, limit: limit, by: claimant, now: now)
                : try await outbox.claim(destinations: destinations, limit: limit, by: claimant, now: now)
            isComplete = claimed.count >= limit
        } catch {
            failed("the store did not give out notifications", error)
        }
        run.isClaiming = false
        run.hold(claimed, within: claimant.concurrency)
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
        } else {
            // The rules may have changed meanwhile.
            if run.holdsStray { putBack(key, run, because: "its destination was changed") }
            pump(key)
        }
        finishIfStopped()
    }

    /// One attempt, on a thread of the pool: rendering must not hold the actor.
    @concurrent
    nonisolated func send(_ turn: LaneRun.Turn) async {
        let startedAt = time.now
        let outcome: Outcome
        if let notifier = notifiers[turn.destination.transport.type] {
            outcome = await notifier.deliver(turn.notification, to: turn.destination, now: startedAt)
        } else {
            outcome = HTTPAttempt.unusable(
                "nothing here delivers to destinations of type \(turn.destination.transport.type)"
            )
        }
        await finished(turn, outcome, startedAt: startedAt)
    }

    private func finished(_ turn: LaneRun.Turn, _ outcome: Outcome, startedAt: Date) {
        let (key, notification, destination) = (turn.lane, turn.notification, turn.destination)
        guard let run = lanes[key] else { return }
        let now = time.now
        let wasPaused = run.lane.pausedReason != nil
        run.lane.end(turn.ticket, outcome, now: now, using: &generator)
        let next = Fate.next(
            of: notification,
            after: outcome,
            destination: destination,
            lane: run.lane,
            fallback: fallback(of: destination),
            now: now
        )
        var attempt = Attempt(notification, outcome, startedAt: startedAt, finishedAt: now)
        if case .retry(let at, _) = next {
            attempt.nextDueAt = at
            due[notification.destination] = min(due[notification.destination] ?? at, at)
        }
        let record = run.lane.record(key: key)
        let settlement = Settlement(
            attempt: attempt,
            next: next,
            lane: record == run.saved ? nil : record,
            posted: outcome.evidence.posted
        )
        unsettled.append((key, settlement))
        run.unsettled += 1
        run.saved = record
        DeliveryMetrics.attempted(attempt, of: notification, to: destination)
        DeliveryMetrics.settled(next, destination: destination.name)
        log(attempt, notification, next, becamePaused: wasPaused == false && run.lane.pausedReason != nil)
        settleSoon()
        pump(key)
    }

    private func log(_ attempt: Attempt, _ notification: Notification, _ next: Settlement.Next, becamePaused: Bool) {
        var metadata: Logger.Metadata = [
            "delivery_id": "\(notification.id)", "finding_id": "\(notification.content.finding.key)",
            "destination": "\(notification.destination)", "route": "\(notification.content.rule)",
            "attempt": "\(attempt.number)", "outcome": "\(attempt.verdict.rawValue)",
        ]
        metadata["status"] = attempt.status.map { "\($0)" }
        metadata["reason"] = attempt.errorClass.map { "\($0)" }
        metadata["detail"] = attempt.detail.map { "\($0)" }
        metadata["next_due_at"] = attempt.nextDueAt.map { "\($0.formatted(.iso8601))" }
        logger.info("delivery attempt", metadata: metadata)
        if becamePaused {
            logger.error("a destination cannot be used and is paused until it is resumed", metadata: metadata)
        }
        if case .dead = next { logger.error("a notification is a dead letter", metadata: metadata) }
    }

    /// Returns what is held to the queue: claimed, and not sent after all.
    func putBack(_ key: String, _ run: LaneRun, because reason: String) {
        guard run.heldCount > 0 else { return }
        let now = time.now
        let at = max(now, run.lane.notBefore ?? now)
        for notification in run.releaseHeld() {
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

    private func settleSoon() {
        guard isSettling == false else { return }
        isSettling = true
        queue.yield(.settle)
    }

    /// Says that the store failed; at the end of the service calls that were cancelled fail, and that is nothing to say.
    func failed(_ message: Logger.Message, _ error: any Error) {
        guard Task.isCancelled == false else { return }
        logger.error(message, metadata: ["error": "\(error)"])
    }

    /// Writes results down, many in one commit while the last commit is under way.
    func settle() async {
        while unsettled.isEmpty == false, Task.isCancelled == false {
            let batch = Array(unsettled.prefix(DeliveryService.batch))
            do {
                try await outbox.settle(batch.map(\.settlement))
                unsettled.removeFirst(batch.count)
                for (key, _) in batch { lanes[key]?.unsettled -= 1 }
                for (key, run) in lanes {
                    run.hearResult()
                    pump(key)
                }
            } catch {
                failed("results of deliveries could not be written down", error)
                await rest(1)
            }
        }
        isSettling = false
        finishIfStopped()
    }
}

extension Attempt {
    init(_ notification: Notification, _ outcome: Outcome, startedAt: Date, finishedAt: Date) {
        self.init(
            notification: notification.id,
            number: notification.attempts,
            startedAt: startedAt,
            finishedAt: max(startedAt, finishedAt),
            verdict: Verdict(outcome.verdict),
            status: outcome.evidence.status,
            errorClass: outcome.evidence.errorClass?.rawValue,
            detail: outcome.evidence.detail,
            peerAddress: outcome.evidence.peerAddress,
            timings: outcome.evidence.timings,
            reply: outcome.evidence.reply
        )
    }
}
