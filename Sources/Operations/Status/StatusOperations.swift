package import FoundationEssentials
import Routing
package import Store

/// How the service is.
package struct StatusOperations: Sendable {
    let records: any Records
    let quarantine: any QuarantineArchive
    let revisions: any RouteRevisions
    let activation: any RouteActivation
    let routes: ActiveRoutes
    let silences: any Silences
    let condition: any StoreCondition
    let reports: WorkReports
    let clock: ClockSteps
    let sources: any SourceStates
    let destinations: DestinationOperations
    let nodes: NodeOperations
    let readiness: Readiness
    let build: Build
    package let now: @Sendable () -> Date

    /// What is known without asking the store.
    package func process() async -> ProcessStatus {
        let failing = WorkReports.Part.allCases.compactMap { part in reports.problem(of: part).map { (part, $0) } }
        return ProcessStatus(
            build: build,
            node: nodes.standing,
            at: now(),
            isDraining: readiness.isDraining,
            health: condition.health,
            failing: Dictionary(uniqueKeysWithValues: failing),
            sources: sources.sourceStates(),
            clockSteps: clock.count,
            lastClockStep: clock.last,
            rulesVersion: routes.table.version,
            lastReload: await activation.lastReload()
        )
    }

    /// The queues that are pulled, in the order of the rules in force.
    package func sourceStates() -> [SourceState] { sources.sourceStates() }

    /// What the store holds.
    ///
    /// - Throws: When it cannot be read.
    package func ledger() async throws -> LedgerStatus {
        LedgerStatus(
            active: try await revisions.activeRevision(),
            totals: try await records.totals(),
            quarantineLimit: quarantine.quarantineLimit,
            destinations: try await destinations.list(),
            silences: try await silences.silenceCounts(now: now()),
            nodes: try await nodes.list()
        )
    }

    /// The totals and the rules in force, which are read in less time than the whole.
    ///
    /// - Throws: When they cannot be read.
    package func totals() async throws -> (totals: Totals, active: RouteRevision?) {
        (try await records.totals(), try await revisions.activeRevision())
    }

    /// Whether requests should come here: the store takes what it is given, what was accepted goes its way, rules are in
    /// force, and the process is not going down.
    package func checks() async -> [ReadinessCheck] {
        [
            ReadinessCheck(name: "store", problem: await storeProblem()),
            ReadinessCheck(name: "applier", problem: reports.problem(of: .applier)),
            ReadinessCheck(name: "timers", problem: reports.problem(of: .timers)),
            ReadinessCheck(name: "outbox", problem: reports.problem(of: .outbox)),
            ReadinessCheck(name: "rules", problem: routes.table.version > 0 ? nil : "failed"),
            ReadinessCheck(name: "serving", problem: readiness.isDraining ? "failed" : nil),
        ]
    }

    private func storeProblem() async -> String? {
        if let problem = condition.health.problem { return problem }
        do {
            _ = try await revisions.activeRevision()
            return nil
        } catch let trouble as StoreTrouble {
            return "\(trouble)"
        } catch {
            return "failed"
        }
    }
}

/// One thing that must be well before requests should come here.
package struct ReadinessCheck: Sendable, Hashable {
    package var name: String
    /// What is wrong; `nil` when nothing is.
    package var problem: String?
}
