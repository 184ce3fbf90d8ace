import Findings
import FoundationEssentials
import HTTPAPI
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Operations
import Store
import Synchronization
import Testing

@Suite("Drafts over the API")
struct DraftRoutesTests {
    private struct Reply {
        var status: Int
        var tag: String?
        var location: String?
        var text: String
        var json: JSON

        func number(_ name: String) -> Int? { json[name]?.integer }
    }

    private struct Asker: Sendable {
        let client: any TestClientProtocol
        var token = "ana"

        func callAsFunction(
            _ method: HTTPRequest.Method,
            _ path: String,
            _ body: String? = nil,
            if tag: String? = nil
        ) async throws -> Reply {
            var headers: HTTPFields = [.authorization: "Bearer \(token)"]
            if body != nil { headers[.contentType] = "application/json" }
            if let tag { headers[.ifMatch] = tag }
            let response = try await client.execute(
                uri: "/api/v1/\(path)",
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            )
            let text = String(buffer: response.body)
            return Reply(
                status: Int(response.status.code),
                tag: response.headers[.eTag],
                location: response.headers[.location],
                text: text,
                json: try JSONDocument.parse(text.hasPrefix("{") ? text : "{}")
            )
        }
    }

    /// A service with version 1 of the example's rules in force, asked by two people.
    private func with(
        _ keeping: RouteKeeping = .store,
        _ body: @escaping @Sendable (FakeRoles, Asker, Asker) async throws -> Void
    ) async throws {
        let roles = FakeRoles(Example.state)
        roles.state.withLock { state in
            state.keeping = keeping
            state.revisions = []
        }
        _ = try await roles.activate(Array(Example.routes.utf8), Activation(author: "file"), now: Example.now)
        let credentials = Credentials(
            tokens: [(name: "token.ana", secret: "ana"), (name: "token.bo", secret: "bo")]
        )
        try await Example.app(roles, credentials: credentials, readiness: Readiness()).test(.router) { client in
            try await body(roles, Asker(client: client), Asker(client: client, token: "bo"))
        }
    }

    private static let off = #"{"ops": [{"op": "set", "pointer": "/rules/0/enabled", "value": false}]}"#
    private static let unmeasured = #""acknowledge": {"unmeasured": true}"#

