import ArgumentParser
import Findings
import Foundation
import NIOCore

struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Durable accepts a second through HTTP, and the rate until everything is applied.",
        discussion: """
            With --alertmanager the same number of alerts is posted to a fresh Alertmanager in the same run, round by
            round, and the last line gives the medians of the rounds' ratios. Every accept is synced to disk before it is
            answered; Alertmanager keeps alerts in memory, and is asked for the same: every alert by itself to a webhook.
            With --stored the same is measured in turn on an empty store and on one that holds so many alerts, and with
            --database on a data directory and on a PostgreSQL.
            """
    )

    @Option(help: "The noroshi executable.")
    var binary = ".build/release/noroshi"

    @Option(help: "Findings to post in each round.")
    var findings = 20_000

    @Option(help: "Findings in one request.")
    var batch = 1

    @Option(help: "Connections that post at the same time.")
    var connections = 64

    @Option(help: "How often everything is repeated; medians count.")
    var rounds = 5

    @Option(help: "The prometheus-alertmanager executable to compare with.")
    var alertmanager: String?

    @Option(help: "Alerts that a second store holds before anything is measured on it.")
    var stored = 0

    @Option(help: "A PostgreSQL to compare a data directory with: host=DIRECTORY user=noroshi dbname=postgres.")
    var database: String?

    func run() async throws {
        if let database { return try await compareDatabase(database) }
        guard stored == 0 else { return try await compareStores() }
        var accepted: [Double] = []
        var applied: [Double] = []
        var compared: [Double] = []
        for round in 1...rounds {
            let result = try await measureNoroshi(round)
            accepted.append(result.accepted)
            applied.append(result.applied)
            if let alertmanager { compared.append(try await measureAlertmanager(alertmanager, round)) }
        }
        guard compared.isEmpty == false else { return }
        Line.write([
            "bench": "accept_ratio", "batch": .integer(batch),
            "accept_to_alertmanager": Line.ratio(accepted, to: compared),
            "sustained_to_alertmanager": Line.ratio(applied, to: compared),
        ])
    }

    /// In turn, so that both meet the same machine.
    private func compareStores() async throws {
        let data = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        let begin = Date()
        try await StoredAlerts.fill(data, count: stored)
        Line.write([
            "bench": "fill", "stored": .integer(stored), "seconds": Line.figure(Date().timeIntervalSince(begin)),
        ])
        var empty: [(accepted: Double, applied: Double)] = []
        var full: [(accepted: Double, applied: Double)] = []
        for round in 1...rounds {
            empty.append(try await measureNoroshi(round))
            full.append(try await measureNoroshi(round, data: data))
        }
        try FileManager.default.removeItem(at: data)
        Line.write([
            "bench": "accept_stored_ratio", "stored": .integer(stored), "batch": .integer(batch),
            "empty_per_s": Line.figure(Line.median(empty.map(\.accepted))),
            "stored_per_s": Line.figure(Line.median(full.map(\.accepted))),
            "ratio": Line.ratio(full.map(\.accepted), to: empty.map(\.accepted)),
            "applied_ratio": Line.ratio(full.map(\.applied), to: empty.map(\.applied)),
        ])
    }

    /// In turn, so that both meet the same machine.
    private func compareDatabase(_ database: String) async throws {
        var embedded: [(accepted: Double, applied: Double)] = []
        var shared: [(accepted: Double, applied: Double)] = []
        for round in 1...rounds {
            embedded.append(try await measureNoroshi(round))
            let name = "bench_" + UUID().uuidString.prefix(8).lowercased()
            shared.append(try await measureNoroshi(round, in: (database, name)))
            try PlainInserts.run(database, "DROP SCHEMA \"\(name)\" CASCADE")
        }
        Line.write([
            "bench": "accept_database_ratio", "batch": .integer(batch),
            "accept_to_directory": Line.ratio(shared.map(\.accepted), to: embedded.map(\.accepted)),
            "sustained_to_directory": Line.ratio(shared.map(\.applied), to: embedded.map(\.applied)),
        ])
    }

    private func measureNoroshi(
        _ round: Int,
        data: URL? = nil,
        in schema: (database: String, name: String)? = nil
    ) async throws -> (accepted: Double, applied: Double) {
        let sink = try await Sink()
        let noroshi = try await NoroshiProcess.start(
            binary: binary,
            destination: #"{"type":"slack","url":{"env":"SINK_URL"},"allowPrivate":true}"#,
            sinkURL: "http://127.0.0.1:\(sink.port)/hook",
            data: data,
            in: schema
        )
        let bodies = BenchEvents.bodies(count: findings, batch: batch, run: round)
        let before = try noroshi.process.processorSeconds()
        let start = Date()
        let result = try await LoadClient(host: "127.0.0.1", port: noroshi.port, path: "/v1/events")
            .post(bodies, connections: connections)
        guard result.statuses == [200: bodies.count] else {
            throw BenchFailure("not every request was accepted: \(result.statuses) \(result.lastBody)")
        }
        let spent = try noroshi.process.processorSeconds() - before
        let applied = Double(findings) / (try await noroshi.waitUntilApplied(since: start))
        let accepted = Double(findings) / result.seconds
        Line.write([
            "bench": "accept", "round": .integer(round), "batch": .integer(batch), "connections": .integer(connections),
            "stored": .integer(data == nil ? 0 : stored), "database": .bool(schema != nil),
            "findings": .integer(findings),
            "findings_per_s": Line.figure(accepted),
            "requests_per_s": Line.figure(result.perSecond), "applied_per_s": Line.figure(applied),
            "p50_ms": Line.figure(result.milliseconds(at: 0.5)), "p99_ms": Line.figure(result.milliseconds(at: 0.99)),
            "cpu_us_per_finding": Line.figure(spent / Double(findings) * 1_000_000),
            "cpu_us_until_applied": Line.figure(
                (try noroshi.process.processorSeconds() - before) / Double(findings) * 1_000_000
            ),
        ])
        try noroshi.process.end()
        try await sink.close()
        return (accepted, applied)
    }

    private func measureAlertmanager(_ executable: String, _ round: Int) async throws -> Double {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let sink = try await Sink()
        let configuration = directory.appending(path: "alertmanager.yml")
        // What Noroshi is asked to do: every alert by itself, to one webhook.
        let text = """
            route:
              receiver: sink
              group_by: ['...']
            receivers:
              - name: sink
                webhook_configs:
                  - url: http://127.0.0.1:\(sink.port)/hook
            """
        try Data(text.utf8).write(to: configuration)
        let port = try ChildProcess.freePort()
        let process = try ChildProcess(
            executable,
            directory: directory,
            arguments: [
                "--config.file", configuration.path, "--storage.path", directory.appending(path: "data").path,
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=", "--log.level=error",
            ]
        )
        let client = LoadClient(host: "127.0.0.1", port: port, path: "/api/v2/alerts")
        try await process.waitUntil("Alertmanager was ready") {
            do {
                let ready = LoadClient(host: "127.0.0.1", port: port, path: "/-/ready", method: "GET")
                return try await ready.post([ByteBuffer()], connections: 1).statuses == [200: 1]
            } catch is LoadClient.CannotConnect {
                return false
            }
        }
        let bodies = BenchEvents.alerts(count: findings, batch: batch, run: round)
        let before = try process.processorSeconds()
        let result = try await client.post(bodies, connections: connections)
        let spent = try process.processorSeconds() - before
        guard result.statuses == [200: bodies.count] else {
            throw BenchFailure("Alertmanager did not take every request: \(result.statuses) \(result.lastBody)")
        }
        let rate = Double(findings) / result.seconds
        Line.write([
            "bench": "alertmanager", "round": .integer(round), "batch": .integer(batch),
            "alerts_per_s": Line.figure(rate), "p50_ms": Line.figure(result.milliseconds(at: 0.5)),
            "p99_ms": Line.figure(result.milliseconds(at: 0.99)),
            "cpu_us_per_finding": Line.figure(spent / Double(findings) * 1_000_000),
        ])
        try process.end()
        try await sink.close()
        return rate
    }
}
