import ArgumentParser
import Findings
import Foundation

struct DeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Notifications a second to a local receiver, beside a bare libcurl multi loop in the same run.",
        discussion: """
            The queue is filled while the destination is paused; the time runs from its resumption to the last receipt.
            The bare loop posts bodies of the same size to the same receiver with as many transfers at a time.
            """
    )

    @Option(help: "The noroshi executable.")
    var binary = ".build/release/noroshi"

    @Option(help: "Notifications to deliver.")
    var notifications = 10_000

    @Option(help: "Transfers at a time, for both.")
    var concurrency = 64

    func run() async throws {
        let sink = try await Sink()
        let noroshi = try await NoroshiProcess.start(
            binary: binary,
            destination: """
                {"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true,"concurrency":\(concurrency)}
                """,
            sinkURL: "http://127.0.0.1:\(sink.port)/hook"
        )
        try await noroshi.post("/api/v1/destinations/sink/pause", #"{"reason":"filling the queue"}"#)
        let filled = try await LoadClient(host: "127.0.0.1", port: noroshi.port, path: "/v1/events")
            .post(BenchEvents.bodies(count: notifications, batch: 100, run: 1), connections: 8)
        guard filled.statuses.keys.allSatisfy({ $0 == 200 }) else {
            throw BenchFailure("the queue could not be filled: \(filled.statuses)")
        }
        _ = try await noroshi.waitUntilApplied(since: Date())
        let start = Date()
        try await noroshi.post("/api/v1/destinations/sink/resume")
        try await noroshi.process.waitUntil("every notification was delivered", seconds: 300) {
            sink.record.count >= notifications
        }
        let delivered = Double(notifications) / Date().timeIntervalSince(start)
        try noroshi.process.end()

        let bare = try BareLoop.postsPerSecond(
            url: "http://127.0.0.1:\(sink.port)/hook",
            body: [UInt8](repeating: UInt8(ascii: "x"), count: 3_000),
            count: notifications,
            concurrency: concurrency
        )
        Line.write([
            "bench": "deliver", "notifications": .integer(notifications), "concurrency": .integer(concurrency),
            "delivered_per_s": Line.figure(delivered), "bare_libcurl_per_s": Line.figure(bare),
            "ratio": Line.figure(delivered / bare),
        ])
        try await sink.close()
    }
}
