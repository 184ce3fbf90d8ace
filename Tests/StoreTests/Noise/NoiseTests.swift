import Findings
import FoundationEssentials
import Noise
import Routing
import Simulation
import Store
import Testing
import Triage

@Suite("A week of findings")
struct NoiseTests {
    /// The repository's own rules.
    private static func table() throws -> RoutingTable {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../routes.json")
        let document = try RouteDocument.parse(Array(try Data(contentsOf: file)), file: "routes.json").document
        return RoutingTable(document, version: 1)
    }

    @Test("the repository's rules spare 99 of 100 messages, and tell everything critical in time")
    func week() async throws {
        let size = FeedSize(accounts: 4, days: 3, share: 0.4, burst: 200, seed: 7)
        var run = NoiseRun(try Feed(size), in: StoreInMemory(), table: try NoiseTests.table())
        let report = try await run.run()
        #expect(report.isSound, "\(report.missing) \(report.late) \(report.totals)")
        #expect(report.criticalOpenings >= 2)
        #expect(report.redelivered > 0 && report.redelivered == report.totals.redelivered)
        #expect(report.totals.accepted == report.observations)
        #expect(report.reduction(from: report.observations) >= 0.99, "\(report)")
    }

    @Test("a store on disk sends the same messages and comes to the same figures", arguments: Backend.available)
    func sameAsStored(backend: Backend) async throws {
        let size = FeedSize(accounts: 4, days: 3, share: 0.1, burst: 200, seed: 7)
        let table = try NoiseTests.table()
        var run = NoiseRun(try Feed(size), in: StoreInMemory(), table: table)
        var report = try await run.run()
        let messages = run.store.triage.everyMessage.map { SimulatedMessage($0) }
        try await OpenStore.with(backend) { store in
            var stored = NoiseRun(try Feed(size), in: StoredWeek(store: store), table: table)
            var expected = try await stored.run()
            (report.seconds, expected.seconds) = (0, 0)
            #expect(report == expected)
            #expect(messages == (try await store.everyNotification().map { SimulatedMessage($0) }))
            #expect(report.delivered > 20 && report.criticalOpenings > 0)
        }
    }

    @Test("a CRITICAL opening that no rule sends is missing, and one that waits too long is late")
    func faults() async throws {
        let nobody = #"{"version":1,"destinations":{},"rules":[]}"#
        let late = """
            {"version":1,"destinations":{"hook":{"type":"webhook","url":{"env":"HOOK"}}},
            "windows":{"always":{"times":["00:00-24:00"],"weekdays":["monday"]}},
            "rules":[{"name":"all","when":{},"send":["hook"],"mute":[{"during":["always"]}]}]}
            """
        for text in [nobody, late] {
            let document = try RouteDocument.parse(Array(text.utf8), file: "routes.json").document
            let size = FeedSize(accounts: 1, days: 1, share: 0.01, burst: 50)
            let table = RoutingTable(document, version: 1)
            var run = NoiseRun(try Feed(size), in: StoreInMemory(), table: table)
            let report = try await run.run()
            #expect(report.criticalOpenings > 0)
            #expect(report.missing.count + report.late.count == report.criticalOpenings)
            #expect(report.isSound == false)
        }
    }
}
