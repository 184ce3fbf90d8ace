import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Editing rules in the console")
struct RuleEditingTests {
    @Test("the form shows the rule and says it in a sentence")
    func shown() async throws {
        let editor = try await EditorHarness()
        let body = try await editor.get("/rules/edit/high").body
        #expect(body.contains("<b>HIGH</b>: tell <b>secops</b>, held during <b>nights</b>."))
        #expect(body.contains(#"value="high" required"#) && body.contains(#"name="w.0.f""#))
        #expect(try await editor.get("/rules/edit/nothing").status == 404)
        #expect(try await editor.get("/rules/new?from=digest").body.contains(#"value="08:30""#))
    }

    @Test("a line more or less is the form again, with everything that was filled in, and changes nothing")
    func lines() async throws {
        let editor = try await EditorHarness()
        let fields = try editor.fields(of: "high") { $0.description = "Kept" } + [("do", "field w")]
        let answer = try await editor.post("/rules/edit/high", fields)
        #expect(answer.status == 200 && answer.body.contains(#"name="w.1.f""#) && answer.body.contains("Kept"))
        #expect(editor.draft == nil)
    }

    @Test("checking a rule shows what it would change of what came in, and keeps nothing")
    func preview() async throws {
        let editor = try await EditorHarness()
        let page = try await editor.get("/rules/edit/high").body
        #expect(page.contains(#"hx-post="/rules/edit/high""#) && page.contains("“Check” shows"))
        let fields = try editor.fields(of: "rest") { $0.send = ["secops"] }
        let answer = try await editor.post("/rules/edit/rest", fields + [("do", "check")])
        #expect(answer.status == 200)
        #expect(answer.body.contains("What it would change") && answer.body.contains("observations, since"))
        #expect(answer.body.contains("tell <b>secops</b>"))
        #expect(editor.draft == nil)
        let unfinished = try await editor.post("/rules/edit/rest", fields.filter { $0.0 != "name" } + [("do", "check")])
        #expect(unfinished.status == 200 && unfinished.body.contains("Not finished yet"))
    }

    @Test("what is kept changes the one member in the text, and nothing else")
    func keep() async throws {
        let editor = try await EditorHarness()
        let fields = try editor.fields(of: "high") { form in
            let line = ConditionForm.FieldLine(field: "account", comparison: .none, values: "@payments")
            form.when.lines.append(.field(line))
        }
        let answer = try await editor.post("/rules/edit/high", fields + [("do", "keep")])
        #expect(answer.status == 303 && answer.headers[.location] == "/rules/edit/high")
        let expected = EditorHarness.routes.replacing(
            #"{ "severity": "high" }"#,
            with: #"{ "severity": "high", "account": "!@payments" }"#
        )
        #expect(editor.draftText == expected)
        let page = try await editor.get("/rules/edit/high").body
        #expect(page.contains("in no account of <b>@payments</b>") && page.contains("1 change</a> since v1"))
    }

    @Test("a finding makes the lines of a new rule, for somebody to take some away")
    func fromFinding() async throws {
        let editor = try await EditorHarness()
        let id = try #require(Example.state.findings.first).record.id
        #expect(try await editor.get("/findings/\(id)").body.contains("/rules/new?finding=\(id)"))
        let body = try await editor.get("/rules/new?finding=\(id)").body
        #expect(body.contains(#"value="111122223333""#) && body.contains(#"<option value="title" selected>"#))
    }

    @Test("a rules file that was not loaded is named on every page about rules")
    func badFile() async throws {
        let editor = try await EditorHarness()
        editor.harness.roles.state.withLock { $0.reload = .refused(["routes.json:3:1: error: <b>"]) }
        for path in ["/rules", "/rules/edit/high", "/settings"] {
            #expect(try await editor.get(path).body.contains("routes.json:3:1: error: &lt;b&gt;"), "\(path)")
        }
    }

    @Test("a form that says what the rule says makes no draft")
    func same() async throws {
        let editor = try await EditorHarness()
        let answer = try await editor.post(
            "/rules/edit/high",
            try editor.fields(of: "high") { _ in } + [("do", "keep")]
        )
        #expect(answer.status == 303 && editor.draft == nil)
    }

