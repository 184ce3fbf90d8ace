import Findings
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Routing
import Testing

@Suite("What is doubtful in rules, over the API")
struct LintRouteTests {
    private static let doubtful = """
        {"version": 1, "destinations": {"soc": {"type": "slack", "url": {"env": "SOC"}}},
         "rules": [
          {"name": "all", "when": {"severity": ">=low"}, "send": ["soc"], "stop": true},
          {"name": "hidden", "when": {"severity": "high"}, "send": ["soc"]}]}
        """

    @Test("a draft's claims have a code, a place and a finding that explain takes and bears out")
    func draft() async throws {
        let roles = FakeRoles(Example.state)
        try await Example.app(roles).test(.router) { client in
            func send(_ method: HTTPRequest.Method, _ uri: String, _ body: String = "") async throws -> (Int, JSON) {
                let answer = try await client.execute(
                    uri: "/api/v1/\(uri)",
                    method: method,
                    headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: body)
                )
                return (Int(answer.status.code), try JSONDocument.parse(String(buffer: answer.body)))
            }
            #expect(try await send(.get, "routes/lint?set=draft").0 == 404)
            let created = try await send(.post, "drafts", #"{"text": \#(JSONValue.string(Self.doubtful).text)}"#)
            #expect(created.0 == 201)
            for set in ["draft", "d1"] {
                let (status, json) = try await send(.get, "routes/lint?set=\(set)")
                #expect(status == 200 && json["draft"]?.string == "d1" && json["version"] == nil)
                let claims = json["claims"]?.elements ?? []
                let hidden = try #require(claims.first { $0["code"]?.string == "shadowed" })
                #expect(hidden["pointer"]?.string?.hasPrefix("/rules/1") == true && hidden["line"]?.integer == 4)
                let witness = try #require(hidden["witness"])
                let (_, explained) = try await send(.post, "explain?as=fields&draft=d1", witness.text)
                #expect(explained.text.contains("\"hidden\"") && explained.text.contains("\"all\""))
            }
        }
    }

    @Test("the claims about the rules in force are known again by their tag")
    func active() async throws {
        try await Example.app(FakeRoles(Example.state)).test(.router) { client in
            let answer = try await client.execute(uri: "/api/v1/routes/lint", method: .get)
            let json = try JSONDocument.parse(String(buffer: answer.body))
            #expect(answer.status == .ok && json["version"]?.integer == 1 && json["claims"]?.kind == .array)
            let tag = try #require(answer.headers[.eTag])
            let again = try await client.execute(
                uri: "/api/v1/routes/lint",
                method: .get,
                headers: [.ifNoneMatch: tag]
            )
            #expect(again.status == .notModified)
        }
    }
}
