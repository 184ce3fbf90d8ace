import Findings
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing

@Suite("API of silences")
struct SilenceRoutesTests {
    private let roles: FakeRoles

    init() throws { roles = try Example.roles() }

    private struct Reply {
        var status: Int
        var headers: HTTPFields
        var json: JSON
    }

    private func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> Reply {
        try await Example.app(roles).test(.router) { client in
            let response = try await client.execute(
                uri: "/api/v1/silences\(path)",
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            )
            let text = String(buffer: response.body)
            return Reply(
                status: Int(response.status.code),
                headers: response.headers,
                json: try JSONDocument.parse(text.isEmpty ? "{}" : text)
            )
        }
    }

    private func body(_ when: String = #"{"account": "1111*"}"#, _ more: String = "") -> String {
        """
        {"when": \(when), "owner": "Ana", "reason": "being moved", "endsAt": "2026-09-22T00:00:00Z"\(more)}
        """
    }

    private func hides(_ finding: Finding = .example()) throws -> Bool {
        let document = try RouteDocument.parse(Array(Example.routes.utf8), file: "routes.json").document
        let observation = Observation(finding: finding, event: try JSONDocument.parse("{}"))
        return roles.activeSilences.table(for: RoutingTable(document, version: 1)).matches(observation).isEmpty == false
    }

    @Test("a silence is in force as soon as it is created, and no longer as soon as it is ended")
    func life() async throws {
        roles.state.withLock { $0.silences = [] }
        #expect(try hides() == false)
        let created = try await ask(.post, "", body: body())
        #expect(created.status == 201)
        #expect(created.headers[.location] == "/api/v1/silences/s1")
        #expect(created.json["state"]?.string == "active")
        #expect(created.json["createdBy"]?.string == "api:loopback")
        #expect(try hides())
        let tag = try #require(created.headers[.eTag])
        let shown = try await ask(.get, "/s1")
        #expect(shown.headers[.eTag] == tag && shown.json.text == created.json.text)
        let ended = try await ask(.delete, "/s1", headers: [.ifMatch: tag])
        #expect(ended.status == 200)
        #expect(ended.json["state"]?.string == "expired")
        #expect(ended.headers[.eTag] != tag)
        #expect(try hides() == false)
    }

    @Test("a dry run tells what would have been hidden, and creates nothing")
    func dryRun() async throws {
        let reply = try await ask(.post, "?dryRun=true", body: body(#"{"severity": "high"}"#))
        #expect(reply.status == 200)
        #expect(reply.json["silence"]?["id"]?.isNull == true)
        let preview = try #require(reply.json["preview"])
        #expect(preview["observations"]?.integer == 1 && preview["findings"]?.integer == 1)
        #expect(preview["complete"]?.bool == true)
        #expect(
            preview["severities"]?.elements.map(\.text) == [#"{"severity":"HIGH","observations":1,"findings":1}"#]
        )
        #expect(preview["examples"]?.elements.first?["title"]?.string == "S3 bucket allows public read access")
        #expect(roles.state.withLock { $0.silences.count } == 1)
    }

    @Test("a change names the version it means")
    func preconditions() async throws {
        for method in [HTTPRequest.Method.put, .delete] {
            let without = try await ask(method, "/s1", body: body())
            #expect(without.status == 428)
            let stale = try await ask(method, "/s1", headers: [.ifMatch: "\"other\", W/\"x\""], body: body())
            #expect(stale.status == 412)
            let unknown = try await ask(method, "/s9", headers: [.ifMatch: "*"], body: body())
            #expect(unknown.status == 404)
        }
    }

    @Test("an edit in place keeps the id, another condition gives another silence")
    func edits() async throws {
        let current = try await ask(.get, "/s1")
        let tag = try #require(current.headers[.eTag])
        let same = body(#"{"account": "111122223333"}"#, #", "destinations": ["secops"], "breaksOnRaise": false"#)
        let inPlace = try await ask(.put, "/s1", headers: [.ifMatch: tag], body: same)
        #expect(inPlace.status == 200)
        #expect(inPlace.json["replaced"]?.isNull == true)
        #expect(inPlace.json["silence"]?["id"]?.string == "s1")
        #expect(inPlace.json["silence"]?["startsAt"]?.string == current.json["startsAt"]?.string)
        #expect(inPlace.json["silence"]?["breaksOnRaise"]?.bool == false)
        let newTag = try #require(inPlace.headers[.eTag])
        let replaced = try await ask(.put, "/s1", headers: [.ifMatch: newTag], body: body())
        #expect(replaced.json["replaced"]?.string == "s1")
        #expect(replaced.json["silence"]?["id"]?.string == "s2")
        let list = try await ask(.get, "?state=active")
        #expect(list.json["items"]?.elements.compactMap { $0["id"]?.string } == ["s2"])
    }

    @Test("everything that is wrong in a body is told by pointer")
    func badBody() async throws {
        let wrong = """
            {"when": {"acount": "1", "severity": "hihg", "account": "@prod"}, "owner": 5, "destinations": ["sceops"],
             "startsAt": "soon", "breaksOnRaise": "yes", "colour": "red", "reason": "-"}
            """
        let reply = try await ask(.post, "", body: wrong)
        #expect(reply.status == 400)
        let pointers = reply.json["errors"]?.elements.compactMap { $0["pointer"]?.string } ?? []
        #expect(
            Set(pointers) == [
                "/when/acount", "/when/severity", "/when/account", "/owner", "/destinations", "/startsAt",
                "/breaksOnRaise", "/colour", "/reason", "/endsAt",
            ]
        )
        let list = try await ask(.post, "", body: body(#"{"account": "1*"}"#, #", "destinations": ["secops", 1]"#))
        #expect(list.json["errors"]?.elements.compactMap { $0["pointer"]?.string } == ["/destinations"])
        let details = reply.json["errors"]?.elements.compactMap { $0["detail"]?.string } ?? []
        #expect(details.contains { $0.contains("did you mean \"account\"?") })
        let everything = try await ask(.post, "", body: body("{}", #", "destinations": ["sceops"]"#))
        #expect(
            everything.json["errors"]?.elements.compactMap { $0["pointer"]?.string } == ["/when", "/destinations"]
        )
    }

    @Test("a silence whose account group is gone says so")
    func missingGroups() async throws {
        let draft = try SilenceDraft.example(when: #"{"account": "@gone"}"#, endsAt: Example.now + 60)
        let silence = Silence(draft, id: "s2", author: "api:a", at: Example.now)
        roles.state.withLock { $0.silences.append(silence) }
        #expect(try await ask(.get, "/s2").json["missingGroups"]?.text == #"["gone"]"#)
        #expect(try await ask(.get, "/s1").json["missingGroups"]?.text == "[]")
    }

    @Test("more silences than there may be are refused")
    func tooMany() async throws {
        for _ in 0..<4 { _ = try await ask(.post, "", body: body()) }
        #expect(try await ask(.post, "", body: body()).status == 409)
    }
}
