import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("Pulling as a process", .serialized)
struct SourceProcessTests {
    /// How often the process is killed; NOROSHI_SOURCE_KILLS asks for more.
    private static let kills = ProcessInfo.processInfo.environment["NOROSHI_SOURCE_KILLS"].flatMap(Int.init) ?? 8

    private static func routes(account: String = "111122223333", _ more: String = "", others: String = "") -> String {
        """
        {"version":1,"destinations":{},"rules":[{"name":"none","when":{},"suppress":"a test"}],
         "sources":{"org":{"type":"sqs","queue":"https://sqs.eu-west-1.amazonaws.com/\(account)/findings"\(more)}\(others)}}
        """
    }

    /// Returns once the condition holds of an answer; the time limit of the test bounds it.
    private func until(_ server: ServerProcess, _ path: String, _ condition: (JSON) -> Bool) async throws -> JSON {
        while true {
            let answer = try await server.get(path)
            if condition(answer) { return answer }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }

    private func source(_ server: ServerProcess, _ condition: (JSON) -> Bool) async throws -> JSON {
        let answer = try await until(server, "/api/v1/sources") { answer in
            answer["sources"]?.elements.first.map(condition) ?? false
        }
        return try #require(answer["sources"]?.elements.first)
    }

    /// moto with its queue, and what the peer said of it.
    private struct Moto {
        let peer: PeerProcess

        init() throws { peer = try PeerProcess(python: FakeAWS.peer("moto_sqs.py")) }

        func value(_ name: String) throws -> String { try #require(peer.value(name)) }

        func environment(_ user: String = "") throws -> [String: String] {
            [
                "AWS_ENDPOINT_URL": "http://127.0.0.1:\(try value("port"))", "AWS_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": try value("\(user)key"), "AWS_SECRET_ACCESS_KEY": try value("\(user)secret"),
            ]
        }

        func ask(_ path: String, _ body: String? = nil) async throws -> JSON {
            let request = HTTPRequest(
                method: body == nil ? "GET" : "POST",
                url: try WebURL("http://127.0.0.1:\(try value("control"))/\(path)"),
                body: Array((body ?? "").utf8),
                timeout: .seconds(60),
                addresses: .any
            )
            return try JSONDocument.parse(try await HTTPClient().perform(request).result.get().body)
        }
    }

    @Test(
        "moto's queue is emptied through its role with policies checked: events as they are, and wrapped by SNS and raw",
        .timeLimit(.minutes(15))
    )
    func moto() async throws {
        let moto = try Moto()
        let more = #", "role": "\#(try moto.value("role"))""#
        let ways = ["queue", "sns", "raw"]
        let orders = (0..<60).map { #"{"by": "\#(ways[$0 % 3])", "event": \#(Sample.guardDuty($0))}"# }
        _ = try await moto.ask("send", orders.joined(separator: "\n"))
        let server = try ServerProcess(
            routes: Self.routes(account: "123456789012", more),
            environment: try moto.environment()
        )
        try await server.start()
        // And not so many deletions: one whose answer comes too late is asked for again, and moto knows the message no more.
        while true {
            let depth = try await moto.ask("depth")
            if depth["visible"]?.integer == 0, depth["hidden"]?.integer == 0 { break }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        let source = try await source(server) { $0["counts"]?["received"]?.integer ?? 0 >= 60 }
        #expect(source["state"]?.string == "pulling")
        #expect(source["failure"]?.kind == .null)
        #expect(source["counts"]?["quarantined"]?.integer == 0)
        let totals = try await server.settle()
        #expect(totals["accepted"]?.integer == 60)
        #expect(totals["suppressed"]?.integer == 60)
        let depth = try await moto.ask("depth")
        #expect(["visible", "hidden", "dead"].map { depth[$0]?.integer } == [0, 0, 0])
        #expect(try await server.get("/readyz")["sources"]?["org"]?.string == "ok")
        #expect(await server.terminate() == 0)
        #expect(server.log.contains(try moto.value("secret")) == false)
        #expect(server.log.contains("a queue is set up doubtfully"))
    }

    @Test("who may not read is told so, with the rest of the service unhurt", .timeLimit(.minutes(15)))
    func denied() async throws {
        let moto = try Moto()
        let server = try ServerProcess(
            routes: Self.routes(account: "123456789012"),
            environment: try moto.environment("denied_")
        )
        try await server.start()
        let source = try await source(server) { $0["state"]?.string == "failing" }
        #expect(source["failure"]?["kind"]?.string == "denied", "\(source.text)")
        let ready = try await server.get("/readyz")
        #expect(ready["status"]?.string == "ok")
        #expect(ready["sources"]?["org"]?.string?.contains("access denied") == true)
        #expect(ready.text.contains("arn:") == false)
        let metrics = try await server.request("GET", "/metrics")
        #expect(
            String(decoding: metrics.body, as: UTF8.self).contains(#"noroshi_source_failing_seconds{source="org"}"#)
        )
        #expect(await server.terminate() == 0)
    }

    @Test("check --aws says who asks, whether the queue can be read, and what is doubtful about it")
    func check() async throws {
        let moto = try Moto()
        let more = #", "role": "\#(try moto.value("role"))""#
        let arguments = ["check", "--aws", "-"]
        let text = Self.routes(account: "123456789012", more)
        let good = try CommandRun(CommandRun.noroshi, arguments, input: text, environment: try moto.environment())
        #expect(good.status == 0, "\(good.output)\(good.errors)")
        #expect(good.output.contains("asks as arn:aws:sts::123456789012:assumed-role/reader/"), "\(good.output)")
        #expect(good.output.contains("from the environment's keys"))
        #expect(good.output.contains("can be read"))
        #expect(good.output.contains("received 3 times (maxReceiveCount)"))
        let denied = try CommandRun(
            CommandRun.noroshi,
            arguments + ["--format", "json"],
            input: Self.routes(account: "123456789012"),
            environment: try moto.environment("denied_")
        )
        #expect(denied.status == 1)
        let found = try JSONDocument.parse(Array(denied.output.utf8))["sources"]?.elements.first
        #expect(found?["readable"]?.bool == false)
        #expect(found?["problem"]?.string?.contains("AccessDenied") == true)
        for run in [good, denied] { #expect(run.output.contains(try moto.value("secret")) == false) }
    }

    @Test(
        "kill -9 between the commit and the deletion loses nothing, and nothing is processed twice",
        .timeLimit(.minutes(20))
    )
    func kill() async throws {
        let aws = try await FakeAWS()
        let server = try ServerProcess(routes: Self.routes(), environment: aws.environment.merging(FakeAWS.keys) { $1 })
        try await aws.control(#"{"visibility": 1}"#)
        var next = 0
        for _ in 0..<Self.kills {
            let count = 5
            // The deletion is asked for, so that the commit is behind us, and has no answer.
            try await aws.control(#"{"script": {"DeleteMessageBatch": [["hang", ""]]}}"#)
            let asked = try await deletions(aws)
            try await aws.put((next..<next + count).map { Sample.guardDuty($0) })
            next += count
            try await server.start()
            try await aws.until { state in
                (state["calls"]?.elements ?? []).count { $0.elements[0].string == "DeleteMessageBatch" } > asked
            }
            await server.kill9()
        }
        try await server.start()
        while true {
            let state = try await aws.state()
            if state["messages"]?.elements.isEmpty == true { break }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        let totals = try await server.settle()
        #expect(totals["accepted"]?.integer == next)
        #expect(totals["suppressed"]?.integer == next)
        // At least what was in hand at each kill came again.
        #expect((totals["redelivered"]?.integer ?? 0) >= Self.kills)
        #expect(totals["balanced"]?.bool == true)
        #expect(await server.terminate() == 0)
    }

    private func deletions(_ aws: FakeAWS) async throws -> Int {
        (try await aws.state()["calls"]?.elements ?? []).count { $0.elements[0].string == "DeleteMessageBatch" }
    }

    /// How long the disk is full, in seconds: longer than the store waits before it tries to win its reserve back.
    /// NOROSHI_SOURCE_FULL_DISK asks for more.
    private static let fullFor = ProcessInfo.processInfo.environment["NOROSHI_SOURCE_FULL_DISK"].flatMap(Int.init) ?? 7

    /// Starts the program with a small file system of its own as its data directory, which ends with it. There has to be room
    /// for the reserve of 64 MiB.
    private static let onSmallDisk = [
        "/bin/sh", "-c",
        """
        for word; do [ "$last" != --data ] || data=$word; last=$word; done
        mkdir -p "$data"
        exec unshare -m sh -c 'mount -t tmpfs -o size=128m none "$0" && exec "$@"' "$data" "$@"
        """,
        "sh",
    ]

    @Test(
        "while the disk is full nothing is received, and what was received once is kept when there is room",
        .enabled(if: PostgresServer.mayMount, "only root can mount a small file system, outside of some containers"),
        .timeLimit(.minutes(15))
    )
    func fullDisk() async throws {
        let aws = try await FakeAWS()
        let server = try ServerProcess(
            routes: Self.routes(),
            environment: aws.environment.merging(FakeAWS.keys) { $1 },
            wrapper: Self.onSmallDisk
        )
        // What is received and not deleted can be received again at once.
        try await aws.control(#"{"visibility": 1}"#)
        try await server.start()
        let padding = String(repeating: "x", count: 150_000)
        func event(_ number: Int) -> String { #"{"padding":"\#(padding)","# + Sample.guardDuty(number).dropFirst() }
        try await aws.put([event(0)])
        try await aws.until { $0["messages"]?.elements.isEmpty == true }

        // In the process's own view of the disk.
        let filler = "/proc/\(server.processIdentifier)/root\(server.dataPath)/filler"
        #expect(FileManager.default.createFile(atPath: filler, contents: nil))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: filler))
        let block = Data(repeating: 0, count: 4_096)
        #expect(throws: (any Error).self) { while true { try handle.write(contentsOf: block) } }
        try handle.close()
        try await aws.put((1...20).map(event))
        _ = try await source(server) { $0["state"]?.string == "held" }

        func receipts() async throws -> [Int] {
            (try await aws.state()["messages"]?.elements ?? []).compactMap { $0["count"]?.integer }
        }
        let before = try await receipts()
        // Some were kept where there was room still.
        #expect(before.isEmpty == false)
        let end = ContinuousClock.now + .seconds(Self.fullFor)
        while ContinuousClock.now < end {
            let now = try await receipts()
            #expect(now == before, "after \(end - .now)")
            if now != before { break }
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        let ready = try await server.request("GET", "/readyz")
        #expect(ready.status == 503)
        #expect(try JSONDocument.parse(ready.body)["sources"]?["org"]?.string == "held")

        try FileManager.default.removeItem(atPath: filler)
        try await aws.until { $0["messages"]?.elements.isEmpty == true }
        let totals = try await server.settle()
        #expect(totals["suppressed"]?.integer == 21)
        #expect(totals["balanced"]?.bool == true)
        #expect(try await source(server) { $0["state"]?.string == "pulling" }["counts"]?["deleted"]?.integer == 21)
        #expect(await server.terminate() == 0)
    }

    @Test("a source begins and ends with the rules that name it, within seconds", .timeLimit(.minutes(15)))
    func reload() async throws {
        let aws = try await FakeAWS()
        let none = #"{"version":1,"destinations":{},"rules":[]}"#
        let server = try ServerProcess(routes: none, environment: aws.environment.merging(FakeAWS.keys) { $1 })
        try await server.start()
        #expect(try await server.get("/api/v1/sources")["sources"]?.elements.isEmpty == true)
        try await aws.put([Sample.guardDuty(1)])
        try server.write(routes: Self.routes())
        _ = try await source(server) { $0["counts"]?["deleted"]?.integer == 1 }
        try server.write(routes: none)
        _ = try await until(server, "/api/v1/sources") { $0["sources"]?.elements.isEmpty == true }
        let begin = ContinuousClock.now
        #expect(await server.terminate() == 0)
        #expect(ContinuousClock.now - begin < .seconds(19))
    }

    @Test("nothing of credentials is in the log, whatever goes wrong with them", .timeLimit(.minutes(15)))
    func secrets() async throws {
        let aws = try await FakeAWS()
        let wrong = ["AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "MARKEDMARKED"]
        let server = try ServerProcess(
            routes: Self.routes(),
            environment: aws.environment.merging(wrong) { $1 },
            arguments: ["--log-level", "trace"]
        )
        try await server.start()
        let source = try await source(server) { $0["state"]?.string == "failing" }
        #expect(await server.terminate() == 0)
        for text in [source.text, server.log] {
            #expect(text.contains("MARKEDMARKED") == false)
            // The fake repeats the right key in what it says of a signature.
            #expect(text.contains("test/secret") == false)
            #expect(text.contains("AWS4-HMAC") == false)
        }
    }
}
