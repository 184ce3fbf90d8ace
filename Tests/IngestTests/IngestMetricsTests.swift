import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ingest
import Logging
import Metrics
import MetricsTestKit
import NoroshiTestSupport
import Routing
import Store
import Testing

@Suite("Ingest metrics")
struct IngestMetricsTests {
    private let factory = TestMetrics()

    private func server() -> IngestServer {
        var server = IngestServer()
        server.metrics = IngestMetrics(factory: factory)
        server.credentials = Credentials(tokens: [(name: "token", secret: "right")])
        return server
    }

    @Test("accepted findings are counted by the credential that let them in, with the time it took")
    func received() async throws {
        let server = server()
        for _ in 0..<2 {
            _ = try await server.post(
                "[\(event(id: "a")),\(event(id: "b"))]".utf8,
                headers: [.authorization: "Bearer right"]
            )
        }
        #expect(try factory.expectCounter("noroshi_findings_received_total", [("source", "token")]).totalValue == 4)
        #expect(try factory.expectTimer("noroshi_accept_duration_seconds").values.count == 2)
    }

    /// EventBridge sends again after a 401 and drops what was answered 403.
    @Test(
        "a token for something else lets no event in, and is answered so that nothing is dropped",
        arguments: Role.allCases.filter { $0 != .sender }
    )
    func misusedToken(role: Role) async throws {
        var server = server()
        server.credentials = Credentials(
            tokens: [(name: "token.read", secret: "read"), (name: "token.post", secret: "post")],
            roles: ["token.read": role, "token.post": .sender]
        )
        let refused = try await server.post(eventText.utf8, headers: [.authorization: "Bearer read"])
        #expect(refused.status == 401)
        #expect(String(buffer: refused.body).contains("the role \(role.rawValue)"))
        #expect(try await server.post(eventText.utf8, headers: [.authorization: "Bearer post"]).status == 200)
    }

    @Test(
        "what is not accepted is counted with its reason",
        arguments: [
            ("unauthenticated", "unauthenticated", "wrong", eventText, nil), ("unreadable", "token", "right", "{", nil),
            ("unreadable", "token", "right", "[\(eventText),1]", nil),
            ("too_large", "token", "right", String(repeating: " ", count: 2_000), nil),
            ("disk_full", "token", "right", eventText, .diskFull),
            ("overloaded", "token", "right", eventText, .overloaded),
        ] as [(String, String, String, String, IntakeError?)]
    )
    func rejected(reason: String, source: String, token: String, body: String, error: IntakeError?) async throws {
        var server = server()
        server.limit = BodyLimit(bytes: 1_000)
        if let error { server.intake.change { $0.acceptError = error } }
        _ = try await server.post(body.utf8, headers: [.authorization: "Bearer \(token)"])
        let counter = try factory.expectCounter(
            "noroshi_findings_rejected_total",
            [("source", source), ("reason", reason)]
        )
        #expect(counter.totalValue == 1)
        #expect(factory.counters(label: "noroshi_findings_rejected_total").count == 1)
    }
}
