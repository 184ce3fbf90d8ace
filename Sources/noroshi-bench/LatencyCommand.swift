import ArgumentParser
import Findings
import Foundation
import NIOCore

struct LatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "The time from the POST of a finding to the receipt of its message, at a steady rate."
    )

    @Option(help: "The noroshi executable.")
    var binary = ".build/release/noroshi"

    @Option(help: "Findings a second.")
    var rate = 200

    @Option(help: "How long, in seconds.")
    var seconds = 10

    @Option(
        help: "A PostgreSQL on which two nodes work, posted to in turn: host=DIRECTORY user=noroshi dbname=postgres."
    )
    var database: String?

    func run() async throws {
        let sink = try await Sink(keepsArrivals: true)
        let schema = database.map { ($0, "bench_" + UUID().uuidString.prefix(8).lowercased()) }
        var nodes: [NoroshiProcess] = []
        for _ in 0..<(schema == nil ? 1 : 2) {
            nodes.append(
                try await NoroshiProcess.start(
                    binary: binary,
                    destination: #"{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}"#,
                    sinkURL: "http://127.0.0.1:\(sink.port)/hook",
                    in: schema
                )
            )
        }
        let count = rate * seconds
        let gap = Int64(1_000_000_000 / rate)
        let bodies = BenchEvents.bodies(count: count, batch: 1, run: 1)
        let width = nodes.count
        let started = NIODeadline.now().uptimeNanoseconds
        let posted = try await withThrowingTaskGroup(of: LoadClient.Result.self) { group in
            for (first, node) in nodes.enumerated() {
                let client = LoadClient(host: "127.0.0.1", port: node.port, path: "/v1/events")
                let mine = stride(from: first, to: count, by: width).map { bodies[$0] }
                group.addTask {
                    try await client.post(mine, connections: 16, pace: { Int64(first + $0 * width) * gap })
                }
            }
            return try await group.reduce(LoadClient.Result(seconds: 0, statuses: [:], latencies: [], lastBody: "")) {
                LoadClient.Result(
                    seconds: max($0.seconds, $1.seconds),
                    statuses: $0.statuses.merging($1.statuses, uniquingKeysWith: +),
                    latencies: ($0.latencies + $1.latencies).sorted(),
                    lastBody: $1.lastBody
                )
            }
        }
        guard posted.statuses == [200: count] else {
            throw BenchFailure("not every POST was accepted: \(posted.statuses)")
        }
        try await nodes[0].process.waitUntil("every message was received") { sink.record.count >= count }
        let arrivals = sink.record.arrivals
        guard arrivals.count == count else {
            throw BenchFailure("\(arrivals.count) of \(count) findings were received")
        }
        let latencies = arrivals.map { id, at in Int64(at) - Int64(started) - Int64(id) * gap }.sorted()
        let receipt = LoadClient.Result(seconds: posted.seconds, statuses: [:], latencies: latencies, lastBody: "")
        Line.write([
            "bench": "latency", "nodes": .integer(width), "database": .bool(schema != nil), "rate": .integer(rate),
            "findings": .integer(count),
            "p50_ms": Line.figure(receipt.milliseconds(at: 0.5)), "p99_ms": Line.figure(receipt.milliseconds(at: 0.99)),
            "max_ms": Line.figure(receipt.milliseconds(at: 1)),
            "accept_p50_ms": Line.figure(posted.milliseconds(at: 0.5)),
            "accept_p99_ms": Line.figure(posted.milliseconds(at: 0.99)),
        ])
        for node in nodes { try node.process.end() }
        if let schema { try PlainInserts.run(schema.0, "DROP SCHEMA \"\(schema.1)\" CASCADE") }
        try await sink.close()
    }
}
