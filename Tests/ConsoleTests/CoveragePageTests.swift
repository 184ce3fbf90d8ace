import Findings
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Coverage in the console")
struct CoveragePageTests {
    @Test("each cell leads to its example in Try it, and that says what the cell says")
    func examples() async throws {
        let harness = ConsoleHarness()
        let body = try await harness.send(.get, "/coverage").body
        #expect(body.contains("cells reach nobody") && body.contains(#"class="hole""#))
        let links = body.split(separator: #"href=""#).compactMap { part -> String? in
            part.hasPrefix("/try?") ? String(part.prefix { $0 != "\"" }).replacing("&amp;", with: "&") : nil
        }
        #expect(links.isEmpty == false)
        for link in links {
            let page = try await harness.send(.get, link)
            #expect(page.status == 200 && page.body.contains(#"aria-label="The way""#), "\(link)")
        }
        let hole = try #require(body.firstRange(of: #"<td class="hole"><a class="t-bad row" href=""#))
        let link = String(body[hole.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        #expect(try await harness.send(.get, link).body.contains("Reaches nobody"))
    }

    @Test("only the rows that are asked for are shown")
    func filters() async throws {
        let harness = ConsoleHarness()
        #expect(try await harness.send(.get, "/coverage?q=nowhere").body.contains("No row fits"))
        #expect(try await harness.send(.get, "/coverage?holes=1").body.contains(#"value="1" checked"#))
    }

    @Test("beside a draft, each cell that differs says what is in force, and only those can be shown")
    func draft() async throws {
        let editor = try await EditorHarness()
        #expect(try await editor.get("/coverage?set=draft").body.contains("rules v1"))
        _ = try await editor.post("/rules", [("do", "off high")])
        let active = try await editor.get("/coverage").body
        #expect(active.contains(#"href="/coverage?set=draft""#) && active.contains("in force: ") == false)
        let draft = try await editor.get("/coverage?set=draft").body
        #expect(draft.contains("in force: secops (held), mail") && draft.contains("cells differ from what is in force"))
        #expect(draft.contains("&amp;by=both"))
        let changed = try await editor.get("/coverage?set=draft&changed=1").body
        #expect(changed.contains("in force: ") && changed.contains("<b>no group</b>"))
        #expect(changed.contains("<b>@payments</b>") == false)
        _ = try await editor.post("/rules", [("do", "on high")])
        let none = try await editor.get("/coverage?set=draft&changed=1").body
        #expect(none.contains("decides every example as the rules in force do"))
    }

    @Test("cells of places say how many findings there were")
    func counts() async throws {
        let harness = ConsoleHarness()
        harness.roles.state.withLock { state in
            state.placeCounts = [PlaceCount(account: "1", region: "us-east-1", severity: .low, count: 1_234)]
        }
        let body = try await harness.send(.get, "/coverage").body
        #expect(body.contains("1,234 findings") && body.contains("0 findings"))
    }
}
