import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("Silences of a running service", .timeLimit(.minutes(15)))
struct SilenceProcessTests {
    private static let routes = """
        {"version":1,"destinations":{"sink":{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}},\
        "rules":[{"name":"all","when":{},"send":["sink"]}]}
        """

    private static let silence = """
        {"when":{"account":"111122223333","severity":"<=high"},"owner":"Ana","reason":"being moved",\
        "endsAt":"\(Date(timeIntervalSinceNow: 3_600).formatted(.iso8601))"}
        """

    @Test("a silence hides what it matches, after kill -9 too, until it is ended, and then it is told")
    func hides() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(
                routes: SilenceProcessTests.routes,
                environment: ["SINK_URL": url + "/hook"]
            )
            try await server.start()
            let created = try await server.request("POST", "/api/v1/silences", body: SilenceProcessTests.silence)
            try #require(created.status == 201)
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            #expect(try await server.post(Sample.guardDuty(2, severity: 9.5)) == 200)
            let totals = try await server.settle()
            #expect(totals["held"]?["silenced"]?.integer == 1)
            await server.kill9()
            try await server.start()
            #expect(try await server.get("/api/v1/status")["silences"]?["active"]?.integer == 1)
            #expect(try await server.post(Sample.guardDuty(3)) == 200)
            let current = try await server.request("GET", "/api/v1/silences/s1")
            let tag = try #require(current.headers.first { $0.name == "etag" }?.value)
            #expect(try await server.settle()["held"]?["silenced"]?.integer == 2)
            let ended = try await server.request(
                "DELETE",
                "/api/v1/silences/s1",
                headers: [(name: "if-match", value: tag)]
            )
            #expect(ended.status == 200)
            #expect(try await server.post(Sample.guardDuty(4)) == 200)
            // What passed the silence, what came after it, and one message about what it hid and is still active.
            await receiver.wait { Receiver.once($0).count >= 3 }
            _ = try await server.settle()
            let bundles = receiver.messages.filter { $0.body.contains("silence_ended") }
            let others = receiver.messages.filter { $0.body.contains("silence_ended") == false }
            #expect(others.compactMap { Sample.number(in: $0.body) } == [2, 4])
            #expect(bundles.count == 1 && bundles.first?.body.contains("being moved (Ana)") == true)
            #expect(await server.terminate() == 0)
        }
    }
}
