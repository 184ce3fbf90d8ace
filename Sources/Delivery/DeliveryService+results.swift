import Findings
import FoundationEssentials
import Logging
import Routing
import Store
import Triage

/// What came of attempts: told to the lanes, counted, and written down.
extension DeliveryService {
    func finished(_ begun: LaneRun.Send, _ received: Outcome, startedAt: Date) {
        let (key, notification, destination) = (begun.lane, begun.claim.notification, begun.destination)
        guard let run = lanes[key] else { return }
        let (now, wall, offset) = (time.steady, time.now, time.offset)
        let wasGone = run.looksGone(destination)
        var outcome = received
        outcome.failsAlone = run.failsAlone(outcome, of: notification)
        run.end(begun.ticket, outcome, of: notification, now: now, using: &generator)
        let next = Fate.next(
            of: notification,
            after: outcome,
            destination: destination,
            restsUntil: run.restsUntil(outcome, of: notification)?.addingTimeInterval(offset),
            isPaused: paused[destination.name] != nil,
            age: now.timeIntervalSince(begun.claim.retryingSince),
            fallback: fallback(of: destination),
            now: wall
        )
        var attempt = Attempt(notification, outcome, startedAt: startedAt, finishedAt: wall)
        if case .retry(let at, _) = next {
            attempt.nextDueAt = at
            due[notification.destination] = min(due[notification.destination] ?? at, at)
        }
        if case .dead = next { run.giveUp(notification) }
        expireOthers(after: outcome, next, destination, run, wall)
        setAside(outcome, of: notification, key, run)
        let record = run.lane.record(key: key, offset: offset)
        let changed = record.isSame(as: run.saved) ? nil : record
        if let changed { run.saved = changed }
        let settlement = Settlement(attempt: attempt, next: next, lane: changed, posted: outcome.evidence.posted)
        unsettled.append((key, settlement))
        run.unsettled += 1
        metrics.attempted(attempt, of: notification, to: destination)
        recent[destination.name, default: RecentTries(now: now)].add(attempt, now: now)
        metrics.settled(next, of: destination)
        log(attempt, notification, next, looksGone: wasGone == false && run.looksGone(destination))
        settleSoon()
        pump(key)
    }

    /// Gives up what is as old as one that was given up; and while several messages take turns at trying, what grew old
    /// meanwhile.
    private func expireOthers(
        after outcome: Outcome,
        _ next: Settlement.Next,
        _ destination: Destination,
        _ run: LaneRun,
        _ wall: Date
    ) {
        guard outcome.isFailure, outcome.failsAlone == false else { return }
        var reason: String?
        if case .dead(let why, _, _) = next {
            reason = why
        } else if run.lane.failures >= Lane.breakerThreshold, run.suspects.areMany, paused[destination.name] == nil {
            let why = outcome.evidence.detail ?? outcome.evidence.errorClass?.rawValue ?? "it failed"
            reason = Fate.expired(after: destination.retryFor, because: why)
        }
        guard let reason else { return }
        let since = wall.addingTimeInterval(-Double(destination.retryFor.components.seconds))
        queue.yield(.expire(destination, retryingSince: since, reason: reason))
    }

    private func log(_ attempt: Attempt, _ notification: Notification, _ next: Settlement.Next, looksGone: Bool) {
        var isDead: Bool { if case .dead = next { true } else { false } }
        guard logger.logLevel <= .info || looksGone || isDead else { return }
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
        if looksGone {
            logger.error(
                """
                a destination cannot be used; it is tried again with one message at a time, at least every \
                \(Int(BackOff.longest / 60)) minutes
                """,
                metadata: metadata
            )
        }
        if isDead { logger.error("a notification is a dead letter", metadata: metadata) }
    }

    /// Gives back what is held for somebody who has just turned out to have to rest.
    private func setAside(_ outcome: Outcome, of notification: Notification, _ key: String, _ run: LaneRun) {
        switch outcome.verdict {
        case .recipientFailed where outcome.failsAlone: break
        case .recipientFailed:
            putBack(key, run, because: "its recipient is not taken now") { $0.recipient == notification.recipient }
        case .destinationGone where outcome.isOwnFault:
            putBack(key, run, because: "its destination cannot be used") {
                $0.destination == notification.destination
            }
        default: break
        }
    }

    func settleSoon() {
        guard isSettling == false else { return }
        isSettling = true
        queue.yield(.settle)
    }

    /// Says that the store failed; at the end of the service calls that were cancelled fail, and that is nothing to say.
    func failed(_ message: Logger.Message, _ error: any Error) {
        guard Task.isCancelled == false,
            repeats.isNews("\(message)", "\(error)", now: time.steady.timeIntervalSinceReferenceDate)
        else { return }
        logger.error(message, metadata: ["error": "\(error)"])
    }

    /// Writes results down, many in one commit while the last commit is under way.
    func settle() async {
        while unsettled.isEmpty == false, Task.isCancelled == false {
            let batch = Array(unsettled.prefix(DeliveryService.batch))
            do {
                try await outbox.settle(batch.map(\.settlement))
                reports.succeeded(.outbox, "outbox settlement")
                unsettled.removeFirst(batch.count)
                for (key, _) in batch { lanes[key]?.unsettled -= 1 }
                for (key, run) in lanes {
                    run.noteResult()
                    pump(key)
                }
            } catch {
                if Task.isCancelled == false {
                    reports.failed(.outbox, "outbox settlement", because: "\(error)")
                }
                failed("outbox settlement failed", error)
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

extension Outcome {
    /// Whether the message was not delivered by somebody else's fault than its own.
    fileprivate var isFailure: Bool {
        switch verdict {
        case .delivered, .messageRefused: false
        case .destinationFailed, .destinationGone, .recipientFailed, .uncertain: true
        }
    }
}

extension LaneRecord {
    /// Whether nothing differs that is worth a write: the wall clock drifts a little against the lane's.
    func isSame(as other: LaneRecord?) -> Bool {
        guard let other, lane == other.lane, goneReason == other.goneReason, failures == other.failures else {
            return false
        }
        return isNear(notBefore, other.notBefore, within: 1) && isNear(paidUntil, other.paidUntil, within: 0.01)
    }

    private func isNear(_ one: Date?, _ other: Date?, within seconds: Double) -> Bool {
        guard let one, let other else { return one == other }
        return abs(one.timeIntervalSince(other)) < seconds
    }
}
