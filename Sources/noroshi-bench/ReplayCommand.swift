import ArgumentParser
import Findings
import Foundation
import NIOCore

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract:
            "How fast other rules are replayed on what was observed, and what that costs those who post meanwhile.",
        discussion: """
            Fills a service, replays an edited rule set on it for decisions and for messages, and then posts in turn \
            with nothing beside it and with a replay of messages beside it.
            """
    )

    @Option(help: "The noroshi executable.")
    var binary = ".build/release/noroshi"

    @Option(help: "Findings that were observed.")
    var observed = 150_000

    @Option(help: "Findings to post in each round.")
    var findings = 20_000

    @Option(help: "Findings in one request.")
    var batch = 10

    @Option(help: "How often posting is repeated; medians count.")
    var rounds = 3

    func run() async throws {
        try await ReplayedFeed.measure()
        let sink = try await Sink()
        let noroshi = try await NoroshiProcess.start(
            binary: binary,
            destination: #"{"type":"slack","url":{"env":"SINK_URL"},"allowPrivate":true}"#,
            sinkURL: "http://127.0.0.1:\(sink.port)/hook"
        )
        let service = ReplayedService(noroshi: noroshi)
        let start = Date()
        _ = try await service.post(observed, batch: 100, run: 0)
        _ = try await noroshi.waitUntilApplied(since: start)
        try await measureReplays(service)
        try await measurePosting(service)
        try noroshi.process.end()
        try await sink.close()
    }

    private func measureReplays(_ service: ReplayedService) async throws {
        for depth in ["decisions", "messages"] {
            let id = try await service.start(depth: depth)
            let replay = try await service.ended(id)
            let count = replay["result"]?["observations"]?.integer ?? 0
            let simulated = replay["result"]?["messages"]?["observations"]?.integer
            let seconds = try ReplayedService.seconds(replay)
            Line.write([
                "bench": "replay", "depth": .string(depth), "observations": .integer(count),
                "simulated": simulated.map { .integer($0) }, "seconds": Line.figure(seconds),
                "observations_per_s": Line.figure(Double(count) / seconds),
            ])
        }
    }

    private func measurePosting(_ service: ReplayedService) async throws {
        var alone: [Double] = []
        var beside: [Double] = []
        for round in 1...rounds {
            let quiet = Date()
            alone.append(try await service.post(findings, batch: batch, run: 2 * round))
            _ = try await service.noroshi.waitUntilApplied(since: quiet)
            let id = try await service.start(depth: "messages")
            let posted = try await service.post(findings, batch: batch, run: 2 * round + 1)
            let isRunning = try await service.replay(id)["state"]?.string == "running"
            beside.append(posted)
            _ = try await service.ended(id)
            _ = try await service.noroshi.waitUntilApplied(since: quiet)
            Line.write([
                "bench": "replay_accept", "round": .integer(round), "alone_per_s": Line.figure(alone[round - 1]),
                "beside_per_s": Line.figure(posted), "replay_outlasted": .bool(isRunning),
            ])
        }
        Line.write([
            "bench": "replay_accept_ratio", "alone_per_s": Line.figure(Line.median(alone)),
            "beside_per_s": Line.figure(Line.median(beside)),
            "ratio": Line.ratio(beside, to: alone),
        ])
    }
}

/// A service whose rules are replayed.
private struct ReplayedService {
    let noroshi: NoroshiProcess

    /// Posts findings; how many a second.
    func post(_ count: Int, batch: Int, run: Int) async throws -> Double {
        let bodies = BenchEvents.bodies(count: count, batch: batch, run: run)
        let result = try await LoadClient(host: "127.0.0.1", port: noroshi.port, path: "/v1/events")
            .post(bodies, connections: 16)
        guard result.statuses == [200: bodies.count] else {
            throw BenchFailure("not every request was accepted: \(result.statuses) \(result.lastBody)")
        }
        return Double(count) / result.seconds
    }

    /// Asks for a replay of the rules in force with a condition changed; spaces make each a question of its own.
    func start(depth: String) async throws -> String {
        let rules = try JSONDocument.parse(try await noroshi.get("/api/v1/routes").lastBody)["document"]?.text ?? ""
        let spaces = String(repeating: " ", count: Int.random(in: 1...10_000))
        let text = rules.replacingOccurrences(of: ">=high", with: ">=critical") + spaces
        let body: JSONValue = ["text": .string(text), "depth": .string(depth)]
        let result = try await LoadClient(host: "127.0.0.1", port: noroshi.port, path: "/api/v1/replays")
            .post([ByteBuffer(bytes: body.bytes)], connections: 1)
        guard result.statuses == [202: 1], let id = try JSONDocument.parse(result.lastBody)["id"]?.string else {
            throw BenchFailure("no replay: \(result.statuses) \(result.lastBody)")
        }
        return id
    }

    func replay(_ id: String) async throws -> JSON {
        try JSONDocument.parse(try await noroshi.get("/api/v1/replays/\(id)").lastBody)
    }

    func ended(_ id: String) async throws -> JSON {
        try await noroshi.process.waitUntil("the replay was done", seconds: 600) {
            try await replay(id)["finishedAt"]?.string != nil
        }
        let last = try await replay(id)
        guard last["state"]?.string == "done" else { throw BenchFailure("the replay ended as \(last.text)") }
        return last
    }

    /// How long a replay ran.
    static func seconds(_ replay: JSON) throws -> Double {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let moments = try ["startedAt", "finishedAt"].map { name in
            let text = replay[name]?.string ?? ""
            return try text.contains(".") ? style.parse(text) : Date.ISO8601FormatStyle().parse(text)
        }
        return max(0.001, moments[1].timeIntervalSince(moments[0]))
    }
}