    @Test("what cannot be used is shown again with every reason, and is not kept")
    func refused() async throws {
        let editor = try await EditorHarness()
        let fields = try editor.fields(of: "high") { form in
            form.send = ["secop"]
            form.name = "rest"
        }
        let answer = try await editor.post("/rules/edit/high", fields + [("do", "keep")])
        #expect(answer.status == 422 && answer.body.contains("2 errors"))
        #expect(answer.body.contains("did you mean &quot;secops&quot;?"))
        #expect(editor.draft == nil)
        let twice = try editor.fields(of: "high") { $0.when.lines.append($0.when.lines[0]) }
        let lines = try await editor.post("/rules/edit/high", twice + [("do", "keep")])
        #expect(lines.status == 422 && lines.body.contains("There are two lines for severity"))
    }

    @Test("a new rule stands at the end; check says it in a sentence and keeps nothing")
    func new() async throws {
        let editor = try await EditorHarness()
        let form = RuleForm(name: "a/b & <c>", send: ["mail"])
        let fields = form.fields.pairs.map { ($0.name, $0.value) }
        let checked = try await editor.post("/rules/new", fields + [("do", "check")])
        #expect(
            checked.status == 200 && checked.body.contains("Every finding: tell <b>mail</b>.") && editor.draft == nil
        )
        let kept = try await editor.post("/rules/new", fields + [("do", "keep")])
        #expect(kept.headers[.location] == "/rules/edit/a%2Fb%20%26%20%3Cc%3E")
        let page = try await editor.get(try #require(kept.headers[.location]))
        #expect(page.status == 200 && page.body.contains("a/b &amp; &lt;c&gt;"))
        #expect(page.body.contains("Place 4 of 4"))
    }

    @Test(
        "a new rule stands where its form says; no place, or one beyond the last, is the end",
        arguments: [("1", 1), ("3", 3), ("4", 4), ("5", 4), ("0", 1), ("-7", 1), ("x", 4), (nil, 4)] as [(String?, Int)]
    )
    func position(sent: String?, place: Int) async throws {
        let editor = try await EditorHarness()
        let form = RuleForm(name: "placed", send: ["mail"])
        var fields = form.fields.pairs.map { ($0.name, $0.value) }
        if let sent { fields.append(("place", sent)) }
        let checked = try await editor.post("/rules/new", fields + [("do", "check")]).body
        #expect(checked.contains(#"<option value="\#(place)" selected>"#))
        #expect(try await editor.post("/rules/new", fields + [("do", "keep")]).status == 303)
        #expect(try await editor.get("/rules/edit/placed").body.contains("Place \(place) of 4"))
    }

    @Test(
        "a new rule that ends the reading where nothing stands below is told so",
        arguments: [("4", true), ("1", false)]
    )
    func endsNothing(place: String, isTold: Bool) async throws {
        let editor = try await EditorHarness()
        let finding = try #require(Example.state.findings.first)
        editor.harness.roles.state.withLock { $0.findings = [finding] }
        var form = RuleForm(name: "last", send: ["mail"])
        form.stop = true
        let fields = form.fields.pairs.map { ($0.name, $0.value) } + [("place", place), ("do", "check")]
        let checked = try await editor.post("/rules/new", fields).body
        #expect(checked.contains("no rule stands below it") == isTold)
    }

    @Test("what changed meanwhile is said, and what was written is still there")
    func stale() async throws {
        let editor = try await EditorHarness()
        let old = try await editor.tag()
        _ = try await editor.post("/rules", [("do", "off rest")])
        let fields = try editor.fields(of: "high") { $0.description = "Still here" } + [("do", "keep")]
        let answer = try await editor.post("/rules/edit/high", fields, tag: old)
        #expect(answer.status == 412 && answer.body.contains("Still here"))
        #expect(answer.body.contains("The draft has changed since you opened this page."))
        let now = try #require(EditorHarness.field("tag", of: answer.body))
        #expect(try await editor.post("/rules/edit/high", fields, tag: now).status == 303)
    }

