import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Silences in the console")
struct SilencePagesTests {
    private let fields = [
        ("account", "111122223333"), ("control", "S3.8, S3.9"), ("for", "4h"), ("owner", "Storage team"),
        ("reason", "being moved"), ("breaksOnRaise", "on"), ("do", "create"),
    ]

    private func session(_ roles: FakeRoles, _ role: Role = .responder) async throws
        -> (harness: ConsoleHarness, headers: HTTPFields, token: String)
    {
        let harness = ConsoleHarness(
            roles: roles,
            credentials: Credentials(tokens: [(name: "token.a", secret: "a")], roles: ["token.a": role])
        )
        let entry = try await harness.send(.post, "/sign-in", headers: .ownForm, form: [("token", "a")])
        var headers = HTTPFields.ownForm
        headers[.cookie] = entry.cookie
        let page = try await harness.send(.get, "/silences", headers: headers)
        return (harness, headers, try #require(page.formToken))
    }

    /// Ten open findings of one account, all of which a silence of that account hides.
    private func crowded() -> FakeRoles {
        var state = Example.state
        state.findings = (0..<10).map { _ in Example.finding }
        return FakeRoles(state)
    }

    @Test("a form that is filled in makes a silence, under the name of whoever is signed in")
    func create() async throws {
        let (harness, headers, token) = try await session(try Example.roles())
        let answer = try await harness.send(
            .post,
            "/silences/new",
            headers: headers,
            form: fields + [("_csrf", token), ("destination", "secops")]
        )
        #expect(answer.status == 303 && answer.headers[.location] == "/silences/s2", "\(answer.body)")
        let silence = try #require(harness.roles.state.withLock { $0.silences.last })
        #expect(silence.when.text == #"{"account":["111122223333"],"control":["S3.8","S3.9"]}"#)
        #expect(silence.createdBy == "console:token.a" && silence.destinations == ["secops"])
        #expect(silence.endsAt == (Example.now + 4 * 3_600).wholeSeconds)
    }

    @Test("what is missing is said, what was typed stays, and nothing is made")
    func missing() async throws {
        let (harness, headers, token) = try await session(FakeRoles(Example.state))
        for (name, value, words) in [
            ("owner", "", "owner: expected one line in words"), ("reason", "", "reason: expected one line in words"),
            ("account", "@nobody", "nobody"), ("json", "{", "not JSON"), ("json", "{}", "at least one test"),
        ] {
            let form = fields.filter { $0.0 != name } + [(name, value), ("_csrf", token)]
            let answer = try await harness.send(.post, "/silences/new", headers: headers, form: form)
            #expect(answer.status == 400 && answer.body.contains(words), "\(name) \(value)")
            #expect(answer.body.contains("S3.8, S3.9"))
        }
        #expect(harness.roles.state.withLock { $0.silences.isEmpty })
    }

    @Test("a preview shows what would be hidden and makes nothing")
    func preview() async throws {
        let (harness, headers, token) = try await session(crowded())
        let form = [("account", "*"), ("do", "preview"), ("_csrf", token)]
        let answer = try await harness.send(.post, "/silences/new", headers: headers, form: form)
        #expect(answer.status == 200 && answer.body.contains(#"id="reach""#))
        #expect(answer.body.contains("<b>10</b> of 10 open findings, 100 %"))
        #expect(harness.roles.state.withLock { $0.silences.isEmpty })
    }

    @Test("what hides much of all that is open has to be meant")
    func wide() async throws {
        let (harness, headers, token) = try await session(crowded())
        let account = try #require(Example.finding.record.finding.account)
        let form = fields.filter { $0.0 != "account" && $0.0 != "control" } + [("account", account), ("_csrf", token)]
        let refused = try await harness.send(.post, "/silences/new", headers: headers, form: form)
        #expect(refused.status == 409 && refused.body.contains(#"name="meant""#), "\(refused.body)")
        let meant = try await harness.send(.post, "/silences/new", headers: headers, form: form + [("meant", "on")])
        #expect(meant.status == 303)
    }

    @Test("the form that a finding leads to is filled in with it")
    func fromFinding() async throws {
        let (harness, headers, _) = try await session(FakeRoles(Example.state))
        let page = try await harness.send(.get, "/findings/f1", headers: headers).body
        #expect(page.contains(#"href="/silences/new?from=f1""#))
        let form = try await harness.send(.get, "/silences/new?from=f1", headers: headers).body
        let account = try #require(Example.finding.record.finding.account)
        #expect(form.contains(#"name="account" value="\#(account)""#))
    }

    @Test("a silence is ended and extended as it was seen, and not when it changed since")
    func change() async throws {
        let (harness, headers, token) = try await session(try Example.roles())
        let page = try await harness.send(.get, "/silences/s1", headers: headers).body
        let tag = try #require(harness.roles.state.withLock { $0.silences.first?.tag })
        #expect(page.contains(#"name="tag" value="\#(tag)""#))
        for path in ["/silences/s1/end", "/silences/s1/extend"] {
            let form = [("_csrf", token), ("tag", "older"), ("for", "7d")]
            #expect(try await harness.send(.post, path, headers: headers, form: form).status == 412)
        }
        let later = [("_csrf", token), ("tag", tag), ("for", "7d")]
        #expect(try await harness.send(.post, "/silences/s1/extend", headers: headers, form: later).status == 303)
        let extended = try #require(harness.roles.state.withLock { $0.silences.first })
        #expect(extended.endsAt == (Example.now + 7 * 86_400).wholeSeconds)
        let ending = [("_csrf", token), ("tag", extended.tag)]
        #expect(try await harness.send(.post, "/silences/s1/end", headers: headers, form: ending).status == 303)
        #expect(harness.roles.state.withLock { $0.silences.first?.state(at: Example.now) } == .expired)
        let list = try await harness.send(.get, "/silences?state=expired", headers: headers).body
        #expect(list.contains("expired") && list.contains("/silences/s1"))
    }

    @Test("a viewer sees silences and makes none")
    func viewer() async throws {
        let (harness, headers, token) = try await session(try Example.roles(), .viewer)
        for path in ["/silences/s1", "/silences/new"] {
            let body = try await harness.send(.get, path, headers: headers).body
            #expect(body.contains("This needs the role responder; yours is viewer."))
        }
        let form = fields + [("_csrf", token)]
        #expect(try await harness.send(.post, "/silences/new", headers: headers, form: form).status == 403)
    }

    @Test(
        "moments are read as people type them",
        arguments: [
            ("2026-11-28 09:00", "2026-11-28T09:00:00Z"), ("2026-11-28T09:00", "2026-11-28T09:00:00Z"),
            ("2026-11-28", "2026-11-28T00:00:00Z"), ("2026-11-28T09:00:00+01:00", "2026-11-28T08:00:00Z"),
        ]
    )
    func moments(text: String, expected: String) throws {
        #expect(ShownMoment.read(text)?.formatted(.iso8601) == expected)
        #expect(ShownMoment.read("tomorrow") == nil)
    }
}
