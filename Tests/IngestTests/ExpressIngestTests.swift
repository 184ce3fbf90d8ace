import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ingest
import NoroshiTestSupport
import Store
import Testing

@Suite("IngestRoutes: the express way")
struct ExpressIngestTests {
    private static let firehose: HTTPFields = [HTTPField.Name(constant: "X-Amz-Firehose-Request-Id"): "f-1"]

    /// More than a request may hold, in so few bytes that it is answered on the express way.
    private static let many = "[" + Array(repeating: "7", count: 10_001).joined(separator: ",") + "]"

    private static let cases: [(body: String, headers: HTTPFields)] = [
        (eventText, [:]), ("[\(event(id: "a")), 17]", [:]), ("[17]", [:]), ("{", [:]), ("", [:]), ("{}", [:]),
        (eventText, [HTTPField.Name(constant: "Idempotency-Key"): "k"]), (eventText, firehose), ("{", firehose),
        (many, [:]), (many, firehose),
        (eventText, [.contentEncoding: "br"]), (eventText, [.authorization: "Bearer wrong"]),
    ]

    /// What a sender is told and what is written, which must not depend on the way.
    private struct Outcome: Equatable {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var body: String
        var requests: [String]

        init(_ response: TestResponse, _ server: IngestServer) {
            status = response.status
            headers = response.headers
            for name in [HTTPField.Name.date, .contentLength] { headers[name] = nil }
            body = response.text
            requests = server.intake.now.requests.map { String(describing: $0) }
        }
    }

    /// Posts in both ways; a header that nobody reads keeps the second from the express way.
    private func outcomes(
        _ body: String,
        _ headers: HTTPFields = [:],
        _ prepare: (inout IngestServer) -> Void = { _ in }
    ) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for expect in [nil, "nothing"] {
            var server = IngestServer()
            prepare(&server)
            var headers = headers
            headers[HTTPField.Name(constant: "X-Request-Id")] = "r-1"
            headers[.expect] = expect
            let response = try await server.server.test(.live) { [headers] client in
                try await client.execute(
                    uri: "/v1/events",
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(string: body)
                )
            }
            outcomes.append(Outcome(response, server))
        }
        return outcomes
    }

    @Test(
        "says and writes what the router's way says and writes",
        arguments: ExpressIngestTests.cases
    )
    func same(body: String, headers: HTTPFields) async throws {
        let outcomes = try await outcomes(body, headers)
        #expect(outcomes.first == outcomes.last)
        guard body == ExpressIngestTests.many else { return }
        // Firehose would drop its batch after a 413.
        #expect(outcomes.first?.status == (headers.isEmpty ? .contentTooLarge : .internalServerError))
    }

    @Test(
        "refuses for the reasons for which the router's way refuses",
        arguments: [IntakeError.overloaded, .closed, .diskFull]
    )
    func refusals(error: IntakeError) async throws {
        let outcomes = try await outcomes(eventText) { server in server.intake.change { $0.acceptError = error } }
        #expect(outcomes.first?.status == .serviceUnavailable)
        #expect(outcomes.first == outcomes.last)
    }

    @Test("asks for a token, and stops at the limits")
    func limits() async throws {
        for (prepare, status) in [
            ({ $0.credentials = Credentials(tokens: [("token", "secret")]) }, HTTPResponse.Status.unauthorized),
            ({ $0.limit = BodyLimit(bytes: 10) }, .contentTooLarge),
        ] as [((inout IngestServer) -> Void, HTTPResponse.Status)] {
            let outcomes = try await outcomes(eventText, [:], prepare)
            #expect(outcomes.first?.status == status)
            #expect(outcomes.first == outcomes.last)
        }
    }
}