    @Test("a rule as JSON keeps its layout and its line numbers")
    func json() async throws {
        let editor = try await EditorHarness()
        let body = try await editor.get("/rules/edit/high?as=json").body
        #expect(body.contains("From line 11 of routes.json"))
        #expect(body.contains("{\n  &quot;name&quot;: &quot;high&quot;,"))
        let text = """
            {
              "name": "high",
              "when": { "severity":   "high" },
              "send": ["secops"]
            }
            """
        let answer = try await editor.post("/rules/edit/high?as=json", [("json", text), ("do", "keep")])
        #expect(answer.status == 303)
        #expect(
            try #require(editor.draftText).contains(
                "    {\n      \"name\": \"high\",\n      \"when\": { \"severity\":   \"high\" },"
            )
        )
    }

    @Test("text that cannot be used is kept beside the draft, with every error, its place and the nearest word")
    func buffer() async throws {
        let editor = try await EditorHarness()
        let text = #"{ "name": "high", "when": { "acount": "1*" }, "send": ["secop"] }"#
        let answer = try await editor.post("/rules/edit/high?as=json", [("json", text), ("do", "keep")])
        #expect(answer.status == 422 && answer.body.contains("2 errors"))
        #expect(answer.body.contains("11:33") && answer.body.contains("/rules/1/when/acount"))
        #expect(answer.body.contains(#"value="fix 11:33 account""#))
        #expect(try #require(editor.draft).content.buffer != nil)
        #expect(editor.draftText == EditorHarness.routes)
        // The form waits until that is finished.
        #expect(try await editor.post("/rules", [("do", "off high")]).status == 409)
        #expect(try await editor.get("/rules/edit/high").body.contains("Finish the JSON first."))
        // The page on which it was written goes on with it.
        let tag = try #require(EditorHarness.field("tag", of: answer.body))
        let fixed = try await editor.post(
            "/rules/edit/high?as=json",
            [("json", text), ("own", "1"), ("do", "fix 11:33 account")],
            tag: tag
        )
        #expect(fixed.body.contains("&quot;account&quot;: &quot;1*&quot;") && fixed.body.contains("1 error<"))
        let good = text.replacing("acount", with: "account").replacing("secop\"", with: "secops\"")
        let done = try await editor.post(
            "/rules/edit/high?as=json",
            [("json", good), ("own", "1"), ("do", "keep")],
            tag: tag
        )
        #expect(done.status == 303 && editor.draft?.content.buffer == nil)
    }

    @Test("the whole file goes into the box and back byte for byte, and what is not JSON is named with its place")
    func file() async throws {
        let editor = try await EditorHarness()
        let sent = EditorHarness.routes.replacing("\n", with: "\r\n").replacing("weekly", with: "daily")
        #expect(try await editor.post("/rules/json", [("json", sent), ("do", "keep")]).status == 303)
        #expect(editor.draftText == EditorHarness.routes.replacing("weekly", with: "daily"))
        let broken = try await editor.post("/rules/json", [("json", "{\n \"version\": 1,,\n}"), ("do", "keep")])
        #expect(broken.status == 422 && broken.body.contains("2:15") && broken.body.contains("Not valid JSON"))
        let again = try await editor.get("/rules/json").body
        #expect(again.contains("&quot;version&quot;: 1,,") && again.contains("This text is not in the draft"))
        _ = try await editor.post("/rules/json", [("do", "drop")])
        #expect(editor.draft?.content.buffer == nil)
        #expect(try await editor.get("/rules/json").body.contains("daily"))
    }

    @Test("settings are parts of the same draft: changed, added and taken out as text")
    func settings() async throws {
        let editor = try await EditorHarness()
        #expect(try await editor.get("/settings").body.contains("/settings/windows/nights"))
        let page = try await editor.get("/settings/windows?name=weekends")
        #expect(page.status == 200 && page.body.contains("20:00-07:00"))
        let added = try await editor.post(
            "/settings/windows/weekends",
            [("json", #"{ "weekdays": ["saturday", "sunday"] }"#), ("do", "keep")]
        )
        #expect(added.status == 303)
        #expect(try #require(editor.draftText).contains(#""weekends": { "weekdays": ["saturday", "sunday"] }"#))
        let bad = try await editor.post("/settings/windows/nights", [("json", ""), ("do", "check")])
        #expect(bad.body.contains("there is no window") || bad.body.contains("There is no window"))
        let gone = try await editor.post("/settings/fallback", [("json", " "), ("do", "keep")])
        #expect(gone.headers[.location] == "/settings")
        #expect(try #require(editor.draftText).contains("fallback") == false)
        #expect(try await editor.get("/settings/rules").status == 404)
        #expect(try await editor.get("/settings/email/x").status == 404)
        let first = try await editor.post("/settings/snsTopics", [("json", "[1,"), ("do", "keep")])
        #expect(first.status == 422 && first.body.contains("Not valid JSON"))
    }
}
