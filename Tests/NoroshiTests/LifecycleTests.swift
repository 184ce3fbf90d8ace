import CurlClient
import Findings
import Foundation
import HTTPTypes
import Testing

@Suite("The life of the service", .timeLimit(.minutes(15)))
struct LifecycleTests {
    private static let toSink = """
        {"version":1,"destinations":{"sink":{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}},\
        "rules":[{"name":"all","when":{},"send":["sink"]}]}
        """

    @Test("SIGTERM drains and a restart goes on where it stopped")
    func drainAndRestart() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": url + "/hook"])
            try await server.start()
            let paused = try await server.request(
                "POST",
                "/api/v1/destinations/sink/pause",
                body: #"{"reason":"test"}"#
            )
            try #require(paused.status / 100 == 2)
            for number in 0..<20 { #expect(try await server.post(Sample.guardDuty(number)) == 200) }
            #expect(await server.terminate() == 0)
            #expect(server.log.contains(#""message":"drained""#))
            #expect(receiver.received.isEmpty)

            try await server.start()
            let resumed = try await server.request("POST", "/api/v1/destinations/sink/resume")
            try #require(resumed.status / 100 == 2)
            await receiver.wait { $0.count >= 20 }
            let totals = try await server.settle()
            #expect(totals["delivered"]?.integer == 20)
            #expect(Set(receiver.received.compactMap { Sample.number(in: $0.body) }).count == 20)
            #expect(await server.terminate() == 0)
        }
    }

    @Test("the same event posted twice is answered 200 and sent once")
    func redelivery() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": url + "/hook"])
            try await server.start()
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            let totals = try await server.settle()
            #expect(totals["redelivered"]?.integer == 1)
            #expect(totals["accepted"]?.integer == 1)
            #expect(receiver.messages.count == 1)
        }
    }

    @Test("SIGHUP puts new rules in force, and a bad file changes nothing")
    func reload() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": url + "/hook"])
            try await server.start()
            #expect(try await server.get("/api/v1/status")["rules"]?["active"]?["version"]?.integer == 1)

            try server.write(routes: #"{"version":1,"destinations":{},"rules":[{"name":"all","when":{},"sned":[]}]}"#)
            let refused = try await server.request("POST", "/api/v1/routes/reload")
            #expect(refused.status == 422)
            #expect(String(decoding: refused.body, as: UTF8.self).contains("send"))
            #expect(try await server.get("/api/v1/status")["rules"]?["active"]?["version"]?.integer == 1)
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            await receiver.wait { $0.isEmpty == false }

            try server.write(
                routes: LifecycleTests.toSink.replacingOccurrences(of: #""send":["sink"]"#, with: #""suppress":"test""#)
                    .replacingOccurrences(of: #""when":{}"#, with: #""when":{"account":["111122223333"]}"#)
            )
            server.signal(SIGHUP)
            while try await server.get("/api/v1/status")["rules"]?["active"]?["version"]?.integer != 2 {
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
            #expect(try await server.post(Sample.guardDuty(2)) == 200)
            let totals = try await server.settle()
            #expect(totals["suppressed"]?.integer == 1)
            #expect(receiver.messages.count == 1)
        }
    }

    @Test("a second process on the same data directory is refused by name")
    func lock() async throws {
        let server = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": "http://127.0.0.1:9"])
        try await server.start()
        let second = try await server.startExpectingExit()
        #expect(second.status == 1)
        #expect(second.output.contains(server.dataPath))
        #expect(await server.terminate() == 0)
    }

    /// No file may get longer than 70 MiB, in blocks of 512 bytes, which free blocks say nothing of: like a quota, less than
    /// the log's place, and more than the reserve.
    private static let limited = ["/bin/sh", "-c", #"trap '' XFSZ; ulimit -f 143360; exec "$@""#, "sh"]

    @Test("where the log may not have its place, the start says so, and what is accepted is told")
    func limitedLog() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(
                routes: LifecycleTests.toSink,
                environment: ["SINK_URL": url + "/hook"],
                wrapper: LifecycleTests.limited
            )
            try await server.start()
            #expect(server.log.contains("has no room for a log of"), "\(server.log)")
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            #expect(try await server.settle()["delivered"]?.integer == 1)
            #expect(receiver.messages.count == 1)
            #expect(await server.terminate() == 0)
        }
    }

    @Test("a port that is in use is named with its address")
    func busyPort() async throws {
        let first = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": "http://127.0.0.1:9"])
        try await first.start()
        let address = "127.0.0.1:\(first.port)"
        let second = try ServerProcess(
            routes: LifecycleTests.toSink,
            environment: ["SINK_URL": "http://127.0.0.1:9"],
            arguments: ["--listen", address]
        )
        let result = try await second.startExpectingExit()
        #expect(result.status == 1)
        #expect(result.output.contains("cannot listen on \(address): Address already in use"), "\(result.output)")
        #expect(result.output.contains("--listen HOST:PORT"))
        #expect(await first.terminate() == 0)
    }

    @Test("without a token only loopback is listened on")
    func loopbackOnly() async throws {
        let server = try ServerProcess(
            routes: LifecycleTests.toSink,
            arguments: ["--listen", "0.0.0.0:0"]
        )
        let result = try await server.startExpectingExit()
        #expect(result.status == 1)
        #expect(result.output.contains("NOROSHI_TOKEN"))
    }

    @Test("a bad rules file at the first start names line and column and ends the process")
    func badRules() async throws {
        let server = try ServerProcess(routes: "{\n  \"version\": 1,\n  \"rulez\": []\n}")
        let result = try await server.startExpectingExit()
        #expect(result.status == 1)
        #expect(result.output.contains("routes.json:3:"))
        #expect(result.output.contains("rules"))
    }

    @Test("a bad rules file at a later start leaves the last good rules in force")
    func badRulesLater() async throws {
        let server = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": "http://127.0.0.1:9"])
        try await server.start()
        #expect(await server.terminate() == 0)
        try server.write(routes: "{")
        try await server.start()
        #expect(try await server.get("/api/v1/status")["rules"]?["active"]?["version"]?.integer == 1)
        #expect(await server.terminate() == 0)
    }

    @Test("a broken receiver is tried again until it recovers")
    func recovery() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(routes: LifecycleTests.toSink, environment: ["SINK_URL": url + "/hook"])
            try await server.start()
            receiver.answer(.internalServerError)
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            await receiver.wait { $0.count >= 2 }
            receiver.answer(.ok)
            let totals = try await server.settle()
            #expect(totals["delivered"]?.integer == 1)
            let list = try await server.get("/api/v1/deliveries")
            let id = try #require(list["items"]?.elements.first?["id"]?.string)
            let attempts = try #require(try await server.get("/api/v1/deliveries/\(id)")["attempts"]).elements
            #expect(attempts.count >= 3)
            #expect(attempts.first?["status"]?.integer == 500)
            #expect(attempts.last?["status"]?.integer == 200)
            #expect(Set(receiver.received.compactMap(\.id)) == [id])
        }
    }
}
