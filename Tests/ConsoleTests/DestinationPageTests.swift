import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Routing
import Store
import Synchronization
import Testing

@testable import Console
@testable import NoroshiTestSupport

@Suite("The page of a destination")
struct DestinationPageTests {
    private let mail = """
        {"version": 1, "email": {"host": "mail.example.com", "from": "noroshi@example.com"},
         "destinations": {"team": {"type": "email", "to": ["a@example.com"]}}, "rules": []}
        """

    @Test("it shows the message as Slack would, and what is posted")
    func slack() async throws {
        let body = try await ConsoleHarness().send(.get, "/destinations/secops?form=resolved").body
        #expect(body.contains(#"<div class="slack">"#) && body.contains("What is posted"))
        #expect(body.contains(#"aria-current="true">resolved"#))
    }

    @Test("a finding that nobody knows is said, what was typed stays, and the last seen is shown")
    func unknown() async throws {
        var harness = ConsoleHarness()
        harness.roles = FakeRoles(Example.state)
        let body = try await harness.send(.get, "/destinations/secops?finding=%22%3E%3Cb%3Ex").body
        #expect(body.contains(#"value="&quot;&gt;&lt;b&gt;x""#) && body.contains(#"aria-describedby="finding-error""#))
        #expect(body.contains(#"<div class="slack">"#))
    }

    @Test("a mail stands in a frame that runs and loads nothing")
    func mailFrame() async throws {
        var harness = ConsoleHarness()
        harness.rules = mail
        harness.roles.state.withLock { state in
            state.lanes = [LaneStatus(destination: "team", type: "email", lane: "1", state: .open)]
        }
        let page = try await harness.send(.get, "/destinations/team")
        #expect(page.body.contains(#"<iframe class="mail-frame" sandbox"#))
        #expect(page.headers[.contentSecurityPolicy]?.contains("frame-src 'self'") == true)
        let frame = try await harness.send(.get, "/destinations/team/mail?form=one")
        #expect(frame.status == 200 && frame.body.hasPrefix("<!DOCTYPE html>"))
        #expect(frame.headers[.contentSecurityPolicy]?.hasPrefix("sandbox; default-src 'none'") == true)
        #expect(try await ConsoleHarness().send(.get, "/destinations/secops/mail").status == 404)
    }

    @Test("whoever may respond sends a test and reads what became of it")
    func test() async throws {
        let editor = try await EditorHarness()
        let page = try await editor.get("/destinations/secops")
        #expect(page.body.contains("Send a test message"))
        let answer = try await editor.post("/destinations/secops/test", [])
        #expect(answer.status == 200 && answer.body.contains("The test was delivered."))
        editor.harness.roles.state.withLock { $0.trialFailure = "404 <no_service>" }
        let failed = try await editor.post("/destinations/secops/test", [])
        #expect(failed.body.contains("The test was not delivered.") && failed.body.contains("404 &lt;no_service&gt;"))
    }

    @Test(
        "it says how the tries of late went, what of the rate is used, and what a pause would keep from whom",
        arguments: ["/destinations", "/destinations/secops"]
    )
    func recent(path: String) async throws {
        let harness = ConsoleHarness()
        harness.roles.state.withLock { state in
            state.lanes = [
                LaneStatus(
                    destination: "secops",
                    type: "slack",
                    lane: "1f",
                    state: .open,
                    recent: RecentDeliveries(
                        delivered: 1_201,
                        atFirstTry: 1_200,
                        triesInMinute: 18,
                        since: Example.now - 90_000
                    )
                )
            ]
            state.backlog = [DestinationBacklog(destination: "secops", pending: 3, critical: 2)]
        }
        let body = try await harness.send(.get, path).body
        // Never 100 % where a try failed.
        #expect(body.contains("99.9 % at the first try") && body.contains("0.3 of 1 in 1 s"))
        #expect(body.contains("<b>2 CRITICAL messages</b> wait now"))
    }

    @Test(
        "who paused a destination, when and why is told where it is shown",
        arguments: ["/destinations", "/destinations/secops"]
    )
    func paused(path: String) async throws {
        let harness = ConsoleHarness()
        func body(by author: String?) async throws -> String {
            let pause = DestinationPause(
                destination: "secops",
                reason: "SIEM <b>",
                author: author,
                pausedAt: Example.now
            )
            harness.roles.state.withLock { state in
                state.lanes = [
                    LaneStatus(
                        destination: "secops",
                        type: "slack",
                        lane: "1f",
                        state: .paused,
                        reason: pause.reason,
                        pause: pause
                    )
                ]
            }
            return try await harness.send(.get, path).body
        }
        let known = try await body(by: "console:token.kenji")
        #expect(known.contains("SIEM &lt;b&gt;") && known.contains("by kenji, <time"))
        let unknown = try await body(by: nil)
        #expect(unknown.contains("SIEM &lt;b&gt;") && unknown.contains("by , ") == false && unknown != known)
    }

    @Test("a viewer looks, and can neither send nor pause")
    func viewer() async throws {
        let harness = ConsoleHarness(
            credentials: Credentials(tokens: [(name: "token.v", secret: "v")], roles: ["token.v": .viewer])
        )
        let headers: HTTPFields = [.authorization: "Bearer v"]
        let body = try await harness.send(.get, "/destinations/secops", headers: headers).body
        let on = body.replacing(/<fieldset class="off" disabled.*?<\/fieldset>/.dotMatchesNewlines(), with: "")
        #expect(on.contains("Send a test message") == false && body.contains("Send a test message</button></fieldset>"))
        #expect(body.contains("What its messages look like"))
        let answer = try await harness.send(.post, "/destinations/secops/test", headers: headers, form: [])
        #expect(answer.status == 403 && harness.roles.state.withLock { $0.tried.isEmpty })
    }

    @Test("a destination that nobody knows is not found")
    func notFound() async throws {
        #expect(try await ConsoleHarness().send(.get, "/destinations/nowhere").status == 404)
    }
}
