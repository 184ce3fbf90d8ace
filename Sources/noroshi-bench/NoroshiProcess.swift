import Findings
import Foundation
import NIOCore

/// A `noroshi serve` that is measured: a fresh data directory, one destination, everything on loopback.
struct NoroshiProcess {
    let process: ChildProcess
    let port: Int

    /// Starts the service and waits until it is ready.
    ///
    /// - Parameters:
    ///   - binary: Path of the `noroshi` executable.
    ///   - destination: The JSON of the one destination, named `sink`; its URL is `{"env":"SINK_URL"}`.
    ///   - sinkURL: What SINK_URL says.
    ///   - data: The data directory, which outlives the process; `nil` for a fresh one.
    ///   - rules: A whole routes.json; `nil` for one with the destination alone and a few rules.
    ///   - schema: The address of a database and a schema in it, in the place of a directory.
    /// - Returns: The running service.
    /// - Throws: ``BenchFailure`` with the end of its log when it does not become ready.
    static func start(
        binary: String,
        destination: String,
        sinkURL: String,
        data: URL? = nil,
        rules: String? = nil,
        in schema: (database: String, name: String)? = nil
    ) async throws -> NoroshiProcess {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let routes = directory.appending(path: "routes.json")
        let few = """
            {"version":1,"destinations":{"sink":\(destination)},
            "accounts":{"production":["1111*"],"sandbox":["9999*"]},
            "rules":[
            {"name":"sandbox noise","when":{"account":["@sandbox"],"severity":"<=medium"},"suppress":"sandbox"},
            {"name":"public buckets","when":{"control":["S3.*"],"resourceType":["AwsS3Bucket"]},"send":["sink"]},
            {"name":"severe","when":{"severity":">=high","region":["eu-*","us-east-1"]},"send":["sink"]}
            ],"fallback":{"send":["sink"]}}
            """
        try Data((rules ?? few).utf8).write(to: routes)
        let port = try ChildProcess.freePort()
        let process = try ChildProcess(
            binary,
            directory: directory,
            arguments: ["serve", "--routes", routes.path, "--listen", "127.0.0.1:\(port)", "--log-level", "warning"]
                + (schema == nil ? ["--data", (data ?? directory.appending(path: "data")).path] : []),
            environment: ["SINK_URL": sinkURL].merging(
                schema.map { ["NOROSHI_DATABASE": $0.database, "NOROSHI_DATABASE_SCHEMA": $0.name] } ?? [:]
            ) { _, new in new }
        )
        let noroshi = NoroshiProcess(process: process, port: port)
        try await process.waitUntil("noroshi was ready") {
            do {
                return try await noroshi.get("/readyz").statuses == [200: 1]
            } catch is LoadClient.CannotConnect {
                return false
            }
        }
        return noroshi
    }

    func get(_ path: String) async throws -> LoadClient.Result {
        try await LoadClient(host: "127.0.0.1", port: port, path: path, method: "GET").post(
            [ByteBuffer()],
            connections: 1
        )
    }

    func post(_ path: String, _ body: String = "") async throws {
        let result = try await LoadClient(host: "127.0.0.1", port: port, path: path)
            .post([ByteBuffer(string: body)], connections: 1)
        guard let status = result.statuses.keys.first, status / 100 == 2 else {
            throw BenchFailure("POST \(path): \(result.statuses) \(result.lastBody)")
        }
    }

    /// The totals of `/api/v1/status`.
    func totals() async throws -> JSON {
        let body = try await get("/api/v1/status").lastBody
        guard let totals = try JSONDocument.parse(body)["totals"] else {
            throw BenchFailure("/api/v1/status has no totals: \(body.prefix(500))")
        }
        return totals
    }

    /// Waits until every accepted finding is routed, triaged and queued; the seconds since `start`.
    ///
    /// To ask costs the service several milliseconds while many messages wait, so it is asked often at the end alone: after
    /// a fifth of the time that the rest would take at the pace of before.
    func waitUntilApplied(since start: Date) async throws -> Double {
        var last: (waiting: Int, at: Date)?
        while true {
            let waiting = try await totals()["waiting"]?.integer ?? 0
            let now = Date()
            let seconds = now.timeIntervalSince(start)
            guard waiting > 0 else { return seconds }
            guard seconds < 600 else { throw BenchFailure("\(waiting) findings were not applied within 600 s") }
            var pause = NoroshiProcess.shortestPause
            if let last, last.waiting > waiting {
                let rest = now.timeIntervalSince(last.at) / Double(last.waiting - waiting) * Double(waiting)
                pause = min(max(pause, rest / 5), NoroshiProcess.longestPause)
            }
            last = (waiting, now)
            try await Task.sleep(for: .seconds(pause))
        }
    }

    private static let shortestPause = 0.02
    private static let longestPause = 0.5
}
