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

    func run() async throws {
        let sink = try await Sink(keepsArrivals: true)
        let noroshi = try await NoroshiProcess.start(
            binary: binary,
            destination: #"{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}"#,
            sinkURL: "http://127.0.0.1:\(sink.port)/hook"
        )
        let count = rate * seconds
        let gap = Int64(1_000_000_000 / rate)
        let started = NIODeadline.now().uptimeNanoseconds
        let posted = try await LoadClient(host: "127.0.0.1", port: noroshi.port, path: "/v1/events").post(
            BenchEvents.bodies(count: count, batch: 1, run: 1),
            connections: 16,
            pace: { Int64($0) * gap }
        )
        guard posted.statuses == [200: count] else {
            throw BenchFailure("not every POST was accepted: \(posted.statuses)")
        }
        try await noroshi.process.waitUntil("every message was received") { sink.record.count >= count }
        let arrivals = sink.record.arrivals
        guard arrivals.count == count else {
            throw BenchFailure("\(arrivals.count) of \(count) findings were received")
        }
        let latencies = arrivals.map { id, at in Int64(at) - Int64(started) - Int64(id) * gap }.sorted()
        let receipt = LoadClient.Result(seconds: posted.seconds, statuses: [:], latencies: latencies, lastBody: "")
        Line.write([
            "bench": "latency", "rate": .integer(rate), "findings": .integer(count),
            "p50_ms": Line.figure(receipt.milliseconds(at: 0.5)), "p99_ms": Line.figure(receipt.milliseconds(at: 0.99)),
            "max_ms": Line.figure(receipt.milliseconds(at: 1)),
            "accept_p50_ms": Line.figure(posted.milliseconds(at: 0.5)),
            "accept_p99_ms": Line.figure(posted.milliseconds(at: 0.99)),
        ])
        try noroshi.process.end()
        try await sink.close()
    }
}
