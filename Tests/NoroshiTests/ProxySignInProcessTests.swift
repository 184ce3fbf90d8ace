import CurlClient
import Findings
import Foundation
import Testing

/// The tests come to the server from 127.0.0.1: the address of its proxy, or of anybody.
@Suite("People whom a proxy signs in", .timeLimit(.minutes(15)))
struct ProxySignInProcessTests {
    private static let routes = """
        {"version": 1, "destinations": {"hook": {"type": "webhook", "url": {"env": "HOOK_URL"}}}, "rules": []}
        """
    private static let environment = ["NOROSHI_TOKEN": "t0ken-0123456789", "NOROSHI_ROLE_GROUP_LEADS": "editor"]

    private func server(_ proxy: String, _ more: [String: String] = [:]) throws -> ServerProcess {
        try ServerProcess(
            routes: Self.routes,
            environment: Self.environment.merging(more) { $1 },
            arguments: [
                "--user-header", "X-Forwarded-User", "--groups-header", "X-Forwarded-Groups", "--proxy", proxy,
                "--proxy-role", "user:ana@example.com=responder",
            ]
        )
    }

    private static func headers(_ user: String, groups: String? = nil) -> [(name: String, value: String)] {
        [("X-Forwarded-User", user)] + (groups.map { [("X-Forwarded-Groups", $0)] } ?? [])
    }

    private func page(_ server: ServerProcess, _ path: String, _ headers: [(name: String, value: String)]) async throws
        -> (status: Int, text: String)
    {
        let response = try await server.request("GET", path, headers: headers)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    @Test("the proxy's people see the console under their names, do what their roles allow, and are named in the audit")
    func people() async throws {
        let server = try server("127.0.0.1, 192.0.2.0/24")
        try await server.start()
        let ana = Self.headers("ana@example.com")
        let overview = try await page(server, "/", ana)
        #expect(overview.status == 200)
        #expect(overview.text.contains("<b>ana@example.com</b> · responder"))
        #expect(try await page(server, "/", Self.headers("bo")).text.contains("<b>bo</b> · viewer"))
        #expect(try await page(server, "/", Self.headers("bo", groups: "x,leads")).text.contains("<b>bo</b> · editor"))

        // A browser brings the proxy's headers along with the form of another page, too.
        let form = try await page(server, "/destinations", ana).text
        let proof = try #require(form.firstMatch(of: /name="_csrf" value="([0-9a-f]+)"/)?.1)
        func pause(_ headers: [(name: String, value: String)], site: String, proof: Substring) async throws -> Int {
            let request = HTTPRequest(
                method: "POST",
                url: try WebURL(server.base + "/destinations/hook/pause"),
                headers: headers + [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", site)],
                body: Array("_csrf=\(proof)&reason=moving".utf8),
                addresses: .any
            )
            return try await server.client.perform(request).result.get().status
        }
        #expect(try await pause(ana, site: "cross-site", proof: proof) == 403)
        #expect(try await pause(ana, site: "same-origin", proof: "00") == 403)
        #expect(try await pause(Self.headers("bo", groups: "leads"), site: "same-origin", proof: proof) == 403)
        #expect(try await pause(ana, site: "same-origin", proof: proof) == 303)

        let token = [(name: "authorization", value: "Bearer t0ken-0123456789")]
        let audit = try await server.request("GET", "/api/v1/audit", headers: token)
        let entry = try JSONDocument.parse(audit.body)["items"]?.elements.first
        #expect(entry?["actor"]?.string == "console:ana@example.com@proxy")

        // Programs show tokens, and nobody is let in to the API by a header.
        #expect(try await server.request("GET", "/api/v1/status", headers: ana).status == 401)
        #expect(try await server.request("GET", "/api/v1/status", headers: token).status == 200)
        let sessions = try await server.request("GET", "/api/v1/sessions", headers: token)
        let people = try JSONDocument.parse(sessions.body)["items"]?.elements.compactMap { $0["person"]?.string } ?? []
        #expect(Set(people) == ["ana@example.com@proxy", "bo@proxy"])
        #expect(await server.terminate() == 0)
    }

    @Test("the header from elsewhere is refused and told, whatever else the request has")
    func elsewhere() async throws {
        let server = try server("192.0.2.0/24")
        try await server.start()
        for path in ["/", "/findings", "/sign-in", "/stream?topics=overview"] {
            for more in [[], [(name: "X-Forwarded-For", value: "192.0.2.1")]] {
                #expect(try await page(server, path, Self.headers("ana@example.com") + more).status == 401)
            }
        }
        #expect(server.log.contains("a request from an address that is not a proxy's names a user"))
        #expect(try await page(server, "/sign-in", []).status == 200)
        #expect(await server.terminate() == 0)
    }

    @Test("a name that stands there twice is refused, and so is a proxy without its token")
    func doubted() async throws {
        let server = try server("127.0.0.1", ["NOROSHI_PROXY_TOKEN": "pr0xy"])
        try await server.start()
        let ana = Self.headers("ana@example.com")
        #expect(try await page(server, "/", ana).status == 401)
        let proved = ana + [(name: "X-Noroshi-Proxy-Token", value: "pr0xy")]
        #expect(try await page(server, "/", proved).status == 200)
        #expect(try await page(server, "/", proved + ana).status == 400)
        #expect(try await page(server, "/", proved + [(name: "X_Forwarded_User", value: "bo")]).status == 400)
        #expect(server.log.contains("pr0xy") == false)
        #expect(await server.terminate() == 0)
    }

    @Test(
        "without a list of proxies, or without a token for everybody else, the service does not start",
        arguments: [
            (["--user-header", "X-User"], ["NOROSHI_TOKEN": "t"], "give them with --proxy"),
            (["--user-header", "X-User", "--proxy", "127.0.0.1"], [:], "no token is configured"),
            (["--proxy", "127.0.0.1"], ["NOROSHI_TOKEN": "t"], "--user-header"),
        ]
    )
    func start(arguments: [String], environment: [String: String], words: String) async throws {
        let server = try ServerProcess(routes: Self.routes, environment: environment, arguments: arguments)
        let (status, output) = try await server.startExpectingExit()
        #expect(status == 1)
        #expect(output.contains(words), "\(output)")
    }

    @Test("a page that listens is let go at once when the service goes down")
    func shutdown() async throws {
        let server = try server("127.0.0.1")
        try await server.start()
        let ana = Self.headers("ana@example.com")
        async let stream = page(server, "/stream?topics=overview,deliveries", ana)
        let token = [(name: "authorization", value: "Bearer t0ken-0123456789")]
        while try await page(server, "/metrics", token).text.contains("noroshi_streams_open 1") == false {
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        #expect(await server.terminate() == 0)
        let answer = try await stream
        #expect(answer.status == 200)
        #expect(answer.text.hasPrefix("retry: 3000\n\nid: "))
        #expect(answer.text.contains("event: end") == false)
    }
}
