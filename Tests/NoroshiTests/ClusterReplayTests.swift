import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

/// Replays asked for at one node and looked at on another, as people behind a balancer do.
@Suite("Replays of several nodes on one database", .timeLimit(.minutes(15)))
struct ClusterReplayTests {
    private static func routes(_ severity: String) -> String {
        """
        {"version":1,"destinations":{"sink":{"type":"webhook","url":{"env":"SINK"},"allowPrivate":true,"rate":"1000/s"}},
         "rules":[{"name":"high","when":{"severity":">=\(severity)"},"send":["sink"]}]}
        """
    }

    private static func question(_ text: String) -> String { #"{"text":\#(JSONValue.string(text).text)}"# }

    private static func over(_ id: String, on node: ServerProcess) async throws -> JSON {
        while true {
            let replay = try await node.get("/api/v1/replays/\(id)")
            if ["queued", "running"].contains(replay["state"]?.string) == false { return replay }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
    }

    @Test("a replay of one node is seen, read and counted on the other, and outlives both")
    func shared() async throws {
        try await Receiver.run { _, url in
            let environment = [
                "NOROSHI_DATABASE": try PostgresServer.shared().address,
                "NOROSHI_DATABASE_SCHEMA": "r\(UUID().uuidString.prefix(8).lowercased())",
                "SINK": "\(url)/sink",
            ]
            func node() throws -> ServerProcess {
                try ServerProcess(
                    routes: Self.routes("high"),
                    environment: environment,
                    arguments: ["--takeover", "2"]
                )
            }
            let (first, second) = (try node(), try node())
            try await first.start()
            try await second.start()
            for number in 0..<12 { #expect(try await first.post(Sample.guardDuty(number)) == 200) }
            _ = try await second.settle()

            let body = Self.question(Self.routes("critical"))
            let asked = try await first.request("POST", "/api/v1/replays", body: body)
            #expect(asked.status == 202)
            let id = try #require(try JSONDocument.parse(asked.body)["id"]?.string)
            let replay = try await Self.over(id, on: second)
            #expect(replay["state"]?.string == "done", "\(replay.text)")
            #expect(replay["result"]?["classes"]?.elements.first?["findings"]?.integer == 12)
            let samples = try await second.get("/api/v1/replays/\(id)/findings?class=nobody&limit=50")
            #expect(samples["items"]?.elements.count == 12)
            #expect(samples["items"]?.elements.first?["after"]?["explanation"]?["verdict"]?.string == "unrouted")
            let again = try await second.request("POST", "/api/v1/replays", body: body)
            #expect(again.status == 200)
            #expect(try JSONDocument.parse(again.body)["id"]?.string == id)
            for node in [first, second] {
                let tag = try await node.request("GET", "/api/v1/replays/\(id)").headers.first { $0.name == "etag" }?
                    .value
                #expect(tag?.contains("done") == true, "\(tag ?? "")")
                #expect(try await node.get("/api/v1/replays")["items"]?.elements.map { $0["id"]?.string } == [id])
            }
            #expect(try await second.request("DELETE", "/api/v1/replays/\(id)").status == 204)

            #expect(await first.terminate() == 0)
            #expect(await second.terminate() == 0)
            try await second.start()
            #expect(try await second.get("/api/v1/replays/\(id)")["state"]?.string == "done")
            #expect(await second.terminate() == 0)
        }
    }

    @Test("backtest works where every request goes to another node than the one before")
    func backtest() async throws {
        try await Receiver.run { _, url in
            let environment = [
                "NOROSHI_DATABASE": try PostgresServer.shared().address,
                "NOROSHI_DATABASE_SCHEMA": "r\(UUID().uuidString.prefix(8).lowercased())",
                "SINK": "\(url)/sink",
            ]
            let nodes = [
                try ServerProcess(routes: Self.routes("high"), environment: environment),
                try ServerProcess(routes: Self.routes("high"), environment: environment),
            ]
            for node in nodes { try await node.start() }
            for number in 0..<5 { #expect(try await nodes[0].post(Sample.guardDuty(number)) == 200) }
            _ = try await nodes[1].settle()
            try await Balancer.run(nodes) { balancer in
                let run = try await CommandRun.apart(
                    CommandRun.noroshi,
                    ["backtest", "--against", balancer, "--output", "json", "-"],
                    input: Self.routes("critical")
                )
                #expect(run.status == 0, "\(run.output)\(run.errors)")
                let report = try JSONDocument.parse(run.output)
                #expect(report["result"]?["classes"]?.elements.first?["findings"]?.integer == 5, "\(run.output)")
            }
            for node in nodes { #expect(await node.terminate() == 0) }
        }
    }
}
