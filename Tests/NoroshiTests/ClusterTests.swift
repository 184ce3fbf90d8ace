import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

/// Three real nodes on one database, hurt at random moments under load.
@Suite("Several nodes on one database", .serialized)
struct ClusterTests {
    private static let usualRounds = 15
    /// How often a node is hurt; NOROSHI_CLUSTER_ROUNDS asks for more.
    private static let rounds =
        ProcessInfo.processInfo.environment["NOROSHI_CLUSTER_ROUNDS"].flatMap(Int.init) ?? usualRounds

    private enum Hurt: CaseIterable {
        /// kill -9, and a new process in its place.
        case killed
        /// Stopped for longer than the others wait, and then on.
        case stopped
        /// Stopped for less.
        case heldUp
        /// Runs on, and nothing passes between it and the database for longer than the others wait; what it had said and was
        /// not heard arrives after that.
        case partitioned
        /// Runs on, and whatever it has open to the database is closed, for as long.
        case cutOff
    }

    /// A node, and its way to the database.
    private struct Node: Sendable {
        let process: ServerProcess
        let way: CuttingProxy
    }

    @Test(
        "nodes that are killed, stopped or cut off lose nothing, and keep the order of each finding",
        .timeLimit(.minutes(30))
    )
    func hurt() async throws {
        let server = try PostgresServer.shared()
        let schema = "c\(UUID().uuidString.prefix(8).lowercased())"
        try await Receiver.run { receiver, url in
            var environment = ["NOROSHI_DATABASE_SCHEMA": schema]
            for number in 0..<ClusterLoad.destinations { environment["SINK\(number)"] = "\(url)/sink\(number)" }
            let nodes = try (0..<3).map { number in
                let way = try CuttingProxy(to: server)
                environment["NOROSHI_DATABASE"] = "\(way.address) application_name=node\(number)"
                let process = try ServerProcess(
                    routes: ClusterLoad.routes(url),
                    environment: environment,
                    arguments: ["--takeover", "\(ClusterLoad.takeover)"]
                )
                return Node(process: process, way: way)
            }
            for node in nodes { try await node.process.start() }
            let watch = try ClaimWatch(server, schema)
            // What is tried again later is what can come out of order.
            receiver.fail(every: 17)
            // Longer than a send takes, so that whoever is hurt has some under way.
            receiver.answer(after: .milliseconds(40))
            let accepted = ClusterLoad.Accepted()
            var random = SeededGenerator(seed: 11)
            var hurts = 0
            for round in 0..<Self.rounds {
                let kind = Hurt.allCases[Int.random(in: 0..<Hurt.allCases.count, using: &random)]
                let victim = nodes[Int.random(in: 0..<nodes.count, using: &random)]
                let delay = Duration.milliseconds(Int.random(in: 50...700, using: &random))
                let others = nodes.map(\.process).filter { $0 !== victim.process }
                await Self.hurt(victim, kind, after: delay, whilePosting: round, to: others, schema, accepted)
                hurts += 1
                if kind == .killed { try await victim.process.start() }
            }
            // Whatever was under way at a node that is gone is taken over.
            let totals = try await nodes[0].process.settle()
            #expect(totals["balanced"]?.bool == true, "\(totals.text)")
            #expect(totals["dead"]?.integer == 0, "\(totals.text)")
            try ClusterLoad.judge(receiver.received, accepted: Set(accepted.all.keys), hurts: hurts)
            // Beside all other tests nodes wait for a core as long as for one another.
            let most = Self.rounds > Self.usualRounds ? ClusterLoad.quietly : ClusterLoad.promised
            try ClusterLoad.judgeSilence(receiver, accepted.all, atMost: most)
            let settled = try watch.settled(on: server)
            #expect(settled.all > hurts && settled.late == 0, "\(settled.late) of \(settled.all) settled too late")
            for node in nodes { #expect(await node.process.terminate() == 0) }
        }
    }

    /// Hurts a node at a moment while four senders post.
    private static func hurt(
        _ victim: Node,
        _ kind: Hurt,
        after delay: Duration,
        whilePosting round: Int,
        to others: [ServerProcess],
        _ run: String,
        _ accepted: ClusterLoad.Accepted
    ) async {
        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<6 {
                        let finding = round * 100 + worker * 10 + number
                        for step in 0..<4 {
                            // One finding's events come one after another, wherever they come in.
                            let node = (step + worker).isMultiple(of: 3) ? victim.process : others[(step + number) % 2]
                            let event = ClusterLoad.event(finding, step: step, run: run)
                            guard await ClusterLoad.deliver(event, to: node, or: others) else { continue }
                            accepted.insert("\(finding) \(step)")
                        }
                    }
                }
            }
            group.addTask {
                // The moment is what the test varies; the clock is the only way to choose it.
                try? await ContinuousClock().sleep(for: delay)
                let isLong = kind != .heldUp
                let length = Duration.seconds(isLong ? Double(ClusterLoad.takeover) + 1.5 : 1)
                switch kind {
                case .killed: await victim.process.kill9()
                case .stopped, .heldUp:
                    victim.process.signal(SIGSTOP)
                    try? await ContinuousClock().sleep(for: length)
                    victim.process.signal(SIGCONT)
                case .partitioned, .cutOff:
                    victim.way.set(kind == .partitioned ? .stalled : .closed)
                    try? await ContinuousClock().sleep(for: length)
                    victim.way.set(.open)
                }
            }
        }
    }

    @Test("rules and silences of one node are those of the others, and an old file does not bring old rules back")
    func followed() async throws {
        try await Receiver.run { receiver, url in
            var environment = [
                "NOROSHI_DATABASE": try PostgresServer.shared().address,
                "NOROSHI_DATABASE_SCHEMA": "c\(UUID().uuidString.prefix(8).lowercased())",
            ]
            for number in 0..<ClusterLoad.destinations { environment["SINK\(number)"] = "\(url)/sink\(number)" }
            let old = ClusterLoad.routes(url)
            let (first, second) = (
                try ServerProcess(routes: old, environment: environment, arguments: ["--takeover", "2"]),
                try ServerProcess(routes: old, environment: environment, arguments: ["--takeover", "2"])
            )
            try await first.start()
            try await second.start()
            try first.write(routes: old.replacingOccurrences(of: "\"rule0\"", with: "\"renamed\""))
            first.signal(SIGHUP)
            let begun = ContinuousClock.now
            while second.log.contains("rules taken from another node") == false {
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
            // The reload itself waits a moment for whoever may still be writing the file.
            #expect(begun.duration(to: .now) < .seconds(3))

            // A silence that one is told, and an event that comes to the other: whoever leads, knows it.
            let end = Date(timeIntervalSinceNow: 3_600).formatted(.iso8601)
            let silence = #"{"when":{"account":["111111111111"]},"owner":"a","reason":"work","endsAt":"\#(end)"}"#
            let created = try await second.request("POST", "/api/v1/silences", body: silence)
            #expect(created.status == 201, "\(String(decoding: created.body, as: UTF8.self))")
            // As long as it may take until everybody knows.
            try await ContinuousClock().sleep(for: .seconds(1.2))
            #expect(try await first.post(ClusterLoad.event(0, step: 2, run: "quiet")) == 200)
            #expect(try await second.post(ClusterLoad.event(1, step: 2, run: "loud")) == 200)
            let totals = try await second.settle()
            #expect(totals["held"]?["silenced"]?.integer == 1 && totals["delivered"]?.integer == 1, "\(totals.text)")
            #expect(receiver.messages.compactMap { Sample.number(in: $0.body) } == [1])

            #expect(await second.terminate() == 0)
            try await second.start()
            #expect(second.log.contains("is not put in force by a start"))
            let active = try await second.get("/api/v1/status")["rules"]?["active"]
            #expect(active?["version"]?.integer == 2, "\(active?.text ?? "")")
            for node in [first, second] { #expect(await node.terminate() == 0) }
        }
    }
}
