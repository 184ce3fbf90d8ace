import Findings
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

@testable import Console

@Suite("The page about a shadow")
struct ShadowPageTests {
    @Test("a draft is let run from it, what differs is shown, and it is stopped")
    func life() async throws {
        let editor = try await EditorHarness()
        #expect(try await editor.get("/shadow").body.contains("No rules run beside those in force"))
        #expect(try await editor.post("/shadow", [("do", "start")]).status == 412)
        _ = try await editor.post("/rules", [("do", "off high")])
        #expect(try await editor.get("/draft/effect").body.contains(#"href="/shadow""#))
        #expect(try await editor.post("/shadow", [("do", "start")]).headers[.location] == "/shadow")
        editor.harness.roles.state.withLock { state in
            state.shadow?.observations = 1_200
            state.shadow?.missed = 3
            state.shadowReport = ShadowReport(
                counts: [
                    ShadowTally.Place(hour: 1, effect: "nobody", destination: ""): 7,
                    ShadowTally.Place(hour: 1, effect: "lost", destination: "secops"): 7,
                ],
                samples: [
                    ShadowSample(
                        findingID: "f7",
                        title: "<b>open</b>",
                        severity: .high,
                        account: "111122223333",
                        accountName: "payments",
                        receivedAt: Example.now,
                        kind: .nobody,
                        lost: ["secops"],
                        gained: [],
                        changed: [],
                        matchedBefore: ["high"],
                        matchedAfter: []
                    )
                ]
            )
        }
        let page = try await editor.get("/shadow").body
        #expect(page.contains("<b>1,200</b> observations decided by both") && page.contains("reach nobody"))
        #expect(page.contains("−7") && page.contains("/findings/f7") && page.contains("&lt;b&gt;open"))
        #expect(page.contains(#"payments <span class="mono f">111122223333</span>"#))
        #expect(page.contains("3 observations were not decided"))
        // The parts that change while somebody looks.
        #expect(page.contains("topics=shadow%2Crules") && page.contains(#"id="live-results" data-live"#))
        let tag = try #require(EditorHarness.field("shadow", of: page))
        #expect(try await editor.post("/shadow", [("do", "stop"), ("shadow", "other")]).status == 412)
        #expect(try await editor.post("/shadow", [("do", "stop"), ("shadow", tag)]).status == 303)
        #expect(try await editor.get("/shadow").body.contains("It has ended"))
    }

    @Test("a viewer sees it and is offered nothing")
    func viewer() async throws {
        let editor = try await EditorHarness(role: .viewer)
        let page = try await editor.get("/shadow")
        #expect(page.status == 200 && page.body.contains("Run beside") == false)
        #expect(try await editor.post("/shadow", [("do", "start")]).status == 403)
    }
}
