import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

@testable import Console

@Suite("Pages of the console")
struct PagesTests {
    private static let hostile = #"<script>alert(1)</script>"><img src=x onerror=alert(1)> \#u{202E}gnp.exe"#

    /// The page without the tags of the console's own files.
    private static func withoutOwnScripts(_ body: String) -> String {
        Assets.files.reduce(body) { $0.replacing(#"<script defer src="\#($1.path)"></script>"#, with: "") }
    }

    private func paths(_ harness: ConsoleHarness) async throws -> [String] {
        let finding = try #require(Example.state.findings.first).record.id
        let delivery = try #require(Example.state.notifications.first).notification.id
        return [
            "/", "/findings", "/findings/\(finding)",
            "/findings/\(finding)?why-not=secops", "/findings/\(finding)?why-not=%3Cb%3E", "/deliveries",
            "/deliveries/\(delivery)", "/deliveries/waiting", "/deliveries/waiting?to=%3Cb%3E", "/destinations",
            "/destinations/secops",
            "/rules", "/rules/edit/severe", "/rules/edit/severe?as=json", "/rules/new", "/rules/json",
            "/rules/move/severe",
            "/rules?q=is%3Awrong", "/settings", "/settings/sources", "/settings/destinations",
            "/settings/destinations/secops", "/versions",
            "/versions/1", "/versions/1..1", "/draft/changes", "/draft/publish",
            "/keys", "/coverage", "/try", "/try?finding=\(finding)", "/try?as=event", "/try?as=fields", "/silences",
            "/silences/new",
            "/silences/new?from=\(finding)", "/silences/none",
            "/findings/nothing", "/findings?q=sevrity%3Ahigh", "/deliveries?q=words", "/sign-in",
        ]
    }

    @Test("the audit names who changed what, escapes it, is filtered by fields, and says what it does not know")
    func audit() async throws {
        let editor = try await EditorHarness()
        #expect(try await editor.get("/audit").body.contains("Nobody has changed anything yet"))
        let fields = try editor.fields(of: "high") { $0.description = "<script>x</script>" }
        #expect(try await editor.post("/rules/edit/high", fields + [("do", "keep")]).status == 303)
        let body = try await editor.get("/audit").body
        #expect(
            body.contains("draft.create") && body.contains("console:token.a") && body.contains("<script>x") == false
        )
        #expect(try await editor.get("/audit?q=what:draft%20who:token.a").body.contains("draft.create"))
        let wrong = try await editor.get("/audit?q=since:soon%20whom:a").body
        #expect(wrong.contains("since:soon: expected 2h") && wrong.contains("there is no field whom"))
    }

    @Test("while the store is away every page says why, and nothing of rules that cannot be read")
    func away() async throws {
        let harness = ConsoleHarness()
        #expect(try await harness.send(.get, "/keys").body.contains("every one accounted for"))
        let trouble = StoreTrouble(.unreachable, "connection to <db> refused")
        harness.roles.state.withLock { $0.trouble = trouble }
        let words = "\(trouble)".replacing("<db>", with: "&lt;db&gt;")
        for path in ["/keys", "/", "/findings"] {
            let body = try await harness.send(.get, path).body
            #expect(body.contains("The store: \(words)"))
            #expect(body.contains("No rules are in force") == false)
            #expect(body.contains("Rules <b>v1</b>, as they were read last"))
        }
        // What has been found out by others goes before what this question has met.
        let found = StoreTrouble(.diskFull)
        harness.roles.state.withLock { $0.health.trouble = found }
        #expect(try await harness.send(.get, "/keys").body.contains("The store: \(found)"))
    }

    @Test("sources are shown on the overview and beside the destinations, and one that fails needs somebody")
    func sources() async throws {
        let harness = ConsoleHarness()
        for path in ["/", "/destinations"] {
            #expect(try await harness.send(.get, path).body.contains(">Sources<") == false)
        }
        var source = SourceState(name: "org <b>", type: "sqs", queue: "https://q/1", region: "eu-west-1", pollers: 2)
        source.phase = .failing
        source.failure = .init(kind: .missing, reason: "<i>gone", since: Example.now - 320, tries: 9)
        let states = [source]
        harness.roles.state.withLock { $0.sources = states }
        for path in ["/", "/destinations"] {
            let body = try await harness.send(.get, path).body
            #expect(body.contains(">Sources<"))
            #expect(body.contains("org &lt;b&gt;"))
            #expect(body.contains("the queue does not exist, or may not be seen"))
            #expect(body.contains("<i>gone") == false)
        }
        #expect(try await harness.send(.get, "/").body.contains("The source org &lt;b&gt; cannot be pulled"))
    }

    @Test("nodes that share the store are shown, and who sends for a destination; nothing of it for a lone process")
    func nodes() async throws {
        let destinations = ["/destinations", "/destinations/secops", "/deliveries", "/deliveries/\(Example.id(3))"]
        let alone = ConsoleHarness()
        for path in ["/"] + destinations {
            let body = try await alone.send(.get, path).body
            #expect(body.contains(">Nodes<") == false && body.contains("by node") == false, "\(path)")
        }
        var state = Example.shared
        state.nodes[0].name = "east <b>"
        state.clockSkew = 7
        let harness = ConsoleHarness(roles: FakeRoles(state))
        let overview = try await harness.send(.get, "/").body
        #expect(overview.contains("<b>east &lt;b&gt;</b>") && overview.contains("answers this page"))
        #expect(overview.contains("The clock of west/42 is off") && overview.contains("No node leads now") == false)
        for path in destinations {
            let body = try await harness.send(.get, path).body
            #expect(body.contains("east &lt;b&gt;") && body.contains("21 Sep 2026, 14:03:20"), "\(path)")
        }
        // What is delivered needs no node any more.
        #expect(try await harness.send(.get, "/deliveries/\(Example.id(1))").body.contains("by node") == false)
        harness.roles.state.withLock { $0.nodes[0].work = [] }
        #expect(try await ConsoleHarness(roles: harness.roles).send(.get, "/").body.contains("No node leads now"))
    }

    @Test("every page is whole: one heading, one main part, a title, and nothing that runs or is styled inside")
    func structure() async throws {
        let harness = ConsoleHarness()
        for path in try await paths(harness) {
            let answer = try await harness.send(.get, path)
            guard answer.status != 303 else { continue }
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8", "\(path)")
            #expect(answer.body.ranges(of: "<h1").count == 1, "\(path)")
            #expect(answer.body.contains("<h1></h1>") == false, "\(path)")
            #expect(answer.body.ranges(of: "<main").count == 1, "\(path)")
            #expect(answer.body.contains(" · Noroshi</title>"), "\(path)")
            let body = PagesTests.withoutOwnScripts(answer.body)
            for forbidden in [
                "<script", " style=", "<style", " onclick", " onerror=", "javascript:", "http://", "src=",
            ] {
                #expect(body.contains(forbidden) == false, "\(path): \(forbidden)")
            }
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    @Test("why a destination was not told is asked and answered on the finding's page, by a plain form")
    func whyNot() async throws {
        let harness = ConsoleHarness()
        let asked = try await harness.send(.get, "/findings/f1")
        #expect(asked.body.contains(#"<select name="why-not""#) && asked.body.contains("id=\"why-not\"") == false)
        let answered = try await harness.send(.get, "/findings/f1?why-not=secops")
        #expect(answered.body.contains(#"<p id="why-not" role="status"><b>secops</b>: Told."#))
        let unknown = try await harness.send(.get, "/findings/f1?why-not=secop")
        #expect(unknown.status == 200 && unknown.body.contains("did you mean"))
    }

    @Test("a message that could be tried sooner is tried from the finding's page, which it leads back to")
    func tryNow() async throws {
        let editor = try await EditorHarness()
        let id = try editor.harness.roles.state.withLock { state in
            let dead = try #require(state.notifications.first { $0.notification.state == .dead })
            state.findings[0].notifications[0].id = dead.notification.id
            state.findings[0].notifications[0].state = .dead
            return dead.notification.id
        }
        let page = try await editor.get("/findings/f1").body
        #expect(page.contains(#"action="/deliveries/\#(id)/retry""#) && page.contains("Try now"))
        let answer = try await editor.post("/deliveries/\(id)/retry", [("finding", "f1")])
        #expect(answer.status == 303 && answer.headers[.location] == "/findings/f1")
    }

    @Test("of thousands of destinations that are told nothing, the page of a finding has those that nearly were")
    func manyStrangers() async throws {
        let names = (0..<2_000).map { "the-notifications-of-team-\($0)" }
        let rules = (0..<10_000).map { number in
            // Every rule fails by its account and its Region, but those of one team by the account alone.
            let region = number % 2_000 == 1_234 ? "*" : "xx-*"
            return #"{"name":"rule \#(number)","when":{"account":["999900001111"],"region":["\#(region)"]},"#
                + #""send":["\#(names[number % 2_000])"]}"#
        }
        var harness = ConsoleHarness()
        harness.rules = """
            {"version":1,"destinations":{\(
                names.map { #""\#($0)":{"type":"webhook","url":{"env":"HOOK"}}"# }.joined(separator: ",")
            )},"rules":[\(rules.joined(separator: ",\n"))]}
            """
        let body = try await harness.send(.get, "/findings/f1").body
        #expect(body.contains("1,980 more destinations are not told") && body.utf8.count < 300_000)
        #expect(body.contains("<b>\(names[1_234])</b>, not told") && body.contains("<b>\(names[1_235])</b>") == false)
        #expect(body.contains(#"<input type="text" name="why-not""#))
        let answered = try await harness.send(.get, "/findings/f1?why-not=\(names[1_999])").body
        #expect(answered.contains(#"<p id="why-not" role="status"><b>\#(names[1_999])</b>: The nearest rule"#))
    }

    @Test("what is not ours is text everywhere, whatever it looks like")
    func escaping() async throws {
        var state = Example.state
        for index in state.findings.indices {
            state.findings[index].record.finding.title = PagesTests.hostile
            state.findings[index].record.finding.accountName = PagesTests.hostile
            state.findings[index].record.finding.region = PagesTests.hostile
            state.findings[index].record.finding.description = PagesTests.hostile
            state.findings[index].record.finding.url = "javascript:alert(1)"
        }
        for index in state.notifications.indices {
            state.notifications[index].notification.content.finding.title = PagesTests.hostile
            state.notifications[index].notification.deadReason = PagesTests.hostile
        }
        for index in state.lanes.indices { state.lanes[index].reason = PagesTests.hostile }
        let harness = ConsoleHarness(roles: FakeRoles(state))
        var seen = 0
        for path in try await paths(harness) {
            let body = PagesTests.withoutOwnScripts(try await harness.send(.get, path).body)
            #expect(body.contains("<script") == false && body.contains("<img") == false, "\(path)")
            #expect(body.contains("\u{202E}") == false, "\(path)")
            #expect(body.contains("javascript:") == false, "\(path)")
            if body.contains("&lt;script&gt;") { seen += 1 }
        }
        #expect(seen >= 4)
    }

    @Test("a mistake in a filter is named under the box, and the rest of it is used")
    func mistakes() async throws {
        let harness = ConsoleHarness()
        let body = try await harness.send(.get, "/findings?q=sevrity%3Ahigh%20region%3Aeu-central-1").body
        #expect(body.contains("there is no field sevrity"))
        #expect(body.contains(#"aria-describedby="mistakes""#))
        #expect(harness.roles.state.withLock { $0.findingFilter?.region } == "eu-central-1")
    }

    @Test("who may not do something sees the button switched off, and why")
    func limitedRole() async throws {
        let harness = ConsoleHarness(
            credentials: Credentials(tokens: [(name: "token.v", secret: "v")], roles: ["token.v": .viewer])
        )
        let headers: HTTPFields = [.authorization: "Bearer v"]
        let body = try await harness.send(.get, "/destinations", headers: headers).body
        #expect(body.contains("This needs the role responder; yours is viewer."))
        #expect(body.contains("<fieldset class=\"off\" disabled><button class=\"b sm\">Pause"))
        #expect(body.contains("action=\"/destinations/secops/pause\"") == false)
    }

    @Test(
        "a console that only reads hides nothing, and says of every control why it is off",
        arguments: [
            ("/rules", ["New rule", "role=\"switch\""]), ("/rules/edit/severe", ["Keep in draft", "Check"]),
            ("/rules/json", ["Keep in draft"]), ("/destinations", ["Pause…"]),
            ("/destinations/secops", ["Pause…", "Send a test message"]),
            ("/deliveries", ["Send dead ones again…"]), ("/deliveries/\(Example.id(3))", ["Try now"]),
            ("/deliveries/redrive", ["again</button>"]), ("/silences", ["New silence"]), ("/silences/new", ["Preview"]),
            ("/findings/f1", ["Silence…", "New rule from this…", "Expect this…"]),
            ("/settings", ["Add…"]), ("/expectations", ["New expectation"]), ("/expectations/new", ["Keep in draft"]),
        ]
    )
    func readOnly(path: String, controls: [String]) async throws {
        var harness = ConsoleHarness()
        harness.mode = .readOnly
        let body = try await harness.send(.get, path).body
        #expect(body.contains("The console only reads: it was started with --console read-only."))
        for control in controls { #expect(body.contains(control), "\(control)") }
        #expect(body.contains("Your role") == false && body.contains("your role") == false)
        let on = body.replacing(/<fieldset class="off" disabled.*?<\/fieldset>/.dotMatchesNewlines(), with: "")
            .replacing(/<button type="button" class="[^"]*" disabled>.*?<\/button>/, with: "")
        for control in controls {
            #expect(on.contains("\(control)</button>") == false && on.contains("\(control)</a>") == false, "\(control)")
        }
    }

    @Test("the stylesheet may be kept for ever under its name, and no other name is answered")
    func assets() async throws {
        let harness = ConsoleHarness()
        let sheet = try await harness.send(.get, Assets.stylesheet.path)
        #expect(sheet.status == 200 && sheet.headers[.cacheControl]?.contains("immutable") == true)
        #expect(sheet.headers[.contentType] == "text/css; charset=utf-8")
        #expect(try await harness.send(.get, "/assets/noroshi-000000000000.css").status == 404)
        #expect(try await harness.send(.get, "/favicon.ico").status == 200)
        #expect(sheet.body.contains("url(") == false && sheet.body.contains("@import") == false)
    }

    @Test("a console that is off answers nothing")
    func off() async throws {
        var harness = ConsoleHarness()
        harness.mode = .off
        #expect(try await harness.send(.get, "/findings").status == 404)
        #expect(try await harness.send(.get, "/sign-in").status == 404)
    }

    @Test("go leads to what the text names, and to a search otherwise")
    func go() async throws {
        let harness = ConsoleHarness()
        let id = try #require(Example.state.findings.first).record.id
        let cases = [
            (id, "/findings/\(id)"), ("secops", "/destinations/secops"),
            ("111122223333", "/findings?q=account%3A111122223333"), ("severe ", "/rules/edit/severe"),
            ("v1", "/versions/1"), ("", "/findings"),
        ]
        for (text, path) in cases {
            let answer = try await harness.send(.get, "/go?q=\(text.percentEncoded)")
            #expect(answer.headers[.location] == path)
        }
        let near = try await harness.send(.get, "/go?q=public%20read")
        #expect(near.status == 200 && near.body.contains(#"href="/findings/f1""#))
        #expect(near.body.contains("/findings?q=public%20read"))
    }

    @Test("a finding's decision is shown as decided, under the rules in force and under one's draft")
    func readings() async throws {
        let editor = try await EditorHarness(Example.routes)
        let decided = try await editor.get("/findings/f1").body
        #expect(decided.contains("as decided, v1") && decided.contains("?by=active#decision"))
        #expect(decided.contains("?by=draft") == false)
        _ = try await editor.post("/rules", [("do", "off severe")])
        let draft = try await editor.get("/findings/f1?by=draft").body
        #expect(draft.contains(#"?by=draft#decision" aria-current="true""#) && draft.contains("my draft d1"))
        // Who was told stays as it was decided.
        #expect(draft.contains("decided by v1"))
        let active = try await editor.get("/findings/f1?by=active").body
        #expect(active.contains(#"?by=active#decision" aria-current="true""#))
        #expect(active != draft)
    }

    @Test("the overview names the accounts with open findings, each count leads to its list")
    func openAccounts() async throws {
        let harness = ConsoleHarness()
        harness.roles.state.withLock { state in
            state.openAccounts = OpenAccounts(
                accounts: [
                    .init(account: "111122223333", name: "pay<b>", counts: [.high: 1_200, .low: 3], change: -1_005),
                    .init(account: nil, name: nil, counts: [.medium: 1]),
                ],
                others: 7
            )
        }
        let body = try await harness.send(.get, "/").body
        #expect(body.contains("pay&lt;b&gt;") && body.contains("no account") && body.contains("1,203"))
        #expect(body.contains("−1,005"))
        #expect(
            body.contains("7 more accounts")
                && body.contains("account%3A111122223333%20severity%3AHIGH%20status%3Aactive")
        )
    }

    @Test("what waits says for whom, why, until when and how much, and every number of it leads there")
    func waiting() async throws {
        let harness = ConsoleHarness()
        harness.roles.state.withLock { state in
            state.backlog = [DestinationBacklog(destination: "secops", pending: 3, waiting: 9)]
            state.waiting.append(
                WaitingNews(
                    kind: .window,
                    destination: "secops",
                    rules: ["severe"],
                    reason: "nights <b>",
                    dueAt: nil,
                    since: Example.now - 30,
                    count: 4,
                    severity: .low,
                    identity: "3"
                )
            )
        }
        let body = try await harness.send(.get, "/deliveries/waiting").body
        let rows = body.matches(of: /<tr><td>.*?<\/tr>/.dotMatchesNewlines()).map { String($0.output) }
        #expect(rows.count == 3)
        #expect(rows[0].contains("a group") && rows[0].contains("111122223333") && rows[0].contains(">2</td>"))
        #expect(rows[1].contains(#"href="/silences/s1""#) && rows[1].contains("being moved"))
        #expect(rows[2].contains("a quiet time: nights &lt;b&gt;") && rows[2].contains("nobody knows yet"))
        #expect(body.contains("3 messages</a> beside"))
        let one = try await harness.send(.get, "/deliveries/waiting?to=secops").body
        #expect(one.contains("Waiting for secops") && one.contains("to%3Asecops%20state%3Apending"))
        for path in ["/", "/destinations", "/destinations/secops"] {
            let page = try await harness.send(.get, path).body
            #expect(page.contains(#"href="/deliveries/waiting?to=secops">9 later</a>"#), "\(path)")
        }
        #expect(try await harness.send(.get, "/deliveries").body.contains(#"href="/deliveries/waiting""#))
        let nobody = try await harness.send(.get, "/deliveries/waiting?to=nobody").body
        #expect(nobody.contains("Nothing waits to be told later.") && nobody.contains("class=\"err\""))
    }

    @Test("destinations are shown fifty a page, and found by part of their names")
    func manyDestinations() async throws {
        let harness = ConsoleHarness()
        harness.roles.state.withLock { state in
            state.backlog = (1...120).map {
                DestinationBacklog(destination: "dest-\(1_000 + $0)", pending: 1)
            }
        }
        func page(_ query: String) async throws -> String {
            try await harness.send(.get, "/destinations?\(query)").body
        }
        // The rules name one more, which stands first.
        let second = try await page("page=2")
        #expect(second.contains("dest-1050") && second.contains("dest-1099") && second.contains("dest-1100") == false)
        #expect(second.contains("51 to 100 of 121") && second.contains("page=1") && second.contains("page=3"))
        let found = try await page("q=T-107")
        #expect(found.contains("dest-1070") && found.contains("dest-1080") == false)
        let none = try await page("q=%3Cb%3E")
        #expect(none.contains("No destination fits") && none.contains("&lt;b&gt;"))
        #expect(try await page("q=removed&page=3").contains("101 to 120 of 120"))
    }
}
