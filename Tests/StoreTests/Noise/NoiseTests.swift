import Findings
import FoundationEssentials
import Noise
import Routing
import Store
import Testing

@Suite("A week of findings")
struct NoiseTests {
    @Test(
        "the repository's rules spare 99 of 100 messages, and tell everything critical in time",
        arguments: Backend.available
    )
    func week(backend: Backend) async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../routes.json")
        let document = try RouteDocument.parse(Array(try Data(contentsOf: file)), file: "routes.json").document
        try await OpenStore.with(backend) { store in
            let size = FeedSize(accounts: 4, days: 3, share: 0.4, burst: 200, seed: 7)
            let report = try await store.simulate(try Feed(size), RoutingTable(document, version: 1))
            #expect(report.isSound, "\(report.missing) \(report.late) \(report.totals)")
            #expect(report.criticalOpenings >= 2)
            #expect(report.redelivered > 0 && report.redelivered == report.totals.redelivered)
            #expect(report.totals.accepted == report.observations)
            #expect(report.reduction(from: report.observations) >= 0.99, "\(report)")
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
            try await OpenStore.with(.sqlite) { store in
                let size = FeedSize(accounts: 1, days: 1, share: 0.01, burst: 50)
                let report = try await store.simulate(try Feed(size), RoutingTable(document, version: 1))
                #expect(report.criticalOpenings > 0)
                #expect(report.missing.count + report.late.count == report.criticalOpenings)
                #expect(report.isSound == false)
            }
        }
    }
}

extension OpenStore {
    fileprivate func simulate(_ feed: Feed, _ table: RoutingTable) async throws -> NoiseReport {
        var run = NoiseRun(feed, store: roles, table: table)
        return try await run.run()
    }
}
