import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Synchronization
import Testing

/// Three real nodes on one database, hurt at random moments under load.
@Suite("Several nodes on one database", .serialized)
struct ClusterTests {
    /// How often a node is hurt; NOROSHI_CLUSTER_ROUNDS asks for more.
    private static let rounds =
        ProcessInfo.processInfo.environment["NOROSHI_CLUSTER_ROUNDS"].flatMap(Int.init) ?? 15
    /// Sends that one node has under way for one destination: the most that it can repeat when it is gone.
    private static let concurrency = 4
    private static let destinations = 5
    /// The destination that is told of several at once, when its time has come.
    private static let grouped = destinations - 1
    /// Seconds after which a node is taken for gone.
    private static let takeover = 2

    private static func routes(_ url: String) -> String {
        let sinks = (0..<destinations).map { number in
            """
            "sink\(number)":{"type":"webhook","url":{"env":"SINK\(number)"},"allowPrivate":true,\
            "concurrency":\(concurrency),"timeout":"10s","retryFor":"1h"}
            """
        }
        let rules = (0..<destinations).map { number in
            let account = String(repeating: String(number + 1), count: 12)
            let group = number == grouped ? #","group":{"by":["account"],"wait":"1s","interval":"1s"}"# : ""
            return #"{"name":"rule\#(number)","when":{"account":["\#(account)"]},"send":["sink\#(number)"]\#(group)}"#
        }
        return """
            {"version":1,"destinations":{\(sinks.joined(separator: ","))},"rules":[\(rules.joined(separator: ","))]}
            """
    }

