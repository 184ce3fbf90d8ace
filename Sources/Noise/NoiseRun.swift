import Findings
import FoundationEssentials
package import Routing
package import Simulation
import Store
import Triage

/// Drives a store through a feed under a manual clock: accepts, decides and applies what comes, fires timers when they
/// are due, and delivers at each destination's rate.
package struct NoiseRun<Backend: SimulatedStore> {
    private var service: SimulatedService<Backend>
    private var feed: Feed
    private var watch = CriticalWatch()
    private var report: NoiseReport
    private var deliveredAt: [String: Date] = [:]
    private var problems: Set<Int> = []

    /// How many observations one transaction applies, as the service does it.
    private static var batch: Int { 256 }
    /// Minutes whose events arrive together when there are fewer, so that the disk is not what is measured.
    private static var step: Int { 5 }

    package init(_ feed: Feed, in store: Backend, table: RoutingTable) {
        self.feed = feed
        service = SimulatedService(store, table: table, from: feed.start)
        report = NoiseReport(size: feed.size)
    }

    package var store: Backend { service.store }
    private var table: RoutingTable { service.table }

    /// Lives through the week, and through the morning after it, in which summaries are sent.
    package mutating func run() async throws -> NoiseReport {
        let begin = ContinuousClock.now
        var emissions: [Emission] = []
        for minute in 0..<feed.size.minutes {
            emissions += feed.emissions(at: minute)
            guard emissions.count >= NoiseRun.batch || minute % NoiseRun.step == NoiseRun.step - 1 else { continue }
            let count = (emissions.count + NoiseRun.batch - 1) / NoiseRun.batch
            for part in 0..<count {
                let at = feed.start.addingTimeInterval(60 * (Double(minute) + Double(part) / Double(count)))
                try await pass(until: at)
                try await take(emissions[(part * NoiseRun.batch)..<min((part + 1) * NoiseRun.batch, emissions.count)])
            }
            emissions = []
        }
        try await pass(until: feed.start.addingTimeInterval(60 * Double(feed.size.minutes + 720)))
        report.seconds = (ContinuousClock.now - begin).seconds
        return try await conclude()
    }

    // MARK: What comes in

    private mutating func take(_ emissions: ArraySlice<Emission>) async throws {
        var seen: Set<String> = []
        let events = emissions.map { emission in
            problems.insert(emission.problem)
            if seen.insert(emission.redeliveryKey).inserted {
                watch.see(emission, at: service.now)
                report.observations += 1
                if emission.finding.status == .active { report.active += 1 }
            } else {
                report.redelivered += 1
            }
            return DecidedEvent(redeliveryKey: emission.redeliveryKey, observations: [decide(emission)])
        }
        try await service.take(events)
    }

    private func decide(_ emission: Emission) -> DecidedObservation {
        let finding = emission.finding
        return DecidedObservation(
            finding: finding,
            decision: table.decide(emission.observation),
            resolutions: finding.status == .resolved ? table.resolutions : nil,
            problem: table.document.mergeStandards ? finding.controlKey : nil
        )
    }

    // MARK: What time brings

    private mutating func pass(until end: Date) async throws {
        for delivery in try await service.pass(until: end) {
            deliveredAt[delivery.message.id] = delivery.at
            report.delivered += 1
            report.byDestination[delivery.destination, default: 0] += 1
            report.byOccasion[delivery.message.occasion, default: 0] += 1
        }
    }

    // MARK: What became of it

    private mutating func conclude() async throws -> NoiseReport {
        report.problems = problems.count
        report.totals = try await store.totals()
        report.criticalOpenings = watch.openings.count
        for opening in watch.openings { try await check(opening) }
        return report
    }

    /// Asks the ledger where a CRITICAL opening was told, and when.
    private mutating func check(_ opening: CriticalWatch.Opening) async throws {
        let name = "\(opening.finding) at \(opening.receivedAt)"
        let observation = try await store.critical(opening.finding, receivedAt: opening.receivedAt)
        guard let observation else {
            report.missing.append("\(name) is not in the ledger")
            return
        }
        var isTold = false
        for outcome in observation.outcomes {
            let terms = table.terms(of: outcome.destination, announcedBy: outcome.rule).terms
            // Whoever asked for a summary gets a summary.
            guard terms.digest == nil else { continue }
            guard outcome.held == nil, let told = outcome.notifications.compactMap({ deliveredAt[$0] }).max() else {
                report.missing.append("\(name) at \(outcome.destination): \(outcome.held ?? "not delivered")")
                continue
            }
            isTold = true
            let delay = told.timeIntervalSince(opening.receivedAt)
            report.worstCriticalDelay = max(report.worstCriticalDelay, delay)
            if delay > (terms.group?.wait.seconds ?? 0) + 60 {
                report.late.append("\(name) at \(outcome.destination), after \(Int(delay)) s")
            }
        }
        if isTold == false { report.missing.append("\(name): \(observation.reason ?? "no rule sends it anywhere")") }
    }
}
