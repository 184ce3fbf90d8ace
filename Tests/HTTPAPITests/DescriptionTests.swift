import Findings
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Store
import Synchronization
import Testing

/// The OpenAPI description against the server that it describes.
@Suite("OpenAPI description")
struct DescriptionTests {
    private static let path = CommandRun.root.appending(path: "deploy/openapi.json").path

    private static func description() throws -> JSON {
        try JSONDocument.parse(try String(contentsOfFile: path, encoding: .utf8))
    }

    @Test("every route is described, and everything described is a route")
    func routes() throws {
        let routed = Set(
            try Example.router(FakeRoles(Example.state)).routes.map { route in
                let segments = route.path.description.split(separator: "/").map { segment in
                    segment.first == ":" ? "{\(segment.dropFirst())}" : String(segment)
                }
                return "\(route.method.rawValue) /\(segments.joined(separator: "/"))"
            }
        )
        let described = Set(
            try Self.description()["paths"]?.members.flatMap { path in
                path.value.members.map { "\($0.key.uppercased()) \(path.key)" }
            } ?? []
        )
        // The door for findings is a route of another part of the server.
        #expect(described.subtracting(routed) == ["POST /v1/events"])
        #expect(routed.subtracting(described).isEmpty)
    }

    @Test("the program holds the file as it is")
    func embedded() async throws {
        let file = try String(contentsOfFile: Self.path, encoding: .utf8)
        try await Example.app(FakeRoles(Example.state)).test(.router) { client in
            let response = try await client.execute(uri: "/api/v1/openapi.json", method: .get)
            #expect(String(buffer: response.body) == file)
        }
    }

    private struct Exchange {
        var method: HTTPRequest.Method
        var template: String
        var uri: String
        var body: String?
        var headers: HTTPFields = [:]

        init(
            _ method: HTTPRequest.Method,
            _ template: String,
            _ uri: String? = nil,
            body: String? = nil,
            headers: HTTPFields = [:]
        ) {
            self.method = method
            self.template = template
            self.uri = uri ?? template
            self.body = body
            self.headers = headers
        }
    }

    private static let silence = """
        {"when": {"account": "1111*", "severity": "<=high"}, "owner": "Ana", "reason": "being moved",
         "endsAt": "2026-09-22T00:00:00Z"}
        """

