import Findings
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Routing
import Store
import Testing

@Suite("Coverage over the API")
struct CoverageRouteTests {
    @Test("it shows a row for each account group and Region, and is known again by its tag")
    func coverage() async throws {
        try await Example.app(FakeRoles(Example.state)).test(.router) { client in
            let answer = try await client.execute(uri: "/api/v1/coverage", method: .get)
            let json = try JSONDocument.parse(String(buffer: answer.body))
            let cells = try #require(json["rows"]?.elements.first?["cells"])
            #expect(json["version"]?.integer == 1 && json["isComplete"]?.bool == true)
            #expect(cells.members.allSatisfy { $0.value["example"]?["severity"]?.string == $0.key })
            let tag = try #require(answer.headers[.eTag])
            let again = try await client.execute(
                uri: "/api/v1/coverage",
                method: .get,
                headers: [.ifNoneMatch: tag]
            )
            #expect(again.status == .notModified)
        }
    }

    @Test("each row of places says how many findings of each severity were seen there")
    func counts() async throws {
        var state = Example.state
        state.placeCounts = [
            PlaceCount(account: "111122223333", region: "us-east-1", severity: .high, count: 3),
            PlaceCount(account: nil, region: "eu-west-1", severity: .high, count: 4),
            PlaceCount(account: nil, region: nil, severity: .low, count: 1),
        ]
        try await Example.app(FakeRoles(state)).test(.router) { client in
            let answer = try await client.execute(uri: "/api/v1/coverage", method: .get)
            let json = try JSONDocument.parse(String(buffer: answer.body))
            let cells = try #require(json["rows"]?.elements.first?["cells"])
            #expect(cells["HIGH"]?["findings"]?.integer == 7 && cells["LOW"]?["findings"]?.integer == 1)
            #expect(cells["CRITICAL"]?["findings"]?.integer == 0 && json["since"]?.string?.isEmpty == false)
        }
    }

    @Test("a draft's coverage says where the rules in force decide otherwise; one that is not there is not found")
    func draft() async throws {
        let roles = FakeRoles(Example.state)
        try await Example.app(roles).test(.router) { client in
            func ask(_ set: String) async throws -> (status: Int, json: JSON) {
                let answer = try await client.execute(uri: "/api/v1/coverage?set=\(set)", method: .get)
                return (Int(answer.status.code), try JSONDocument.parse(String(buffer: answer.body)))
            }
            #expect(try await ask("draft").status == 404)
            for set in ["d9", "other"] { #expect(try await ask(set).status == 404) }
            let text = Example.routes.replacing(">=high", with: ">=critical")
            let put = try await client.execute(
                uri: "/api/v1/drafts",
                method: .post,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(string: #"{"text": \#(JSONValue.string(text).text)}"#)
            )
            #expect(put.status == .created, "\(String(buffer: put.body))")
            for set in ["draft", "d1"] {
                let (status, json) = try await ask(set)
                let cells = try #require(json["rows"]?.elements.first?["cells"])
                #expect(status == 200 && json["draft"]?.string == "d1" && json["version"] == nil)
                #expect(cells["HIGH"]?["unrouted"]?.bool == true)
                #expect(cells["HIGH"]?["before"]?["destinations"]?.elements.first?.string == "secops")
                #expect(cells["CRITICAL"]?["before"] == nil && cells["LOW"]?["before"] == nil)
            }
        }
    }
}
