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
            guard part.hasPrefix("/coverage/example?") else { return nil }
            return String(part.prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        }
        #expect(links.isEmpty == false)
        for link in links {
            let target = try #require(try await harness.send(.get, link).headers[.location])
            let page = try await harness.send(.get, target)
            #expect(page.status == 200 && page.body.contains(#"aria-label="The way""#), "\(link)")
        }
        let hole = try #require(body.firstRange(of: #"<td class="hole"><a class="t-bad row" href=""#))
        let link = String(body[hole.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        let target = try #require(try await harness.send(.get, link).headers[.location])
        #expect(try await harness.send(.get, target).body.contains("Reaches nobody"))
    }

    @Test(
        "an example that the coverage does not have is said not to be there",
        arguments: [
            "", "?severity=worst", "?severity=HIGH&group=@gone", "?severity=HIGH&every=1&region=mars-1",
            "?severity=HIGH&every=1&field=product&word=Nothing", "?severity=HIGH&rule=gone",
        ]
    )
    func gone(query: String) async throws {
        let answer = try await ConsoleHarness().send(.get, "/coverage/example\(query)")
        #expect(answer.status == 404 && answer.body.contains("has no such cell any more"))
    }

    @Test("with thousands of rules and destinations the page stays below 300 kB")
    func size() async throws {
        let groups = (0..<400).map { #""team-\#($0)":["\#(111_122_220_000 + $0)"]"# }.joined(separator: ",")
        let names = (0..<1_000).map { "the-notifications-of-team-\($0)" }
        let rules = (0..<4_000).map { number in
            let sent = [number % 1_000, number * 7 % 1_000, number * 13 % 1_000].map { "\"\(names[$0])\"" }
            return #"{"name":"what matters to the team with the number \#(number)","#
                + #""when":{"account":["@team-\#(number % 400)"],"severity":">=\#(["high", "medium"][number % 2])","region":["eu-west-1","us-east-\#(number % 3)"]},"#
                + #""send":[\#(Set(sent).joined(separator: ","))]}"#
        }
        var harness = ConsoleHarness()
        harness.rules = """
            {"version":1,"accounts":{\(groups)},"destinations":{\(
                names.map { #""\#($0)":{"type":"webhook","url":{"env":"HOOK"}}"# }.joined(separator: ",")
            )},"rules":[\(rules.joined(separator: ",\n"))]}
            """
        let body = try await harness.send(.get, "/coverage").body
        #expect(body.contains(/and [0-9]+ more<.span>/))
        #expect(body.utf8.count < 300_000)
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
        let link = try #require(draft.firstRange(of: #"href="/coverage/example?"#)).lowerBound
        let path = String(draft[link...].dropFirst(6).prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        #expect(try await editor.get(path).headers[.location]?.hasSuffix("&by=both") == true)
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
