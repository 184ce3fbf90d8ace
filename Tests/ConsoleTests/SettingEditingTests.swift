import Findings
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import Console

@Suite("Editing settings by forms in the console")
struct SettingEditingTests {
    private static let routes = """
        {
          "version": 1,
          "email": { "host": "smtp.example.com",  "from": "noroshi@example.com" },
          "accounts": {
            "payments": [
              "111122223333",
              "444455556666"
            ]
          },
          "windows": { "nights": { "times": ["20:00-07:00"] } },
          "destinations": {
            "secops": {
              "type":   "slack",
              "url": { "env": "SECOPS_URL" },
              "mentions": { "CRITICAL": "<!here>" }
            },
            "team": { "type": "email", "to": ["a@example.com"], "mute": [{ "during": ["nights"] }] }
          },
          "rules": [
            { "name": "sandbox", "when": { "account": "@payments" }, "send": ["secops"] }
          ],
          "fallback": { "send": ["team"] }
        }

        """

    private func editor(_ role: Role? = nil) async throws -> EditorHarness {
        try await EditorHarness(SettingEditingTests.routes, role: role)
    }

    @Test(
        "every setting opens as a form, with its JSON one link away",
        arguments: [
            ("destinations/secops", "SECOPS_URL"), ("windows/nights", "20:00-07:00"),
            ("accounts/payments", "444455556666"), ("email", "noroshi@example.com"), ("fallback", "team"),
        ]
    )
    func shown(path: String, text: String) async throws {
        let editor = try await editor()
        let form = try await editor.get("/settings/\(path)").body
        #expect(
            form.contains(text) && form.contains("Keep in draft") && form.contains("textarea name=\"json\"") == false
        )
        #expect(form.contains(#"href="/settings/\#(path)?as=json""#))
        let json = try await editor.get("/settings/\(path)?as=json").body
        #expect(json.contains(#"<textarea name="json""#) && json.contains(#"action="/settings/\#(path)?as=json""#))
        #expect(json.contains(#"<a href="/settings/\#(path)">Form</a>"#))
    }

    @Test("what is kept changes the one member in the text, and nothing else")
    func destination() async throws {
        let editor = try await editor()
        let fields = try editor.fields(at: "/destinations/secops", as: DestinationForm.self) { form in
            form.slack.mentions.append(SlackForm.Mention(severity: "HIGH", text: "<!channel>"))
            form.slack.url.name = "OTHER_URL"
        }
        let answer = try await editor.post("/settings/destinations/secops", fields + [("do", "keep")])
        #expect(answer.status == 303 && answer.headers[.location] == "/settings/destinations/secops")
        let expected = SettingEditingTests.routes.replacing("SECOPS_URL", with: "OTHER_URL")
            .replacing(#""<!here>" }"#, with: #""<!here>", "HIGH": "\u003c!channel>" }"#)
        #expect(editor.draftText == expected)
        #expect(try await editor.get("/settings/destinations/secops").body.contains("&lt;!channel&gt;"))
    }

    @Test("an account more is a line more")
    func accounts() async throws {
        let editor = try await editor()
        let fields = try editor.fields(at: "/accounts/payments", as: AccountGroupForm.self) {
            $0.accounts += "\n\n  7777* "
        }
        #expect(try await editor.post("/settings/accounts/payments", fields + [("do", "keep")]).status == 303)
        let expected = SettingEditingTests.routes.replacing(
            #""444455556666""#,
            with: "\"444455556666\",\n      \"7777*\""
        )
        #expect(editor.draftText == expected)
    }

    @Test("e-mail, windows and the fallback are kept in the same draft")
    func others() async throws {
        let editor = try await editor()
        let email = try editor.fields(at: "/email", as: EmailForm.self) { $0.port = "465" }
        #expect(try await editor.post("/settings/email", email + [("do", "keep")]).status == 303)
        let window = try editor.fields(at: "/windows/nights", as: WindowForm.self) { $0.timeZone = "Europe/Berlin" }
        #expect(try await editor.post("/settings/windows/nights", window + [("do", "keep")]).status == 303)
        let fallback = try editor.fields(at: "/fallback", as: FallbackForm.self) { $0.send = ["secops", "team"] }
        #expect(try await editor.post("/settings/fallback", fallback + [("do", "keep")]).status == 303)
        let expected = SettingEditingTests.routes
            .replacing(#""noroshi@example.com" }"#, with: #""noroshi@example.com",  "port": 465 }"#)
            .replacing(#"["20:00-07:00"] }"#, with: #"["20:00-07:00"], "timeZone": "Europe/Berlin" }"#)
            .replacing(#"{ "send": ["team"] }"#, with: #"{ "send": ["secops", "team"] }"#)
        #expect(editor.draftText == expected)
    }

    @Test("a new one begins with what is usual, and is added beside the others or with its part")
    func new() async throws {
        let editor = try await EditorHarness()
        let page = try await editor.get("/settings/destinations?name=a/b%20%3Cc%3E").body
        #expect(page.contains(#"action="/settings/destinations/a%2Fb%20%3Cc%3E""#))
        #expect(page.contains("NOROSHI_SLACK_URL") && page.contains("It is not in the file yet."))
        var form = DestinationForm()
        form.slack.url.name = "TEAM_URL"
        let fields = form.fields.pairs.map { ($0.name, $0.value) } + [("do", "keep")]
        #expect(try await editor.post("/settings/destinations/a%2Fb", fields).status == 303)
        let added = #""a/b": {"type": "slack", "url": {"env": "TEAM_URL"}}"#
        #expect(try #require(editor.draftText).replacing(" }", with: "}").replacing("{ ", with: "{").contains(added))
        let email = [("host", "mail.example.com"), ("from", "a@example.com"), ("do", "keep")]
        #expect(try await editor.post("/settings/email", email).status == 303)
        #expect(try await editor.get("/settings/email").body.contains("mail.example.com"))
        let first = try await self.editor()
        _ = try await first.post("/settings/fallback?as=json", [("json", ""), ("do", "keep")])
        #expect(try await first.get("/settings/fallback").body.contains("It is not in the file yet."))
    }

    @Test("what cannot be used is said at its field with the nearest word, and what was typed is still there")
    func refused() async throws {
        let editor = try await editor()
        let fields = try editor.fields(at: "/destinations/secops", as: DestinationForm.self) { form in
            form.fallback = "taem"
            form.rate = "often <b>"
            form.concurrency = "two"
        }
        let answer = try await editor.post("/settings/destinations/secops", fields + [("do", "keep")])
        #expect(answer.status == 422 && answer.body.contains("3 errors, so it is not in the draft"))
        #expect(
            answer.body.contains(
                #"<div id="error-fallback"><p class="err s">there is no destination &quot;taem&quot;; did you"#
            )
        )
        #expect(
            answer.body.contains(#"aria-describedby="error-rate""#) && answer.body.contains(#"value="often &lt;b&gt;""#)
        )
        #expect(answer.body.contains("whole number from 1 to 64, found the string &quot;two&quot;"))
        #expect(editor.draft == nil)
        let zone = try editor.fields(at: "/windows/nights", as: WindowForm.self) { $0.timeZone = "Europe/Berln" }
        let window = try await editor.post("/settings/windows/nights", zone + [("do", "keep")])
        #expect(window.status == 422 && window.body.contains("did you mean &quot;Europe/Berlin&quot;?"))
        let group = try await editor.post("/settings/accounts/payments", [("accounts", "a b\n1"), ("do", "keep")])
        #expect(
            group.status == 422 && group.body.contains(#"<div id="error-accounts">"#)
                && group.body.contains("\na b\n1<")
        )
        let twice = try await editor.post(
            "/settings/destinations/secops",
            [
                ("type", "webhook"), ("url.from", "env"), ("url.name", "A"), ("headers.0.name", "X-A"),
                ("headers.0.text", "1"), ("headers.1.name", "X-A"), ("headers.1.text", "2"), ("do", "keep"),
            ]
        )
        #expect(twice.status == 422 && twice.body.contains("given twice"))
    }

    @Test("a secret that was typed for its name is neither kept nor shown again")
    func secret() async throws {
        let editor = try await editor()
        let typed = "https://hooks.example.com/T0/very-secret"
        let fields = try editor.fields(at: "/destinations/secops", as: DestinationForm.self) {
            $0.slack.url.name = typed
            $0.rate = "7/m"
        }
        for deed in ["keep", "check", "part mentions"] {
            let answer = try await editor.post("/settings/destinations/secops", fields + [("do", deed)])
            #expect(answer.body.contains("very-secret") == false && answer.body.contains(#"value="7/m""#))
        }
        #expect(editor.draft == nil)
    }

    @Test("checking says what is doubtful and keeps nothing; a line more is the form again")
    func checked() async throws {
        let editor = try await editor()
        let fields = try editor.fields(at: "/accounts/payments", as: AccountGroupForm.self) { $0.accounts = "123" }
        let answer = try await editor.post("/settings/accounts/payments", fields + [("do", "check")])
        #expect(answer.status == 200 && answer.body.contains("It can be used."))
        #expect(answer.body.contains("AWS account ids are 12 digits") && editor.draft == nil)
        let fallback = try editor.fields(at: "/fallback", as: FallbackForm.self) { $0.description = "Still <here>" }
        let more = try await editor.post("/settings/fallback", fallback + [("do", "part g")])
        #expect(more.status == 200 && more.body.contains(#"name="g.kind""#) && more.body.contains("Still &lt;here&gt;"))
        let type = try editor.fields(at: "/destinations/secops", as: DestinationForm.self) { $0.type = "webhook" }
        let other = try await editor.post("/settings/destinations/secops", type + [("do", "part type")])
        #expect(other.body.contains(#"name="secret.name""#) && other.body.contains(#"name="channel""#) == false)
    }

    @Test("a form that says what the file says makes no draft")
    func same() async throws {
        let editor = try await editor()
        for path in ["/destinations/secops", "/destinations/team"] {
            let fields = try editor.fields(at: path, as: DestinationForm.self) { _ in }
            #expect(try await editor.post("/settings\(path)", fields + [("do", "keep")]).status == 303)
        }
        #expect(editor.draft == nil)
    }

    @Test("what the form has no field for is named, and stays byte for byte")
    func kept() async throws {
        let text = SettingEditingTests.routes.replacing(
            #""type":   "slack","#,
            with: "\"type\":   \"slack\",\n      \"description\": \"a\\u200eb\","
        )
        let editor = try await EditorHarness(text)
        let page = try await editor.get("/settings/destinations/secops").body
        #expect(page.contains("<b>description</b> has no field here") && page.contains("name=\"description\"") == false)
        let fields = try editor.fields(at: "/destinations/secops", as: DestinationForm.self) { $0.rate = "1/m" }
        #expect(try await editor.post("/settings/destinations/secops", fields + [("do", "keep")]).status == 303)
        let expected = text.replacing(
            #""mentions": { "CRITICAL": "<!here>" }"#,
            with: "\"mentions\": { \"CRITICAL\": \"<!here>\" },\n      \"rate\": \"1/m\""
        )
        #expect(editor.draftText == expected)
    }

    @Test("a new name is that of everything that names it, and a name that is taken is refused")
    func renamed() async throws {
        let editor = try await editor()
        for (path, new) in [("windows/nights", "late"), ("accounts/payments", "p/c"), ("destinations/team", "a & b")] {
            let page = try await editor.get("/settings/\(path)").body
            #expect(page.contains("that name it follow"))
            let part = path.split(separator: "/")[0]
            let fields: [(String, String)] =
                switch part {
                case "windows": try editor.fields(at: "/\(path)", as: WindowForm.self) { _ in }
                case "accounts": try editor.fields(at: "/\(path)", as: AccountGroupForm.self) { _ in }
                default: try editor.fields(at: "/\(path)", as: DestinationForm.self) { $0.rate = "1/s" }
                }
            let answer = try await editor.post("/settings/\(path)", fields + [("name", new), ("do", "keep")])
            #expect(answer.headers[.location] == "/settings/\(part)/\(new.percentEncoded)")
        }
        let expected = SettingEditingTests.routes.replacing("nights", with: "late").replacing("payments", with: "p/c")
            .replacing("\"team\"", with: "\"a & b\"")
            .replacing(#"["late"] }] }"#, with: #"["late"] }], "rate": "1/s" }"#)
        #expect(editor.draftText == expected)
        let fields = try editor.fields(at: "/destinations/secops", as: DestinationForm.self) { _ in }
        let taken = try await editor.post(
            "/settings/destinations/secops",
            fields + [("name", "a & b"), ("do", "keep")]
        )
        #expect(
            taken.status == 422 && taken.body.contains(#"<div id="error-name"><p class="err s">The name is taken."#)
        )
        let none = try await editor.post("/settings/destinations/secops", fields + [("name", ""), ("do", "keep")])
        #expect(none.status == 422 && none.body.contains("must be 1 to 100 characters"))
    }

    @Test("what changed meanwhile is said, and what was written is still there")
    func stale() async throws {
        let editor = try await editor()
        let old = try await editor.tag()
        _ = try await editor.post("/rules", [("do", "off sandbox")])
        let fields = try editor.fields(at: "/windows/nights", as: WindowForm.self) { $0.months = "december" }
        let answer = try await editor.post("/settings/windows/nights", fields + [("do", "keep")], tag: old)
        #expect(answer.status == 412 && answer.body.contains(#"value="december""#))
        #expect(answer.body.contains("The draft has changed since you opened this page."))
    }

    @Test("JSON that is not finished stays where it is, and the form waits for it")
    func unfinished() async throws {
        let editor = try await editor()
        let broken = try await editor.post(
            "/settings/windows/nights?as=json",
            [("json", "{ \"times\": "), ("do", "keep")]
        )
        #expect(broken.status == 422 && broken.body.contains("Not valid JSON"))
        #expect(try await editor.get("/settings/windows/nights").body.contains("Finish the JSON first."))
        let fields = try editor.fields(at: "/windows/nights", as: WindowForm.self) { $0.months = "december" }
        #expect(try await editor.post("/settings/windows/nights", fields + [("do", "keep")]).status == 409)
    }

    @Test("who may not edit sees the form and changes nothing")
    func viewer() async throws {
        let editor = try await editor(.viewer)
        let page = try await editor.get("/settings/windows/nights")
        #expect(page.status == 200 && page.body.contains("This needs the role editor; yours is viewer."))
        #expect(try await editor.post("/settings/windows/nights", [("times", ""), ("do", "keep")]).status == 403)
    }
}
