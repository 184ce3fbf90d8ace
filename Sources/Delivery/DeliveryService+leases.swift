import FoundationEssentials
import Logging
import Store
import Triage

/// Lanes that several nodes share: each is served by the node that holds it.
///
/// Which node that is says only who sends. What is sent, in which order and how often is decided by the rows of the queue, so
/// that a lane which two nodes took for theirs could be quicker than it may be, and no worse.
extension DeliveryService {
    /// Follows what this node may serve.
    func followLeases() async {
        for await _ in leases.leaseChanges { await reviewLeases() }
    }

    /// Begins with the lanes that have become this node's, and lets go of those that are not any more.
    func reviewLeases() async {
        replanIfNeeded()
        let mine = lanes.filter { leases.mayDo(.lane($0.key)) }.map(\.key)
        let gained = mine.filter { lanes[$0]?.isServed == false }
        for (key, run) in lanes where run.isServed && leases.mayDo(.lane(key)) == false {
            run.isServed = false
            putBack(key, run, because: "another node serves the destination now")
            giveUpIfIdle(key, run)
        }
        // What the rules no longer have was let go of when nothing of it was under way any more.
        for key in leases.leavingLanes where lanes[key] == nil { queue.yield(.giveUpLane(key)) }
        guard gained.isEmpty == false || leases.hasLeftovers else { return }
        do {
            // What the node before had under way, and how it found the lane.
            let count = try await outbox.recover(now: time.now)
            if count > 0 {
                logger.warning("deliveries were under way when their node ended", metadata: ["count": "\(count)"])
                DeliveryMetrics.recovered(count)
            }
            try await readAgain()
        } catch {
            failed("a lane could not be taken over; it is tried again", error)
            return
        }
        for key in gained {
            guard let run = lanes[key], leases.mayDo(.lane(key)) else { continue }
            run.isServed = true
            // What waits longest tries at once, as after a start.
            if run.lane.health.isResting(now: time.steady) == false {
                queue.yield(.makeDue(run.destinations.keys.sorted()))
            }
        }
        await refresh(isNews: true)
    }

    /// A lane that this node is to hand over is free once nothing of it is under way here.
    func giveUpIfIdle(_ key: String, _ run: LaneRun) {
        guard run.isServed == false, run.lane.sending == 0, run.unsettled == 0, run.isClaiming == false,
            run.claimCount == 0
        else { return }
        queue.yield(.giveUpLane(key))
    }

    /// Hears that somebody may have paused or resumed a destination on another node.
    package func hearPauses() async {
        guard leases.isShared, pausesUnderWay == 0 else { return }
        do {
            // Asked every second: lanes are read only where resuming may have changed one.
            let isFailing = lanes.values.contains { $0.isServed && $0.lane.failures > 0 }
            if isFailing == false {
                let pauses = try await outbox.pauses()
                guard Dictionary(pauses.map { ($0.destination, $0) }, uniquingKeysWith: { $1 }) != paused else {
                    return
                }
            }
            if try await readAgain() { await refresh(isNews: true) }
        } catch {
            failed("pauses and lanes could not be read", error)
        }
    }

    /// Takes over what other nodes wrote down of lanes and pauses.
    ///
    /// - Returns: Whether more or less may be sent now.
    /// - Throws: When it cannot be read.
    @discardableResult
    func readAgain() async throws -> Bool {
        guard leases.isShared, pausesUnderWay == 0 else { return false }
        let change = pauseChanges
        let pauses = try await outbox.pauses()
        let stored = Dictionary(try await outbox.laneRecords().map { ($0.lane, $0) }) { first, _ in first }
        // Somebody has just paused or resumed here, which the answer may not know yet.
        guard change == pauseChanges else { return false }
        let before = paused
        var isNews = false
        paused = Dictionary(pauses.map { ($0.destination, $0) }) { first, _ in first }
        for (key, run) in lanes {
            if let record = stored[key], adopt(record, key, run) { isNews = true }
            let isResumed = run.destinations.keys.contains { before[$0] != nil && paused[$0] == nil }
            let isPaused = run.destinations.keys.contains { before[$0] == nil && paused[$0] != nil }
            if isResumed, run.isServed { probeSoon(run) }
            if isPaused {
                putBack(key, run, because: "the destination was paused") { self.paused[$0.destination] != nil }
            }
        }
        return isNews || paused != before
    }

    /// - Returns: Whether the lane is to be tried at once.
    private func adopt(_ record: LaneRecord, _ key: String, _ run: LaneRun) -> Bool {
        if run.isServed {
            // Only a person at another node writes over what this one has saved.
            guard run.lane.failures > 0, record.failures == 0, record.isSame(as: run.saved) == false else {
                return false
            }
            run.lane.resume()
            run.own = [:]
            run.saved = record
            return true
        }
        if run.lane.sending == 0, run.unsettled == 0 {
            run.lane = Lane(limits: run.lane.limits, record: record.shifted(by: -time.offset), now: time.steady)
            run.saved = record
        }
        return false
    }

    /// Puts a message back whose turn had come when the lane was lost.
    func notSent(_ begun: LaneRun.Send) {
        let (key, notification) = (begun.lane, begun.claim.notification)
        guard let run = lanes[key] else { return }
        let now = time.now
        var outcome = Outcome(.destinationFailed(retryAfter: nil), .init())
        // Nobody has failed.
        outcome.failsAlone = true
        run.end(begun.ticket, outcome, of: notification, now: time.steady, using: &generator)
        var attempt = Attempt(notification, outcome, startedAt: now, finishedAt: now)
        attempt.detail = "not sent: another node may serve the destination by now"
        attempt.nextDueAt = now
        unsettled.append(
            (key, Settlement(attempt: attempt, next: .retry(at: now, isMinimal: notification.isMinimal)))
        )
        run.unsettled += 1
        settleSoon()
    }
}