    /// A finding that is seen again and again, each time more severe, so that each is news.
    private static func event(_ finding: Int, step: Int, run: String) -> String {
        let account = String(repeating: String(finding % destinations + 1), count: 12)
        let severity = [2.0, 5.0, 8.0, 9.5][step]
        return Sample.guardDuty(finding, severity: severity, title: "finding-\(finding)- step-\(step)-", run: run)
            .replacingOccurrences(of: "event-\(run)-\(finding)", with: "event-\(run)-\(finding)-\(step)")
            .replacingOccurrences(of: "111122223333", with: account)
            .replacingOccurrences(of: "2026-11-02T09:59:31", with: "2026-11-02T10:0\(step):31")
    }

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
            for number in 0..<Self.destinations { environment["SINK\(number)"] = "\(url)/sink\(number)" }
            let nodes = try (0..<3).map { number in
                let way = try CuttingProxy(to: server)
                environment["NOROSHI_DATABASE"] = "\(way.address) application_name=node\(number)"
                let process = try ServerProcess(
                    routes: Self.routes(url),
                    environment: environment,
                    arguments: ["--takeover", "\(Self.takeover)"]
                )
                return Node(process: process, way: way)
            }
            for node in nodes { try await node.process.start() }
            let watch = try ClaimWatch(server, schema)
            // What is tried again later is what can come out of order.
            receiver.fail(every: 17)
            // Longer than a send takes, so that whoever is hurt has some under way.
            receiver.answer(after: .milliseconds(40))
            let accepted = Accepted()
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
            try Self.judge(receiver.received, accepted: Set(accepted.all.keys), hurts: hurts)
            try Self.judgeSilence(receiver, accepted.all)
            let settled = try watch.settled()
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
        _ accepted: Accepted
    ) async {
        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    for number in 0..<6 {
                        let finding = round * 100 + worker * 10 + number
                        for step in 0..<4 {
                            // One finding's events come one after another, wherever they come in.
                            let node = (step + worker).isMultiple(of: 3) ? victim.process : others[(step + number) % 2]
                            let event = Self.event(finding, step: step, run: run)
                            guard await Self.deliver(event, to: node, or: others) else { continue }
                            accepted.insert("\(finding) \(step)")
                        }
                    }
                }
            }
            group.addTask {
                // The moment is what the test varies; the clock is the only way to choose it.
                try? await ContinuousClock().sleep(for: delay)
                let isLong = kind != .heldUp
                let length = Duration.seconds(isLong ? Double(takeover) + 1.5 : 1)
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

    /// What was answered with 200.
    private final class Accepted: Sendable {
        private let state = Mutex<[String: ContinuousClock.Instant]>([:])

        /// Each with when it was.
        var all: [String: ContinuousClock.Instant] { state.withLock { $0 } }

        func insert(_ entry: String) { state.withLock { $0[entry] = .now } }
    }

    @Test("rules and silences of one node are those of the others, and an old file does not bring old rules back")
    func followed() async throws {
        try await Receiver.run { receiver, url in
            var environment = [
                "NOROSHI_DATABASE": try PostgresServer.shared().address,
                "NOROSHI_DATABASE_SCHEMA": "c\(UUID().uuidString.prefix(8).lowercased())",
            ]
            for number in 0..<Self.destinations { environment["SINK\(number)"] = "\(url)/sink\(number)" }
            let old = Self.routes(url)
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
            #expect(try await first.post(Self.event(0, step: 2, run: "quiet")) == 200)
            #expect(try await second.post(Self.event(1, step: 2, run: "loud")) == 200)
            let totals = try await second.settle()
            #expect(totals["held"]?["silenced"]?.integer == 1 && totals["delivered"]?.integer == 1, "\(totals.text)")
            #expect(receiver.received.compactMap { Sample.number(in: $0.body) } == [1])

            #expect(await second.terminate() == 0)
            try await second.start()
            #expect(second.log.contains("is not put in force by a start"))
            let active = try await second.get("/api/v1/status")["rules"]?["active"]
            #expect(active?["version"]?.integer == 2, "\(active?.text ?? "")")
            for node in [first, second] { #expect(await node.terminate() == 0) }
        }
    }

    /// What one message says of one finding.
    private struct Told: Hashable {
        var finding: Int
        var step: Int

        static func all(in body: String) throws -> [Told] {
            let message = try JSONDocument.parse(Array(body.utf8))
            let titles = message["bundle"]?["items"]?.elements.map { $0["title"] } ?? [message["finding"]?["title"]]
            return try titles.map { title in
                let title = try #require(title?.string)
                let range = try #require(title.range(of: "step-"))
                return Told(
                    finding: try #require(Sample.number(in: title)),
                    step: try #require(Int(title[range.upperBound...].prefix { $0.isNumber }))
                )
            }
        }
    }

    /// Posts an event, at another node when the first does not answer: as a proxy in front does.
    private static func deliver(_ event: String, to node: ServerProcess, or others: [ServerProcess]) async -> Bool {
        for target in [node] + others {
            // A node that is gone answers nothing, and one that is stopped answers late.
            if let status = try? await target.post(event), status == 200 { return true }
        }
        return false
    }

    /// Looks through what came out of the nodes.
    private static func judge(_ received: [Receiver.Received], accepted: Set<String>, hurts: Int) throws {
        var told: [String: [Told]] = [:]
        var steps: [Int: [Int]] = [:]
        var timed: [Told: Int] = [:]
        for message in received {
            let id = try #require(message.id)
            // What was sent again.
            guard told[id] == nil else { continue }
            let news = try Told.all(in: message.body)
            told[id] = news
            for entry in news {
                steps[entry.finding, default: []].append(entry.step)
                if message.path == "/sink\(grouped)" { timed[entry, default: 0] += 1 }
            }
        }
        let twice = timed.filter { $0.value > 1 }
        #expect(twice.isEmpty && timed.count > hurts, "a timer fired twice for \(twice.keys)")
        var lost: [String] = []
        for entry in accepted {
            let parts = entry.split(separator: " ").compactMap { Int($0) }
            // A later step tells an earlier one that had not been sent; never the other way round.
            if steps[parts[0]]?.contains(where: { $0 >= parts[1] }) != true { lost.append(entry) }
        }
        #expect(lost.isEmpty, "accepted and never told: \(lost.sorted())")
        let disordered = steps.filter { $0.value != $0.value.sorted() }
        #expect(disordered.isEmpty, "first sends out of order: \(disordered)")
        let repeats = received.count - told.count
        #expect(repeats <= hurts * concurrency * destinations, "\(repeats) repeats in \(hurts) rounds")
        #expect(accepted.count > hurts * 20)
    }

    /// No destination waits for longer than it may take until all is in other hands; see Operating, "A node that is gone".
    private static func judgeSilence(_ receiver: Receiver, _ accepted: [String: ContinuousClock.Instant]) throws {
        var told: [Int: [(step: Int, at: ContinuousClock.Instant)]] = [:]
        for message in receiver.received {
            for entry in try Told.all(in: message.body) {
                told[entry.finding, default: []].append((entry.step, message.at))
            }
        }
        var waits: [Int: [LaneSilence.Wait]] = [:]
        for (entry, since) in accepted {
            let parts = entry.split(separator: " ").compactMap { Int($0) }
            let until = told[parts[0]]?.filter { $0.step >= parts[1] }.map(\.at).min()
            // One that never was is lost, and not for this to find.
            guard let until else { continue }
            waits[parts[0] % destinations, default: []].append(LaneSilence.Wait(since: since, until: until))
        }
        for number in 0..<destinations {
            let sends = receiver.heard.filter { $0.path == "/sink\(number)" }
            let silence = LaneSilence.longest(waits[number] ?? [], sends)
            #expect(silence < .seconds(takeover + 10), "sink\(number) was silent for \(silence)")
        }
    }
}
