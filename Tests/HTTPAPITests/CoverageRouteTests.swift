import Findings
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
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
}
