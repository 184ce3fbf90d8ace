import Findings
import FoundationEssentials
import Logging
import ServiceLifecycle
import Store

extension DeliveryService: Service {
    /// Delivers until the service is shut down; then finishes what is under way, for at most the drain limit.
    package func run() async throws {
        await withGracefulShutdownHandler {
            guard await recover() else { return }
            await withDiscardingTaskGroup { group in
                group.addTask { await self.followQueue() }
                group.addTask { await self.followClock() }
                group.addTask { await self.followLeases() }
                queue.yield(.refresh)
                for await job in jobs { group.addTask { await self.perform(job) } }
                group.cancelAll()
            }
        } onGracefulShutdown: { [queue] in
            queue.yield(.stop)
        }
    }

    /// Puts back what an earlier process left under way.
    ///
    /// - Returns: `false` when the service was shut down before the store answered.
    private func recover() async -> Bool {
        while Task.isCancelled == false, Task.isShuttingDownGracefully == false {
            do {
                let count = try await outbox.recover(now: time.now)
                try await readLanes()
                reports.succeeded(.outbox, "outbox recovery")
                if count > 0 {
                    logger.warning("deliveries were under way when the process ended", metadata: ["count": "\(count)"])
                    DeliveryMetrics.recovered(count)
                }
                return true
            } catch {
                guard Task.isCancelled == false else { return false }
                reports.failed(.outbox, "outbox recovery", because: "\(error)")
                logger.error("the store does not answer; delivery waits", metadata: ["error": "\(error)"])
                await rest(1)
            }
        }
        return false
    }

    private func followQueue() async {
        for await _ in outbox.queued { await refresh(isNews: true) }
    }

    private func followClock() async {
        while Task.isCancelled == false {
            await rest(DeliveryService.tick)
            if leases.isShared { await lookAround() }
            await refresh(isNews: true)
        }
    }

    /// Looks what other nodes have changed.
    private func lookAround() async {
        do { try await readAgain() } catch { failed("pauses and lanes could not be read", error) }
        await reviewLeases()
    }

    /// Waits so many seconds, or until the task is cancelled.
    func rest(_ seconds: Double) async {
        do { try await time.sleep(seconds: seconds) } catch { return }
    }

    private func perform(_ job: Job) async {
        switch job {
        case .claim(let key, let destinations, let limit, let isCritical):
            await claim(key, destinations, limit, isCritical: isCritical)
        case .send(let begun): await send(begun)
        case .settle: await settle()
        case .refresh: await refresh(isNews: false)
        case .divert(let key, let targets): await divert(key, targets)
        case .makeDue(let destinations): await makeDue(destinations)
        case .expire(let destination, let since, let reason): await expire(destination, since, reason)
        case .wake(let key, let date):
            do { try await time.sleep(until: date) } catch { return }
            wake(key, date)
        case .stop: stop()
        case .giveUpLane(let key): await leases.giveUp(lane: key)
        case .giveUp(let date):
            do { try await time.sleep(until: date) } catch { return }
            logger.warning("sends were still under way at the end of the drain limit")
            queue.finish()
        }
    }

    private func stop() {
        guard isStopping == false else { return }
        isStopping = true
        for (key, run) in lanes { putBack(key, run, because: "the service is stopping") }
        queue.yield(.giveUp(at: time.steady.addingTimeInterval(drainLimit.seconds)))
        finishIfStopped()
    }

    /// Ends ``run()`` once nothing is under way.
    func finishIfStopped() {
        guard isStopping, unsettled.isEmpty, isSettling == false else { return }
        guard lanes.values.allSatisfy({ $0.lane.sending == 0 && $0.isClaiming == false }) else { return }
        queue.finish()
    }
}