    private static let exchanges: [Exchange] = [
        Exchange(.get, "/livez"), Exchange(.get, "/readyz"), Exchange(.get, "/metrics"),
        Exchange(.get, "/api/v1/openapi.json"), Exchange(.get, "/api/v1/status"), Exchange(.get, "/api/v1/quarantine"),
        Exchange(.get, "/api/v1/quarantine/{id}", "/api/v1/quarantine/1"),
        Exchange(.get, "/api/v1/quarantine/{id}", "/api/v1/quarantine/9"),
        Exchange(.post, "/api/v1/quarantine/{id}/retry", "/api/v1/quarantine/1/retry"),
        Exchange(.post, "/api/v1/quarantine/{id}/retry", "/api/v1/quarantine/2/retry"),
        Exchange(.post, "/api/v1/quarantine/{id}/retry", "/api/v1/quarantine/2/retry"),
        Exchange(.delete, "/api/v1/quarantine/{id}", "/api/v1/quarantine/3"),
        Exchange(.delete, "/api/v1/quarantine/{id}", "/api/v1/quarantine/x"),
        Exchange(.get, "/api/v1/set-aside"),
        Exchange(.post, "/api/v1/set-aside/{position}/retry", "/api/v1/set-aside/all/retry"),
        Exchange(.post, "/api/v1/set-aside/{position}/retry", "/api/v1/set-aside/5/retry"),
        Exchange(.get, "/api/v1/findings"), Exchange(.get, "/api/v1/findings", "/api/v1/findings?limit=x"),
        Exchange(.get, "/api/v1/findings/{id}/why-not", "/api/v1/findings/f1/why-not?destination=secops"),
        Exchange(.get, "/api/v1/findings/{id}/why-not", "/api/v1/findings/f1/why-not?destination=secop"),
        Exchange(.get, "/api/v1/findings/{id}/why-not", "/api/v1/findings/f1/why-not"),
        Exchange(.get, "/api/v1/findings/{id}", "/api/v1/findings/f1"),
        Exchange(.get, "/api/v1/findings/{id}", "/api/v1/findings/f2"),
        Exchange(.post, "/api/v1/explain", body: Example.event),
        Exchange(.post, "/api/v1/explain", "/api/v1/explain?finding=f1&version=then"),
        Exchange(.post, "/api/v1/explain", "/api/v1/explain?finding=f2"),
        Exchange(.post, "/api/v1/explain", body: "{"),
        Exchange(.post, "/api/v1/explain", "/api/v1/explain?version=9", body: Example.event),
        Exchange(.get, "/api/v1/deliveries"),
        Exchange(.get, "/api/v1/deliveries/{id}", "/api/v1/deliveries/\(Example.id(1))"),
        Exchange(.get, "/api/v1/deliveries/{id}", "/api/v1/deliveries/\(Example.id(2))"),
        Exchange(.get, "/api/v1/deliveries/{id}", "/api/v1/deliveries/none"),
        Exchange(.post, "/api/v1/deliveries/{id}/retry", "/api/v1/deliveries/\(Example.id(2))/retry"),
        Exchange(.post, "/api/v1/deliveries/{id}/retry", "/api/v1/deliveries/\(Example.id(1))/retry"),
        Exchange(.post, "/api/v1/deliveries/redrive", body: "{}"),
        Exchange(.post, "/api/v1/deliveries/redrive", body: "{"),
        Exchange(.post, "/api/v1/deliveries/redrive", body: #"{"expect":40}"#),
        Exchange(.get, "/api/v1/stream"), Exchange(.get, "/api/v1/stream", "/api/v1/stream?topics=replay:none"),
        Exchange(.get, "/api/v1/sessions"), Exchange(.delete, "/api/v1/sessions"),
        Exchange(.delete, "/api/v1/sessions", "/api/v1/sessions?of=me"),
        Exchange(.delete, "/api/v1/sessions/{id}", "/api/v1/sessions/none"),
        Exchange(.post, "/api/v1/deliveries/redrive", body: "{}", headers: [.contentType: "text/plain"]),
        Exchange(.get, "/api/v1/findings", "/api/v1/findings?severity=%3E%3Dhigh&rule=severe&product=macie"),
        Exchange(.get, "/api/v1/coverage"), Exchange(.get, "/api/v1/coverage", "/api/v1/coverage?x=1"),
        Exchange(.get, "/api/v1/coverage", headers: [.ifNoneMatch: "*"]),
        Exchange(.get, "/api/v1/coverage", "/api/v1/coverage?set=d9"),
        Exchange(.get, "/api/v1/routes/lint"), Exchange(.get, "/api/v1/routes/lint", "/api/v1/routes/lint?x=1"),
        Exchange(.get, "/api/v1/routes/lint", headers: [.ifNoneMatch: "*"]),
        Exchange(.get, "/api/v1/routes/lint", "/api/v1/routes/lint?set=d9"),
        Exchange(.post, "/api/v1/explain", "/api/v1/explain?severity=LOW", body: Example.event),
        Exchange(.post, "/api/v1/replays", body: #"{"draft": "d9"}"#),
        Exchange(.post, "/api/v1/explain", "/api/v1/explain?as=fields", body: #"{"severity":"HIGH"}"#),
        Exchange(.get, "/api/v1/waiting"), Exchange(.get, "/api/v1/waiting", "/api/v1/waiting?limit=1&kind=silence"),
        Exchange(.get, "/api/v1/waiting", "/api/v1/waiting?rule=sever"),
        Exchange(.get, "/api/v1/waiting", "/api/v1/waiting?kind=queue"),
        Exchange(.get, "/api/v1/deliveries/{id}", "/api/v1/deliveries/000"),
        Exchange(.get, "/api/v1/destinations"), Exchange(.get, "/api/v1/sources"),
        Exchange(.get, "/api/v1/nodes"), Exchange(.get, "/api/v1/nodes", "/api/v1/nodes?x=1"),
        Exchange(.get, "/api/v1/sources", "/api/v1/sources?x=1"),
        Exchange(
            .post,
            "/api/v1/destinations/{name}/pause",
            "/api/v1/destinations/secops/pause",
            body: #"{"reason":"r"}"#
        ),
        Exchange(.post, "/api/v1/destinations/{name}/resume", "/api/v1/destinations/secops/resume"),
        Exchange(.post, "/api/v1/destinations/{name}/resume", "/api/v1/destinations/none/resume"),
        Exchange(.get, "/api/v1/silences"), Exchange(.get, "/api/v1/silences/{id}", "/api/v1/silences/s1"),
        Exchange(.get, "/api/v1/silences/{id}", "/api/v1/silences/s1?effect=true"),
        Exchange(.post, "/api/v1/explain", "/api/v1/explain?at=2026-12-05T04:00:00Z", body: Example.event),
        Exchange(.get, "/api/v1/silences/{id}", "/api/v1/silences/s9"),
        Exchange(.get, "/api/v1/silences/{id}", "/api/v1/silences/s1", headers: [.ifNoneMatch: "*"]),
        Exchange(.post, "/api/v1/silences", "/api/v1/silences?dryRun=true", body: silence),
        Exchange(.post, "/api/v1/silences", body: silence), Exchange(.post, "/api/v1/silences", body: "{}"),
        Exchange(.put, "/api/v1/silences/{id}", "/api/v1/silences/s1", body: silence),
        Exchange(
            .put,
            "/api/v1/silences/{id}",
            "/api/v1/silences/s1",
            body: silence,
            headers: [.ifMatch: "\"another\""]
        ),
        Exchange(.put, "/api/v1/silences/{id}", "/api/v1/silences/s1", body: silence, headers: [.ifMatch: "*"]),
        Exchange(.delete, "/api/v1/silences/{id}", "/api/v1/silences/s2"),
        Exchange(.delete, "/api/v1/silences/{id}", "/api/v1/silences/s2", headers: [.ifMatch: "*"]),
        Exchange(.post, "/api/v1/replays", body: #"{"version": 1}"#),
        Exchange(.post, "/api/v1/replays", body: #"{"version": 1}"#),
        Exchange(.post, "/api/v1/replays", body: #"{"text": "{}"}"#), Exchange(.post, "/api/v1/replays", body: "{}"),
        Exchange(.get, "/api/v1/replays"), Exchange(.get, "/api/v1/replays/{id}", "/api/v1/replays/none"),
        Exchange(.delete, "/api/v1/replays/{id}", "/api/v1/replays/none"),
        Exchange(.get, "/api/v1/replays/{id}/findings", "/api/v1/replays/none/findings?class=suppressed"),
        Exchange(.get, "/api/v1/shadow"), Exchange(.get, "/api/v1/shadow", "/api/v1/shadow?samples=x"),
        Exchange(.put, "/api/v1/shadow", body: #"{"draft":"d9"}"#),
        Exchange(.put, "/api/v1/shadow", body: #"{"draft":"d9"}"#, headers: [.ifMatch: "*"]),
        Exchange(.delete, "/api/v1/shadow", headers: [.ifMatch: "*"]),
        Exchange(.get, "/api/v1/stats"), Exchange(.get, "/api/v1/stats", "/api/v1/stats?by=account"),
        Exchange(.get, "/api/v1/stats", "/api/v1/stats?by=colour"),
        Exchange(.get, "/api/v1/stats/open"), Exchange(.get, "/api/v1/stats/open", "/api/v1/stats/open?by=account"),
        Exchange(.get, "/api/v1/rules/counts"), Exchange(.get, "/api/v1/rules/counts", "/api/v1/rules/counts?since=x"),
        Exchange(.get, "/api/v1/routes"), Exchange(.get, "/api/v1/routes", headers: [.ifNoneMatch: "*"]),
        Exchange(.get, "/api/v1/routes/versions"),
        Exchange(.get, "/api/v1/routes/versions/{version}", "/api/v1/routes/versions/1"),
        Exchange(.get, "/api/v1/routes/versions/{version}", "/api/v1/routes/versions/9"),
        Exchange(.get, "/api/v1/routes/versions/{version}/text", "/api/v1/routes/versions/1/text"),
        Exchange(.get, "/api/v1/routes/versions/{version}/text", "/api/v1/routes/versions/9/text"),
        Exchange(.post, "/api/v1/routes/reload"),
    ]

    @Test("the description is valid OpenAPI 3.1, and every answer of the running server is as described")
    func answers() async throws {
        let roles = try Example.roles()
        roles.state.withLock { state in
            state.openAccounts = OpenAccounts(accounts: [
                .init(account: nil, name: "a", counts: [.unknown: 2], change: -1)
            ])
        }
        let broken = FakeRoles(Example.state)
        broken.state.withLock { state in
            state.isBroken = true
            state.reload = .refused(["routes.json:1:1: error: no"])
        }
        var answers: [JSONValue] = []
        for (roles, setup, exchanges) in [
            (roles, TestingSetup.live, Self.exchanges),
            // A refused upload ends the connection, which the client of the live set-up takes for a fault.
            (
                roles, .router,
                [Exchange(.post, "/api/v1/deliveries/redrive", body: String(repeating: " ", count: 70_000))]
            ),
            (
                broken, .live,
                [
                    Exchange(.get, "/readyz"), Exchange(.get, "/metrics"), Exchange(.get, "/api/v1/status"),
                    Exchange(.post, "/api/v1/routes/reload"),
                ]
            ),
        ] {
            answers += try await Example.app(roles).test(setup) { client in
                var answers: [JSONValue] = []
                for exchange in exchanges {
                    let response = try await client.execute(
                        uri: exchange.uri,
                        method: exchange.method,
                        headers: exchange.headers,
                        body: exchange.body.map { ByteBuffer(string: $0) }
                    )
                    answers.append([
                        "method": .string(exchange.method.rawValue),
                        "path": .string(exchange.template),
                        "status": .integer(Int(response.status.code)),
                        "type": .string(response.headers[.contentType] ?? ""),
                        "body": .string(String(buffer: response.body)),
                    ])
                }
                return answers
            }
        }
        let statuses = Set(answers.compactMap { try? JSONDocument.parse($0.text)["status"]?.integer })
        #expect(statuses == [200, 201, 202, 304, 400, 404, 409, 412, 413, 415, 422, 428, 500, 503])
        let run = try await CommandRun.check(description: Self.path, exchanges: JSONValue.array(answers).text)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
    }

    @Test("the judge of the answers finds what is wrong")
    func judge() async throws {
        let wrong: JSONValue = [
            [
                "method": "GET", "path": "/livez", "status": 200, "type": "application/json",
                "body": #"{"status":"bad"}"#,
            ],
            ["method": "GET", "path": "/nowhere", "status": 200, "type": "application/json", "body": "{}"],
        ]
        let run = try await CommandRun.check(description: Self.path, exchanges: wrong.text)
        #expect(run.status == 1)
        #expect(run.output.split(separator: "\n").count == 2, "\(run.output)\(run.errors)")
    }
}
