import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Pages that stay as they are now")
struct LivePageTests {
    private func harness() -> ConsoleHarness {
        ConsoleHarness(
            credentials: Credentials(
                tokens: [(name: "token.mina", secret: "s3cret"), (name: "token.rui", secret: "r")],
                roles: ["token.rui": .responder]
            )
        )
    }

    private func signIn(_ harness: ConsoleHarness, _ token: String = "s3cret") async throws -> HTTPFields {
        let entry = try await harness.send(.post, "/sign-in", headers: .ownForm, form: [("token", token)])
        var headers = HTTPFields.ownForm
        let cookie: String = try #require(entry.cookie)
        headers[.cookie] = cookie
        return headers
    }

    @Test(
        "a page listens to what it shows from what it knows on, and asks for itself",
        arguments: [
            ("/", "overview", "/"), ("/findings?q=severity%3Ahigh", "findings", "/findings?q=severity%3Ahigh"),
            ("/deliveries", "deliveries", "/deliveries"),
            ("/deliveries?q=%22%3Cb%3E&follow=1", "deliveries", "/deliveries?q=%22%3Cb%3E&amp;follow=1"),
            ("/rules", "rules", "/rules"),
        ]
    )
    func listens(path: String, topic: String, escaped: String) async throws {
        let page = try await ConsoleHarness().send(.get, path).body
        #expect(page.contains(#"hx-ext="sse" sse-connect="/stream?topics=\#(topic)&amp;since="#))
        #expect(
            page.contains(
                #"sse-close="end" hx-get="\#(escaped)" hx-trigger="sse:\#(topic), sse:resync" hx-swap="none""#
            )
        )
        #expect(page.contains(#" data-live"#))
        for script in ["htmx", "sse", "stream"] { #expect(page.contains(#"src="/assets/\#(script)-"#)) }
    }

    @Test(
        "a part that is exchanged is found by an id that nothing else has",
        arguments: ["/", "/findings", "/deliveries", "/rules"]
    )
    func ids(path: String) async throws {
        let page = try await ConsoleHarness().send(.get, path).body
        let ids = page.matches(of: /\bid="([^"]+)"/).map { String($0.1) }
        let live = page.matches(of: /\bid="([^"]+)" data-live/).map { String($0.1) }
        #expect(live.count > 3)
        for id in live { #expect(ids.count { $0 == id } == 1, "\(id)") }
    }

    @Test("an older page of a list stays as it is", arguments: ["/findings?cursor=0", "/deliveries?cursor=1&follow=1"])
    func older(path: String) async throws {
        let page = try await ConsoleHarness().send(.get, path)
        #expect(page.status == 200 && page.body.contains("sse-connect") == false)
        #expect(page.body.contains("http-equiv") == false)
    }

    @Test("only where no scripts run a page that follows reloads itself")
    func reloads() async throws {
        let page = try await ConsoleHarness().send(.get, "/deliveries?follow=1")
        #expect(page.body.contains(#"<noscript><meta http-equiv="refresh" content="5"></noscript>"#))
        #expect(page.headers[HTTPField.Name(constant: "Refresh")] == nil)
        #expect(try await ConsoleHarness().send(.get, "/deliveries").body.contains("http-equiv") == false)
    }

    @Test("nobody listens who is not signed in, and no script is led to another page")
    func signedOut() async throws {
        let harness = harness()
        #expect(try await harness.send(.get, "/stream?topics=overview").status == 401)
        let headers: HTTPFields = [.htmxRequest: "true"]
        #expect(try await harness.send(.get, "/", headers: headers).status == 401)
        #expect(try await harness.send(.get, "/").status == 303)
    }

    @Test("what cannot be listened to is refused in words", arguments: ["", "?topics=all", "?topics=replay:"])
    func unknownTopics(query: String) async throws {
        #expect(try await ConsoleHarness().send(.get, "/stream\(query)").status == 400)
    }

    @Test("a page that only follows does not keep its session open")
    func idle() async throws {
        let harness = harness()
        let cookie = try await signIn(harness)
        var script = cookie
        script[.htmxRequest] = "true"
        script[.htmxTrigger] = "live"
        for _ in 0..<3 {
            harness.clock.pass(590)
            #expect(try await harness.send(.get, "/", headers: script).status == 200)
        }
        harness.clock.pass(31)
        #expect(try await harness.send(.get, "/", headers: script).status == 401)
        #expect(try await harness.send(.get, "/", headers: cookie).status == 303)
    }

    @Test("dead deliveries are counted before they are sent again, and sent only if there are still so many")
    func redrive() async throws {
        let harness = harness()
        let headers = try await signIn(harness, "r")
        let page = try await harness.send(.get, "/deliveries/redrive?q=to%3Asecops", headers: headers)
        #expect(page.body.contains("1 dead delivery") && page.body.contains(#"name="expect" value="1""#))
        #expect(page.body.contains("the oldest queued <time"))
        let proof = try #require(page.formToken)
        func post(_ expect: String, _ query: String = "to:secops") async throws -> ConsoleHarness.Answer {
            try await harness.send(
                .post,
                "/deliveries/redrive",
                headers: headers,
                form: [("_csrf", proof), ("q", query), ("expect", expect)]
            )
        }
        let refused = try await post("12")
        #expect(refused.status == 409)
        #expect(refused.body.contains("nothing was sent again") && refused.body.contains(#"name="expect" value="1""#))
        #expect(try await post("x").status == 400)
        #expect(try await post("1", "nonsense:1").status == 400)
        let sent = try await post("1")
        #expect(sent.status == 303 && sent.headers[.location] == "/deliveries")
        let asked = harness.roles.state.withLock { $0.redrive }
        #expect(asked?.dryRun == false && asked?.filter.destination == "secops")
    }

    @Test("everybody sees who is signed in, and ends what they may")
    func sessions() async throws {
        let harness = harness()
        let (mina, rui) = (try await signIn(harness), try await signIn(harness, "r"))
        // What the console keeps is what the operation lists.
        harness.roles.state.withLock { $0.sessions = Array(harness.sessions.records.withLock { $0.values }) }
        let page = try await harness.send(.get, "/sessions", headers: rui)
        #expect(page.body.contains("mina") && page.body.contains("you, here"))
        for record in harness.sessions.records.withLock({ $0.values }) {
            #expect(
                page.body.contains(record.id.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()) == false
            )
        }
        let all = try await harness.send(.get, "/sessions", headers: mina)
        let handles = all.body.matches(of: /name="session" value="([0-9a-f]{16})"/).map { String($0.1) }
        #expect(handles.count == 2)
        let offered = page.body.matches(of: /name="session" value="([0-9a-f]{16})"/).map { String($0.1) }
        #expect(offered.count == 1)
        let other = try #require(handles.first { $0 != offered[0] })
        func end(_ headers: HTTPFields, _ page: ConsoleHarness.Answer, _ field: (String, String)) async throws -> Int {
            let proof = try #require(page.formToken)
            return try await harness.send(.post, "/sessions/end", headers: headers, form: [("_csrf", proof), field])
                .status
        }
        var reading = harness
        reading.mode = .readOnly
        let off = try await reading.send(.get, "/sessions", headers: rui).body
        #expect(
            off.contains("The console only reads")
                && off.contains(#"<fieldset class="off" disabled><button class="b sm">End"#)
        )
        #expect(try await end(rui, page, ("session", other)) == 403)
        #expect(try await end(rui, page, ("of", "everybody")) == 403)
        #expect(try await end(mina, all, ("of", "everybody")) == 303)
        #expect(harness.roles.state.withLock { $0.sessions.map(\.token) } == ["token.mina"])
    }
}
