import CurlClient
import Foundation
import NoroshiTestSupport
import Testing

/// A proxy in front gives a page to one node and the form on it to another.
@Suite("Forms of the console on several nodes", .timeLimit(.minutes(15)))
struct SharedFormTests {
    private static let routes = """
        {"version": 1, "destinations": {"hook": {"type": "webhook", "url": {"env": "HOOK_URL"}}}, "rules": []}
        """

    /// Who asks, and how the service is started for them.
    enum Person: CaseIterable, CustomTestStringConvertible {
        case anybody
        case signedInByProxy

        var testDescription: String { self == .anybody ? "without tokens" : "signed in by a proxy" }

        var arguments: [String] {
            switch self {
            case .anybody: []
            case .signedInByProxy:
                ["--user-header", "X-Forwarded-User", "--proxy", "127.0.0.1", "--proxy-role", "user:ana=responder"]
            }
        }

        var environment: [String: String] { self == .anybody ? [:] : ["NOROSHI_TOKEN": "t0ken-0123456789"] }

        func headers(_ name: String = "ana") -> [(name: String, value: String)] {
            self == .anybody ? [] : [("X-Forwarded-User", name)]
        }
    }

    private static func proof(on page: String, of node: ServerProcess, for person: Person) async throws -> Substring {
        let response = try await node.request("GET", page, headers: person.headers())
        let text = String(decoding: response.body, as: UTF8.self)
        return try #require(text.firstMatch(of: /name="_csrf" value="([0-9a-f]{64})"/)?.1)
    }

    private static func send(
        _ form: String,
        to path: String,
        of node: ServerProcess,
        headers: [(name: String, value: String)]
    ) async throws -> Int {
        let request = HTTPRequest(
            method: "POST",
            url: try WebURL(node.base + path),
            headers: headers + [
                ("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin"),
            ],
            body: Array(form.utf8),
            addresses: .any
        )
        return try await node.client.perform(request).result.get().status
    }

    @Test("a page of one node is a page of another, and of the next start", arguments: Person.allCases)
    func shared(person: Person) async throws {
        var environment = person.environment
        environment["NOROSHI_DATABASE"] = try PostgresServer.shared().address
        environment["NOROSHI_DATABASE_SCHEMA"] = "f\(UUID().uuidString.prefix(8).lowercased())"
        let nodes = try (0..<2).map { _ in
            try ServerProcess(routes: Self.routes, environment: environment, arguments: person.arguments)
        }
        for node in nodes { try await node.start() }
        let proof = try await Self.proof(on: "/destinations", of: nodes[0], for: person)
        let pause = "_csrf=\(proof)&reason=moving"
        let path = "/destinations/hook/pause"
        #expect(try await Self.send(pause, to: path, of: nodes[1], headers: person.headers()) == 303)
        #expect(try await Self.send("_csrf=00&reason=moving", to: path, of: nodes[1], headers: person.headers()) == 403)
        if person == .signedInByProxy {
            // The page is still that of one person.
            #expect(try await Self.send(pause, to: path, of: nodes[1], headers: person.headers("bo")) == 403)
        }
        #expect(await nodes[0].terminate() == 0)
        try await nodes[0].start()
        let resume = "_csrf=\(proof)"
        #expect(
            try await Self.send(resume, to: "/destinations/hook/resume", of: nodes[0], headers: person.headers()) == 303
        )
        for node in nodes {
            #expect(await node.terminate() == 0)
            #expect(node.log.contains(proof) == false)
        }
    }
}
