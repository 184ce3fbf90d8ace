import Logging
import Store
import Triage

extension DeliveryService {
    func claim(_ key: String, _ destinations: [String], _ limit: Int, isCritical: Bool) async {
        // A lane that claims is not let go.
        guard let run = lanes[key] else { return }
        let changes = run.changes
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
        run.keep(claimed, within: claimant.concurrency, offset: offset)
        if isComplete == false, run.changes == changes {
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
            if run.hasStrayClaim { putBack(key, run, because: "its destination was changed") }
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
}
