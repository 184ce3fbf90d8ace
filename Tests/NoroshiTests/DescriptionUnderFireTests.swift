import Foundation
import NoroshiTestSupport
import Testing

/// Schemathesis makes requests from the OpenAPI description, fitting and unfitting ones, and judges the answers by it.
@Suite("The running server under made-up requests", .timeLimit(.minutes(15)))
struct DescriptionUnderFireTests {
    private static let routes = """
        {"version":1,"destinations":{"sink":{"type":"webhook","url":{"env":"SINK_URL"}}},\
        "rules":[{"name":"all","when":{},"send":["sink"]}]}
        """

    private static let description = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deploy/openapi.json").path

    /// What the description cannot say: a cursor is one that was given out, a condition follows routes.schema.json, and a
    /// missing If-Match is 428 and not 400 (RFC 6585 §3).
    private static let inapplicable = "positive_data_acceptance,missing_required_header"

    @Test("nothing that the description allows or forbids gets an answer that it does not have")
    func fire() async throws {
        let token = "fire-0123456789"
        let server = try ServerProcess(
            routes: DescriptionUnderFireTests.routes,
            environment: ["SINK_URL": "http://127.0.0.1:9", "NOROSHI_TOKEN": token]
        )
        try await server.start()
        let run = try CommandRun(
            CommandRun.python,
            [
                "-m", "schemathesis.cli", "run", DescriptionUnderFireTests.description,
                "--url", server.base, "--header", "Authorization: Bearer \(token)", "--generation-deterministic",
                "--max-examples", "15", "--phases", "examples,coverage,fuzzing", "--exclude-checks",
                DescriptionUnderFireTests.inapplicable, "--request-timeout", "20", "--continue-on-failure",
                "--no-color",
                "--no-shrink",
            ]
        )
        #expect(run.status == 0, "\(run.output.suffix(6_000))\(run.errors.suffix(2_000))")
        #expect(server.log.contains("a request failed for a reason of ours") == false)
        #expect(await server.terminate() == 0)
    }
}
