import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

@testable import Console

@Suite("The list of rules")
struct RulesPageTests {
    private func names(_ body: String) -> [String] {
        body.matches(of: /<h3><a href="\/rules\/edit\/[^"]*">([^<]*)<\/a>/).map { String($0.output.1) }
    }

    @Test("every rule stands in its order, and what no rule matches is never out of sight")
    func list() async throws {
        let editor = try await EditorHarness()
        let body = try await editor.get("/rules").body
        #expect(names(body) == ["sandbox", "high", "rest"])
        #expect(body.contains("Suppressed: “weekly”"))
        #expect(body.contains("Held during nights"))
        #expect(body.contains("No rule matched") && body.contains("Edit the fallback"))
        let without = try await EditorHarness(#"{"version": 1, "destinations": {}, "rules": []}"#)
        let empty = try await without.get("/rules").body
        #expect(empty.contains("no fallback") && empty.contains("No rules yet"))
    }

    @Test(
        "the box filters by words and fields, and mistakes are named",
        arguments: [
            ("account:111122223333", ["sandbox"]), ("account:1111*", ["sandbox"]), ("account:@payments", ["sandbox"]),
            ("account:222233334444", []), ("to:secops", ["high"]), ("severity:low", ["sandbox", "rest"]),
            ("severity:>=high", ["sandbox", "high", "rest"]), ("is:suppress", ["sandbox"]), ("is:off", []),
            ("night", ["high"]), ("is:ends weekly", ["sandbox"]), ("is:changed", []),
        ]
    )
    func filter(query: String, expected: [String]) async throws {
        let editor = try await EditorHarness()
        let body = try await editor.get("/rules?q=\(query.percentEncoded)").body
        #expect(names(body) == expected)
        let wrong = try await editor.get("/rules?q=is%3Awrong%20colour%3Ared").body
        #expect(wrong.contains("is:wrong: expected on, off") && wrong.contains("there is no field colour"))
    }

    @Test(
        "the box filters by what is doubtful in a rule, by code and by word, and rows say how much",
        arguments: [
            ("lint:any", ["never", "after", "again"]), ("lint:shadowed", ["again"]), ("lint:never-matches", ["never"]),
            ("lint:TOO-LATE", ["after"]), ("lint:any is:suppress", ["after"]), ("lint:nonsense", []),
            ("lint:FIRST", ["after", "again"]),
        ]
    )
    func doubts(query: String, expected: [String]) async throws {
        let editor = try await EditorHarness(
            """
            {"version": 1, "destinations": {"a": {"type": "slack", "url": {"env": "A"}}}, "fallback": {"send": ["a"]},
             "rules": [
               {"name": "first", "when": {"severity": "high"}, "send": ["a"], "stop": true},
               {"name": "never", "when": {"severity": "low", "not": {"severity": "low"}}, "send": ["a"]},
               {"name": "second", "when": {"severity": "low"}, "send": ["a"]},
               {"name": "after", "when": {"severity": "low"}, "suppress": "known"},
               {"name": "again", "when": {"severity": "high"}, "send": ["a"]}]}
            """
        )
        let body = try await editor.get("/rules?q=\(query.percentEncoded)").body
        #expect(names(body) == expected)
        #expect(body.matches(of: /1 remark</).count >= expected.count)
    }

    @Test("180 rules are a page of less than 300 kB, and places are those of the whole list")
    func pages() async throws {
        let rules = (1...600).map { #"{"name": "r\#($0)", "when": {"severity": "low"}, "send": ["a"]}"# }
        let editor = try await EditorHarness(
            """
            {"version": 1, "destinations": {"a": {"type": "slack", "url": {"env": "A"}}},
             "rules": [\(rules.joined(separator: ",\n"))]}
            """
        )
        let first = try await editor.get("/rules").body
        #expect(names(first).count == 180 && first.contains("1 to 180 of 600 rules"))
        #expect(first.utf8.count < 300_000)
        let last = try await editor.get("/rules?page=3").body
        #expect(names(last).first == "r361" && names(last).count == 180 && last.contains("<span>361</span>"))
        #expect(try await editor.get("/rules?page=9").status == 200)
    }

    @Test("the rules of a version are shown as they were, said to be so, and only read")
    func version() async throws {
        let editor = try await EditorHarness()
        let changed = EditorHarness.routes.replacing("\"rest\"", with: "\"all the rest\"")
        editor.harness.roles.state.withLock { state in
            let second = RouteRevision(version: 2, hash: "b", author: "api:bo", activatedAt: Example.now)
            state.revisions.append((second, Array(changed.utf8)))
        }
        _ = try await editor.post("/rules", [("do", "off high")])
        let body = try await editor.get("/rules?at=v1").body
        #expect(body.contains("These are the rules of v1") && body.contains("v2 is in force"))
        #expect(body.contains("<h3>rest") && body.contains("all the rest") == false)
        #expect(names(body) == [] && body.contains("name=\"do\"") == false && body.contains("Your draft") == false)
        let filtered = try await editor.get("/rules?at=v1&q=to%3Asecops").body
        #expect(filtered.contains("<h3>high") && filtered.contains("<h3>rest") == false)
        #expect(filtered.contains(#"name="at" value="v1""#) && filtered.contains(#"href="/rules?at=v1""#))
        #expect(try await editor.get("/rules?at=v2").body.contains("It is in force"))
        for wrong in ["v9", "x", "v0"] { #expect(try await editor.get("/rules?at=\(wrong)").status == 404) }
    }

    @Test("each button writes to a draft at once, which can be undone")
    func deeds() async throws {
        let editor = try await EditorHarness()
        func order() async throws -> [String] { names(try await editor.get("/rules").body) }
        let moved = try await editor.post("/rules", [("do", "up high"), ("q", "x y"), ("page", "2")])
        #expect(moved.status == 303 && moved.headers[.location] == "/rules?q=x%20y&page=2#rule-high")
        #expect(try await order() == ["high", "sandbox", "rest"])
        #expect(editor.draft?.owner == "token.a")
        _ = try await editor.post("/rules", [("do", "down high")])
        #expect(try await order() == ["sandbox", "high", "rest"])
        _ = try await editor.post("/rules", [("do", "move sandbox"), ("to", "3")])
        #expect(try await order() == ["high", "rest", "sandbox"])
        _ = try await editor.post("/rules", [("do", "copy high")])
        #expect(try await order() == ["high", "high copy", "rest", "sandbox"])
        _ = try await editor.post("/rules", [("do", "delete rest")])
        _ = try await editor.post("/rules", [("do", "off high")])
        let body = try await editor.get("/rules").body
        #expect(names(body) == ["high", "high copy", "sandbox"])
        #expect(body.contains("Deleted in this draft") && body.contains(">new</span>"))
        #expect(body.contains(#"aria-checked="false" aria-label="high is on""#))
        #expect(try #require(editor.draftText).contains(#""enabled": false"#))
        _ = try await editor.post("/rules", [("do", "on high")])
        #expect(try #require(editor.draftText).contains("enabled") == false)
        for _ in 0..<7 { _ = try await editor.post("/draft", [("do", "undo")]) }
        #expect(try await order() == ["sandbox", "high", "rest"])
        #expect(try #require(editor.draftText) == EditorHarness.routes)
        #expect(try await editor.post("/rules", [("do", "up nothing")]).status == 404)
        #expect(try await editor.post("/rules", [("do", "burn high")]).status == 400)
    }

    @Test("what was decided on an old page changes nothing")
    func stale() async throws {
        let editor = try await EditorHarness()
        let old = try await editor.tag()
        #expect(old == "v1")
        _ = try await editor.post("/rules", [("do", "off high")], tag: old)
        #expect(try await editor.post("/rules", [("do", "off rest")], tag: old).status == 412)
        #expect(try #require(editor.draftText).ranges(of: #""enabled": false"#).count == 1)
    }

    @Test("whoever may only read sees the rules with their controls off, and is refused")
    func viewer() async throws {
        let editor = try await EditorHarness(role: .viewer)
        let body = try await editor.get("/rules").body
        #expect(names(body).count == 3 && body.contains("This needs the role editor; yours is viewer."))
        #expect(body.contains("New rule</button>") && body.contains("href=\"/rules/new\"") == false)
        let on = body.replacing(/<fieldset class="off" disabled.*?<\/fieldset>/.dotMatchesNewlines(), with: "")
        #expect(body.contains("role=\"switch\"") && on.contains("role=\"switch\"") == false)
        for path in ["/rules", "/rules/edit/high", "/rules/new", "/rules/json", "/settings/fallback", "/draft/publish"]
        {
            #expect(try await editor.post(path, [("do", "off high")]).status == 403, "\(path)")
        }
        let form = try await editor.get("/rules/edit/high").body
        #expect(form.contains(#"<fieldset class="off" disabled><button class="b p" name="do" value="keep">"#))
    }

    @Test("each rule says how often it matched in seven days, with a bar a day that is told in words too")
    func matches() async throws {
        let editor = try await EditorHarness()
        let today = Int(Example.now.timeIntervalSince1970 / 86_400)
        editor.harness.roles.state.withLock {
            $0.ruleDays = [
                "high": [
                    RuleDay(day: today - 6, counts: RuleCounts(matched: 1_200)),
                    RuleDay(day: today, counts: RuleCounts(matched: 34)),
                ],
                "fallback": [RuleDay(day: today - 1, counts: RuleCounts(matched: 5))],
            ]
        }
        let body = try await editor.get("/rules").body
        #expect(body.contains("<span>1,234<span class=\"vh\"> matched in 7 days</span></span>"))
        #expect(body.contains("Matches a day, today last: 1,200, 0, 0, 0, 0, 0, 34"))
        #expect(body.contains("Matches a day, today last: 0, 0, 0, 0, 0, 5, 0"))
        _ = try await editor.post("/rules", [("do", "off rest")])
        #expect(try await editor.get("/rules").body.contains(#"<div class="cnt num f">–</div>"#))
    }

    @Test("what is doubtful in a rule is marked in the list, and its page leads to the finding that shows it")
    func doubtful() async throws {
        let routes = """
            {"version": 1, "destinations": {"soc": {"type": "slack", "url": {"env": "SOC"}}},
             "rules": [
              {"name": "all", "when": {"severity": ">=low"}, "send": ["soc"], "stop": true},
              {"name": "hidden", "when": {"severity": "high"}, "send": ["soc"]}],
             "fallback": {"send": ["soc"]}}
            """
        let editor = try await EditorHarness(routes)
        #expect(try await editor.get("/rules").body.contains("1 remark</a>"))
        let page = try await editor.get("/rules/edit/hidden").body
        let link = try #require(page.firstRange(of: "/try?as=fields&amp;fields="))
        let path = String(page[link.lowerBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        #expect(try await editor.get(path).body.contains(#"aria-label="The way""#))
        #expect(try await editor.get("/rules/edit/all").body.contains("for example</a>") == false)
    }
}
