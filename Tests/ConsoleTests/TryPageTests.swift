import Findings
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Synchronization
import Testing

@testable import Console

@Suite("Try it")
struct TryPageTests {
    private let asff =
        #"{"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"p","AwsAccountId":"1","Severity":{"Label":"HIGH"},"Title":"t<b>"}"#

    @Test("a stored finding, a pasted event and some fields are led through the rules")
    func ways() async throws {
        let harness = ConsoleHarness()
        let token = try #require(try await harness.send(.get, "/try?as=event").formToken)
        let stored = try await harness.send(.get, "/try?finding=f1")
        let picked = try await harness.send(.get, "/try?as=finding&finding=&pick=f1")
        let fields = try await harness.send(.get, "/try?as=fields&severity=HIGH&account=111122223333")
        let pasted = try await harness.send(
            .post,
            "/try",
            headers: .ownForm,
            form: [("as", "event"), ("event", asff), ("at", "2026-12-05 04:00"), ("_csrf", token)]
        )
        for answer in [stored, picked, fields, pasted] {
            #expect(answer.status == 200 && answer.body.contains("Told at one destination"), "\(answer.body)")
            #expect(answer.body.contains("<b>secops</b>") && answer.body.contains("at once"))
        }
        #expect(pasted.body.contains("t&lt;b&gt;"))
        #expect(fields.body.contains("No event is at hand"))
        #expect(harness.roles.state.withLock { $0.accepted.isEmpty })
    }

    @Test("a draft can be asked beside the rules in force, and what a finding were with another severity")
    func beside() async throws {
        let editor = try await EditorHarness()
        let fields = "as=fields&severity=HIGH&account=999988887777"
        #expect(try await editor.get("/try?\(fields)&by=draft").body.contains("You have no draft"))
        #expect(try await editor.get("/try").body.contains("side by side") == false)
        _ = try await editor.post("/rules", [("do", "off high")])
        let both = try await editor.get("/try?\(fields)&by=both").body
        #expect(both.contains("by v1") && both.contains("by draft d1") && both.contains("decides otherwise"))
        let draft = try await editor.get("/try?\(fields)&by=draft").body
        #expect(draft.contains("by draft d1") && draft.contains("by v1") == false)
        #expect(draft.contains(#"<option value="draft" selected>"#))
        let same = try await editor.get("/try?as=fields&severity=LOW&by=both").body
        #expect(same.contains("decides as the rules in force do"))
        let asItIs = try await ConsoleHarness().send(.get, "/try?finding=f1").body
        let supposed = try await ConsoleHarness().send(.get, "/try?finding=f1&supposed=LOW").body
        #expect(asItIs.contains("Told at one destination") && supposed.contains("Reaches nobody"))
        #expect(supposed.contains(#"<option value="LOW" selected>"#))
    }

    @Test(
        "what cannot be asked is said beside the form",
        arguments: [
            ("/try?finding=nothing", "no finding"), ("/try?finding=f1&at=tomorrow", "moment such as"),
            ("/try?finding=f1&version=99", "no version 99"), ("/try?finding=f1&version=x", "number of one"),
            ("/try?as=fields&fields=%7B", "could not be read"),
            ("/try?as=fields&fields=%7B%22sevrity%22:%22HIGH%22%7D", "did you mean &quot;severity&quot;"),
        ]
    )
    func mistakes(path: String, words: String) async throws {
        let answer = try await ConsoleHarness().send(.get, path)
        #expect(answer.status == 200 && answer.body.contains(words), "\(answer.body)")
    }

    @Test("a viewer may ask, and also where the console only reads; another's page may not")
    func whoAsks() async throws {
        let harness = ConsoleHarness(
            credentials: Credentials(tokens: [(name: "token.v", secret: "v")], roles: ["token.v": .viewer]),
            mode: .readOnly
        )
        let entry = try await harness.send(.post, "/sign-in", headers: .ownForm, form: [("token", "v")])
        var headers = HTTPFields.ownForm
        headers[.cookie] = entry.cookie
        let token = try #require(try await harness.send(.get, "/try?as=event", headers: headers).formToken)
        let form = [("as", "event"), ("event", asff), ("_csrf", token)]
        #expect(try await harness.send(.post, "/try", headers: headers, form: form).status == 200)
        headers[.secFetchSite] = "cross-site"
        #expect(try await harness.send(.post, "/try", headers: headers, form: form).status == 403)
    }
}