    @Test("a preview says what the draft, or a text in its place, would change, and changes nothing")
    func preview() async throws {
        try await with { _, ana, bo in
            #expect(try await ana(.post, "drafts/d1/preview").status == 404)
            let draft = try await ana(.post, "drafts")
            let same = try await ana(.post, "drafts/d1/preview", #"{"rule": "severe"}"#)
            #expect(same.status == 200 && same.number("observations") ?? 0 > 0)
            #expect(same.json["rule"]?["lost"]?.integer == 0 && same.json["sentence"]?.string?.isEmpty == false)
            let text = JSONValue.string(Example.routes.replacing(">=high", with: ">=critical")).text
            let other = try await bo(.post, "drafts/d1/preview", #"{"rule": "severe", "text": \#(text)}"#)
            #expect(other.json["rule"]?["lost"]?.integer == 2)
            #expect(other.json["classes"]?.elements.first?["findings"]?.integer == 2)
            #expect(try await ana(.get, "drafts/d1").tag == draft.tag)
            let bad = try await ana(.post, "drafts/d1/preview", #"{"text": "{}"}"#)
            #expect(bad.status == 422 && bad.text.contains("version"))
            let unknown = try await ana(.post, "drafts/d1/preview", #"{"rule": "sever"}"#)
            #expect((400..<500).contains(unknown.status) && unknown.text.contains("severe"))
        }
    }

    @Test("findings are explained, and the past is replayed, under a draft as it is now")
    func asked() async throws {
        try await with { _, ana, bo in
            let event = Example.event
            #expect(try await ana(.post, "explain?draft=d1", event).status == 404)
            let draft = try await ana(.post, "drafts")
            let before = try await bo(.post, "explain?draft=d1", event)
            #expect(before.json["draft"]?.string == "d1" && before.json["version"] == nil)
            func verdicts(_ reply: Reply) -> [Bool] {
                reply.json["explanations"]?.elements.map { $0["destinations"]?.elements.isEmpty == false } ?? []
            }
            #expect(verdicts(before) == [false, true])
            _ = try await ana(.patch, "drafts/d1", Self.off, if: draft.tag)
            #expect(try await verdicts(bo(.post, "explain?draft=d1", event)) == [false, false])
            #expect(try await verdicts(bo(.post, "explain", event)) == [false, true])
            #expect(try await verdicts(bo(.post, "explain?severity=CRITICAL", event)) == [true, true])
            #expect(try await verdicts(bo(.post, "explain?finding=f1&severity=LOW")) == [false])
            #expect(try await bo(.post, "explain?draft=d1&version=1", event).status == 400)
            #expect(try await bo(.post, "explain?severity=huge", event).status == 400)
            #expect(try await bo(.post, "explain?as=fields&severity=LOW", #"{"severity": "HIGH"}"#).status == 400)
            let replay = try await bo(.post, "replays", #"{"draft": "d1"}"#)
            #expect(replay.status == 202 && replay.json["candidate"]?.integer == nil)
            let text = JSONValue.string(try await ana(.get, "drafts/d1").json["text"]?.string ?? "").text
            #expect(try await bo(.post, "replays", #"{"text": \#(text)}"#).location == replay.location)
            #expect(try await bo(.post, "replays", #"{"draft": "d9"}"#).status == 422)
            #expect(try await bo(.post, "replays", #"{"draft": "d1", "version": 1}"#).status == 400)
        }
    }

    @Test("a draft is begun, edited, taken back, and put in force as a version with a note")
    func whole() async throws {
        try await with { roles, ana, _ in
            let begun = try await ana(.post, "drafts")
            #expect(begun.status == 201 && begun.location == "/api/v1/drafts/d1")
            #expect(begun.json["text"]?.string == Example.routes)
            let edited = try await ana(.patch, "drafts/d1", Self.off, if: begun.tag)
            #expect(edited.status == 200 && edited.json["summary"]?.string == "1 rule changed")
            #expect(
                edited.json["text"]?.string
                    == Example.routes.replacing("[\"secops\"]}", with: "[\"secops\"], \"enabled\": false}")
            )
            let undone = try await ana(.post, "drafts/d1/undo", if: edited.tag)
            #expect(undone.json["text"]?.string == Example.routes && undone.number("steps") == 0)
            let again = try await ana(.patch, "drafts/d1", Self.off, if: undone.tag)
            let patch = try await ana(.get, "drafts/d1/patch")
            #expect(patch.text.hasPrefix("--- a/routes.json\n+++ b/routes.json\n@@ -1,2 +1,2 @@\n"))
            let active = try await ana(.get, "routes")
            let body =
                #"{"note": "audit week", "draftETag": \#(JSONValue.string(again.tag ?? "").text), \#(Self.unmeasured)}"#
            let published = try await ana(.post, "drafts/d1/publish", body, if: active.tag)
            #expect(published.status == 201 && published.number("version") == 2)
            #expect(published.json["note"]?.string == "audit week" && published.json["origin"]?.string == "api")
            #expect(published.json["author"]?.string == "api:token.ana" && published.number("parent") == 1)
            #expect(try await ana(.get, "drafts/d1").status == 404)
            let entries = try await ana(.get, "audit").json["items"]?.elements ?? []
            #expect(
                entries.map { $0["action"]?.string }
                    == ["routes.publish", "draft.edit", "draft.undo", "draft.edit", "draft.create"]
            )
            #expect(entries.first?["note"]?.string == "audit week")
            #expect(roles.state.withLock { $0.drafts.isEmpty })
        }
    }

    @Test("what was seen has to be named, and be so still")
    func conditions() async throws {
        try await with { _, ana, bo in
            let draft = try await ana(.post, "drafts")
            let active = try await ana(.get, "routes").tag
            for (method, path, body) in [
                (HTTPRequest.Method.patch, "drafts/d1", Self.off), (.put, "drafts/d1", Example.routes),
                (.delete, "drafts/d1", nil), (.post, "drafts/d1/undo", nil), (.post, "drafts/d1/take-over", nil),
                (.post, "drafts/d1/merge", nil), (.put, "routes?note=x", Example.routes),
                (.post, "drafts/d1/publish", #"{"note": "x", "draftETag": "x"}"#),
                (.post, "routes/versions/1/rollback", nil),
            ] as [(HTTPRequest.Method, String, String?)] {
                #expect(try await ana(method, path, body).status == 428, "\(method) \(path)")
                #expect(try await ana(method, path, body, if: "\"other\"").status == 412, "\(method) \(path)")
            }
            _ = try await ana(.patch, "drafts/d1", Self.off, if: draft.tag)
            #expect(try await ana(.patch, "drafts/d1", Self.off, if: draft.tag).status == 412)
            let stale = #"{"note": "x", "draftETag": \#(JSONValue.string(draft.tag ?? "").text), \#(Self.unmeasured)}"#
            #expect(try await ana(.post, "drafts/d1/publish", stale, if: active).status == 412)
            let exists = try await ana(.post, "drafts")
            #expect(exists.status == 409 && exists.json["draft"]?.string == "/api/v1/drafts/d1")
            #expect(try await bo(.post, "drafts").status == 201)
        }
    }

    @Test("nobody publishes unmeasured or without a note by accident")
    func acknowledged() async throws {
        try await with { _, ana, _ in
            let draft = try await ana(.post, "drafts")
            let active = try await ana(.get, "routes").tag
            func publish(_ members: String) async throws -> Reply {
                let tag = JSONValue.string(draft.tag ?? "").text
                return try await ana(.post, "drafts/d1/publish", #"{"draftETag": \#(tag), \#(members)}"#, if: active)
            }
            let asked = try await publish(#""note": "why""#)
            #expect(asked.status == 409 && asked.json["measured"]?.bool == false)
            for note in ["  ", String(repeating: "n", count: 501)] {
                #expect(try await publish(#""note": "\#(note)", \#(Self.unmeasured)"#).status == 400)
            }
            let odd = try await publish(#""note": "why", "acknowledge": {"everything": true}"#)
            #expect(odd.status == 400 && odd.text.contains("unmeasured"))
        }
    }

    /// The example's rules, held to something that is so and something that is not.
    private static let expecting =
        String(Example.routes.dropLast()) + #"""
            , "expectations": [
             {"name": "low is told, too", "finding": {"severity": "LOW"}, "to": ["secops"]},
             {"name": "severe is told", "finding": {"severity": "HIGH"}, "to": ["secops"], "rule": "severe"},
             {"name": "from a file", "example": "a.json", "suppressed": false},
             {"name": "<b>, \u202e", "finding": {"severity": "HIGH"}, "suppressed": true}]}
            """#

    @Test("a broken expectation stops a publish until it is acknowledged by its name, which the audit keeps")
    func expectations() async throws {
        try await with { _, ana, _ in
            let begun = try await ana(.post, "drafts")
            #expect(begun.json["expectations"]?["summary"]?.string == "0 expectations hold")
            let draft = try await ana(.put, "drafts/d1", Self.expecting, if: begun.tag)
            let found = try #require(draft.json["expectations"])
            #expect(found["held"]?.integer == 1 && found["broken"]?.integer == 2 && found["notRun"]?.integer == 1)
            #expect(
                found["items"]?.elements.map { $0["outcome"]?.string } == ["broken", "held", "not_run", "broken"]
            )
            #expect(found["items"]?.elements.last?["rule"]?.string == "severe")
            let named = try await ana(.get, "routes/expectations?of=d1")
            #expect(named.status == 200 && named.json["summary"] != nil && named.json["of"]?.string == "d1")
            #expect(try await ana(.get, "routes/expectations").json["items"]?.elements.isEmpty == true)
            #expect(try await ana(.get, "routes/expectations?of=v9").status == 404)

            let active = try await ana(.get, "routes").tag
            let tag = JSONValue.string(draft.tag ?? "").text
            func publish(_ names: String) async throws -> Reply {
                let acknowledged = #"{"unmeasured": true, "expectations": \#(names)}"#
                let body = #"{"draftETag": \#(tag), "note": "why", "acknowledge": \#(acknowledged)}"#
                return try await ana(.post, "drafts/d1/publish", body, if: active)
            }
            for names in ["[]", #"["low is told, too", "severe is told"]"#] {
                let refused = try await publish(names)
                #expect(refused.status == 409 && refused.json["measured"]?.bool == false)
                #expect(
                    refused.json["expectations"]?.elements.map(\.string) == ["low is told, too", "<b>, \u{202E}"]
                )
                #expect(
                    refused.json["errors"]?.elements.first?["detail"]?.string
                        == "“low is told, too”: expected to tell secops, but no rule took it, and there is no fallback; "
                        + "rule “severe” does not match: severity is LOW, the rule wants >=high"
                )
                #expect(refused.json["errors"]?.elements.last?["pointer"]?.string == "/expectations/3")
            }
            #expect(try await publish(#""low is told, too""#).status == 400)
            #expect(try await publish("[1]").status == 400)
            let done = try await publish(#"["low is told, too", "<b>, \u202e", "nothing of the name"]"#)
            #expect(done.status == 201)
            let entry = try await ana(.get, "audit").json["items"]?.elements.first
            let words = entry?["after"]?.string ?? ""
            #expect(words.hasPrefix("expectation new: low is told, too, severe is told, from a file, <b>"))
            #expect(
                words.hasSuffix(
                    "; acknowledged that these expectations do not hold: “low is told, too”, “<b>, \\u{202e}”"
                )
            )
        }
    }

    @Test(
        "automation and rollbacks acknowledge broken expectations by their names, too",
        arguments: [
            RouteKeeping.store, .writableFile,
        ]
    )
    func expectationsOfTexts(keeping: RouteKeeping) async throws {
        try await with(keeping) { _, ana, _ in
            let first = try await ana(.get, "routes").tag
            let refused = try await ana(.put, "routes?note=x", Self.expecting, if: first)
            #expect(refused.status == 409 && refused.json["expectations"]?.elements.count == 2)
            #expect(refused.json["measured"]?.bool == true)
            let one = "routes?note=x&acknowledge=\("low is told, too".percentEncoded)"
            #expect(try await ana(.put, one, Self.expecting, if: first).status == 409)
            let names = JSONValue.array(["low is told, too", "<b>, \u{202E}"]).text
            let both = "routes?note=x&acknowledge=\(names.percentEncoded)"
            #expect(try await ana(.put, both, Self.expecting, if: first).status == 200)
            #expect(try await ana(.put, "routes?note=x&acknowledge=%5B1", Example.routes, if: "*").status == 400)
            #expect(try await ana(.put, "routes?note=back", Example.routes, if: "*").status == 200)
            let unnamed = #"{\#(Self.unmeasured)}"#
            let stopped = try await ana(.post, "routes/versions/2/rollback", unnamed, if: "*")
            #expect(stopped.status == 409 && stopped.json["expectations"]?.elements.count == 2)
            let named = #"{"acknowledge": {"unmeasured": true, "expectations": \#(names)}}"#
            #expect(try await ana(.post, "routes/versions/2/rollback", named, if: "*").status == 201)
        }
    }

    @Test("rules kept in a file are proposed and not published")
    func file() async throws {
        try await with(.file) { _, ana, _ in
            let draft = try await ana(.post, "drafts")
            let active = try await ana(.get, "routes").tag
            let body = #"{"note": "x", "draftETag": \#(JSONValue.string(draft.tag ?? "").text), \#(Self.unmeasured)}"#
            for (method, path, body) in [
                (HTTPRequest.Method.post, "drafts/d1/publish", body), (.put, "routes?note=x", Example.routes),
                (.post, "routes/versions/1/rollback", "{}"),
            ] {
                let refused = try await ana(method, path, body, if: active)
                #expect(refused.status == 403 && refused.text.contains("--routes-writable"), "\(path)")
            }
        }
    }

    @Test("a draft is proposed with a note to whoever keeps the file", arguments: [RouteKeeping.file, .writableFile])
    func proposed(keeping: RouteKeeping) async throws {
        try await with(keeping) { roles, ana, _ in
            let draft = try await ana(.post, "drafts")
            #expect(draft.json["proposal"] == nil)
            #expect(try await ana(.post, "drafts/d1/propose", #"{"note": "why"}"#).status == 428)
            #expect(try await ana(.post, "drafts/d1/propose", "{}", if: draft.tag).status == 400)
            let long = String(repeating: "x", count: 501)
            #expect(try await ana(.post, "drafts/d1/propose", #"{"note": "\#(long)"}"#, if: draft.tag).status == 400)
            let proposed = try await ana(.post, "drafts/d1/propose", #"{"note": " why "}"#, if: draft.tag)
            #expect(proposed.status == 200 && proposed.json["proposal"]?.string == "why")
            #expect(try await ana(.post, "drafts/d1/propose", #"{"note": "x"}"#, if: draft.tag).status == 412)
            #expect(try await ana(.get, "drafts/d1").json["proposal"]?.string == "why")
            let entry = try await roles.audit(AuditFilter(), page: Page()).items.first?.entry
            #expect(entry?.action == "draft.propose" && entry?.note == "why")
        }
    }

    @Test("the rules file as it lies there is compared with versions and drafts")
    func compared() async throws {
        try await with { roles, ana, _ in
            #expect(try await ana(.get, "routes/diff?from=1&to=file").status == 404)
            roles.state.withLock { $0.file = Array(Example.routes.utf8) }
            let same = try await ana(.get, "routes/diff?from=active&to=file")
            #expect(same.status == 200 && same.json["changes"]?.elements.isEmpty == true)
            roles.state.withLock { $0.file = Array("{".utf8) }
            #expect(try await ana(.get, "routes/diff?from=file&to=1").status == 422)
        }
    }

    @Test("where no file is read, nothing is proposed")
    func nothingToPropose() async throws {
        try await with { _, ana, _ in
            let draft = try await ana(.post, "drafts")
            let refused = try await ana(.post, "drafts/d1/propose", #"{"note": "why"}"#, if: draft.tag)
            #expect(refused.status == 409 && refused.text.contains("publish the draft"))
        }
    }

    @Test("a text that does not load is refused with every error at its place, and changes nothing")
    func unusable() async throws {
        try await with { _, ana, _ in
            let draft = try await ana(.post, "drafts")
            let text = Example.routes.replacing("severity", with: "severty").replacing(
                "\"send\": [\"secops\"]",
                with: "\"send\": [\"secop\"]"
            )
            let refused = try await ana(.put, "drafts/d1", text, if: draft.tag)
            #expect(refused.status == 422)
            let errors = refused.json["errors"]?.elements ?? []
            #expect(errors.compactMap { $0["nearest"]?.string } == ["severity", "secops"])
            #expect(errors.allSatisfy { $0["line"]?.integer == 2 && $0["pointer"] != nil })
            #expect(try await ana(.get, "drafts/d1").tag == draft.tag)
            let edit = #"{"ops": [{"op": "set", "pointer": "/rules/0/send", "value": ["secop"]}]}"#
            #expect(try await ana(.patch, "drafts/d1", edit, if: draft.tag).status == 422)
            let nowhere = #"{"ops": [{"op": "remove", "pointer": "/rules/7"}]}"#
            #expect(try await ana(.patch, "drafts/d1", nowhere, if: draft.tag).status == 409)
        }
    }

    @Test("after somebody else has published, the draft is put onto that first, and both edits are in it")
    func behind() async throws {
        try await with { _, ana, bo in
            let mine = try await ana(.post, "drafts")
            let edited = try await ana(.patch, "drafts/d1", Self.off, if: mine.tag)
            let active = try await bo(.get, "routes").tag
            let theirs = Example.routes.replacing(">=high", with: "critical")
            let published = try await bo(.put, "routes?note=only%20critical", theirs, if: active)
            #expect(published.status == 200 && published.number("version") == 2)
            let body = #"{"note": "x", "draftETag": \#(JSONValue.string(edited.tag ?? "").text), \#(Self.unmeasured)}"#
            let refused = try await ana(.post, "drafts/d1/publish", body, if: published.tag)
            #expect(refused.status == 412 && refused.json["merge"]?.string == "/api/v1/drafts/d1/merge")
            let merged = try await ana(.post, "drafts/d1/merge", if: edited.tag)
            #expect(merged.status == 200 && merged.json["draft"]?["base"]?.integer == 2)
            let text = merged.json["draft"]?["text"]?.string ?? ""
            #expect(text.contains("critical") && text.contains("\"enabled\": false"))
        }
    }

    @Test("what both changed is decided by its pointer")
    func conflict() async throws {
        try await with { _, ana, bo in
            let mine = try await ana(.post, "drafts")
            let edit = #"{"ops": [{"op": "set", "pointer": "/rules/0/when/severity", "value": "low"}]}"#
            let edited = try await ana(.patch, "drafts/d1", edit, if: mine.tag)
            let theirs = Example.routes.replacing(">=high", with: "critical")
            _ = try await bo(.put, "routes?note=x", theirs, if: try await bo(.get, "routes").tag)
            let open = try await ana(.post, "drafts/d1/merge", if: edited.tag)
            #expect(open.status == 409)
            let conflict = open.json["conflicts"]?.elements.first
            #expect(conflict?["pointer"]?.string == "/rules/severe/when/severity")
            #expect(conflict?["mine"]?.string == "low" && conflict?["theirs"]?.string == "critical")
            let choice = #"{"onto": 2, "choices": {"/rules/severe/when/severity": "mine"}}"#
            let decided = try await ana(.post, "drafts/d1/merge", choice, if: edited.tag)
            #expect(decided.status == 200 && decided.json["draft"]?["text"]?.string?.contains("\"low\"") == true)
            let other = try await ana(.post, "drafts/d1/merge", #"{"onto": 9}"#, if: decided.tag)
            #expect(other.status == 412)
        }
    }

    @Test("an earlier version comes back as a new one, and versions and drafts are compared by name")
    func rollback() async throws {
        try await with { _, ana, _ in
            let first = try await ana(.get, "routes").tag
            let changed = Example.routes.replacing(">=high", with: "critical")
            let second = try await ana(.put, "routes?note=x", changed, if: first)
            let diff = try await ana(.get, "routes/diff?from=1&to=active")
            #expect(diff.json["changes"]?.elements.first?["name"]?.string == "severe")
            let body = "{\(Self.unmeasured)}"
            let back = try await ana(.post, "routes/versions/1/rollback", body, if: second.tag)
            #expect(back.status == 201 && back.number("version") == 3)
            #expect(back.json["note"]?.string == "Roll back to v1")
            #expect(try await ana(.get, "routes/diff?from=v1&to=3").json["changes"]?.elements.isEmpty == true)
            #expect(try await ana(.post, "routes/versions/9/rollback", body, if: back.tag).status == 404)
            #expect(try await ana(.get, "routes/diff?from=1").status == 400)
            #expect(try await ana(.get, "routes/diff?from=1&to=77").status == 404)
        }
    }

    @Test("a colleague's draft can be read and taken over")
    func takeOver() async throws {
        try await with { _, ana, bo in
            let draft = try await ana(.post, "drafts")
            #expect(try await bo(.get, "drafts").json["items"]?.elements.first?["owner"]?.string == "token.ana")
            let taken = try await bo(.post, "drafts/d1/take-over", if: draft.tag)
            #expect(taken.status == 200 && taken.json["owner"]?.string == "token.bo")
            #expect(try await ana(.post, "drafts").status == 201)
            let gone = try await bo(.delete, "drafts/d1", if: taken.tag)
            #expect(gone.status == 204)
            #expect(try await bo(.get, "drafts/d1").status == 404)
        }
    }
}
