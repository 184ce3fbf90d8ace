import CurlClient
import Foundation
import Testing

@Suite("Cookies of the console", .timeLimit(.minutes(15)))
struct SessionCookieTests {
    private static let routes = #"{"version":1,"destinations":{},"rules":[]}"#

    @Test("the cookie of a session that is open opens pages, and neither the door for events nor the API")
    func elsewhere() async throws {
        let server = try ServerProcess(routes: Self.routes, environment: ["NOROSHI_TOKEN": "t0ken-0123456789"])
        try await server.start()
        let entry = try await server.client.perform(
            HTTPRequest(
                method: "POST",
                url: try WebURL(server.base + "/sign-in"),
                headers: [
                    ("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin"),
                ],
                body: Array("token=t0ken-0123456789".utf8),
                addresses: .any
            )
        ).result.get()
        #expect(entry.status == 303)
        let cookie = try #require(entry.headers.first { $0.name == "set-cookie" }?.value.prefix { $0 != ";" })
        let headers = [(name: "cookie", value: String(cookie)), (name: "sec-fetch-site", value: "same-origin")]
        #expect(try await server.request("GET", "/findings", headers: headers).status == 200)
        let event = Sample.guardDuty(1)
        #expect(try await server.request("POST", "/v1/events", body: event, headers: headers).status == 401)
        for (method, path) in [("GET", "/api/v1/status"), ("POST", "/api/v1/drafts"), ("GET", "/metrics")] {
            #expect(try await server.request(method, path, headers: headers).status == 401, "\(path)")
        }
        let token = [(name: "authorization", value: "Bearer t0ken-0123456789")]
        let findings = try await server.request("GET", "/api/v1/findings", headers: token)
        #expect(String(decoding: findings.body, as: UTF8.self).contains("finding-1-") == false)
        #expect(await server.terminate() == 0)
    }
}
