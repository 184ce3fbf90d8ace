import ArgumentParser
import Findings
import Foundation
import NIOCore

struct BacklogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backlog",
        abstract: "Memory and the time from start to first delivery, with much stored and much pending.",
        discussion: """
            A store is filled with alerts that were told and alerts that wait for their message; then the service is \
            started on it, delivers everything that waits, and is asked for the most memory that it had resident.
            """
    )

    @Option(help: "The noroshi executable.")
    var binary = ".build/release/noroshi"

    @Option(help: "Alerts that were told, each of a finding of its own.")
    var stored = 1_000_000

    @Option(help: "Alerts that wait for their message.")
    var pending = 100_000

    func run() async throws {
        let data = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        try await StoredAlerts.fill(data, count: stored, pending: pending)
        let sink = try await Sink()
        let begin = NIODeadline.now().uptimeNanoseconds
        let noroshi = try await NoroshiProcess.start(
            binary: binary,
            destination: #"{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}"#,
            sinkURL: "http://127.0.0.1:\(sink.port)/hook",
            data: data
        )
        try await noroshi.process.waitUntil("the first message came") { sink.record.firstAt != nil }
        let first = Double((sink.record.firstAt ?? begin) - begin) / 1_000_000
        let peakAtStart = try noroshi.process.peakMegabytes()
        try await noroshi.process.waitUntil("every message came", seconds: 600) { sink.record.count >= pending }
        Line.write([
            "bench": "backlog", "stored": .integer(stored), "pending": .integer(pending),
            "first_delivery_ms": Line.figure(first), "peak_mb_at_first_delivery": Line.figure(peakAtStart),
            "peak_mb": Line.figure(try noroshi.process.peakMegabytes()),
        ])
        try noroshi.process.end()
        try await sink.close()
        try FileManager.default.removeItem(at: data)
    }
}
