import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing
import Triage

@Suite("How the service is")
struct StatusOperationsTests {
    private let roles = FakeRoles(Example.state)

    private func failing(_ operations: Operations) async -> [String] {
        await operations.status.checks().filter { $0.problem != nil }.map(\.name)
    }

    @Test("all is well when the store answers, work goes on, rules are in force and nobody shuts down")
    func ready() async throws {
        let readiness = Readiness()
        let operations = try Example.operations(roles, readiness: readiness)
        #expect(await failing(operations) == [])
        readiness.drain()
        #expect(await failing(operations) == ["serving"])
        roles.reports.failed(.timers, "firing", because: "no such table")
        #expect(await failing(operations) == ["timers", "serving"])
        roles.state.withLock { $0.health.damage = "malformed" }
        #expect(await failing(operations) == ["store", "timers", "serving"])
    }

    @Test("a store that does not answer fails its check, and the process can still be asked")
    func broken() async throws {
        roles.state.withLock { $0.isBroken = true }
        roles.reports.failed(.outbox, "claiming", because: "locked")
        let operations = try Example.operations(roles)
        #expect(await failing(operations) == ["store", "outbox"])
        await #expect(throws: FakeRoles.Broken.self) { try await operations.status.ledger() }
        let process = await operations.status.process()
        #expect(process.failing.keys.elementsEqual([.outbox]))
        #expect(process.rulesVersion == 1 && process.uptime == 100 && process.isDraining == false)
    }

    @Test("the ledger holds totals, destinations, silences and the active revision of one moment")
    func ledger() async throws {
        let ledger = try await Example.operations(roles).status.ledger()
        #expect(ledger.active?.version == 1)
        #expect(ledger.totals.isBalanced)
        #expect(ledger.destinations.map(\.name) == ["secops", "gone"])
        #expect(ledger.silences.isEmpty)
        #expect(ledger.quarantineLimit == 1_000)
    }
}
