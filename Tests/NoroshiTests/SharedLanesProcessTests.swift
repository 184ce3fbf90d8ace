import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("Destinations that several nodes share", .timeLimit(.minutes(15)))
struct SharedLanesProcessTests {
    private static func routes(_ names: [String]) -> String {
        let hooks = names.map { #""\#($0)":{"type":"webhook","url":{"env":"\#($0.uppercased())"}}"# }
        return #"{"version":1,"destinations":{\#(hooks.joined(separator: ","))},"rules":[]}"#
    }

    private static func nodes(_ count: Int, _ names: [String], takeover: Int = 12) throws -> [ServerProcess] {
        var environment = [
            "NOROSHI_DATABASE": try PostgresServer.shared().address,
            "NOROSHI_DATABASE_SCHEMA": "l\(UUID().uuidString.prefix(8).lowercased())",
        ]
        for name in names { environment[name.uppercased()] = "https://\(name).example.com/hook" }
        return try (0..<count).map { _ in
            try ServerProcess(
                routes: routes(names),
                environment: environment,
                arguments: ["--takeover", "\(takeover)"]
            )
        }
    }

    /// Asks again and again, since a process has no way to tell.
    ///
    /// - Returns: How long it took.
    private static func until(_ holds: () async throws -> Bool) async throws -> Duration {
        let begun = ContinuousClock.now
        while try await holds() == false { try await ContinuousClock().sleep(for: .milliseconds(20)) }
        return begun.duration(to: .now)
    }

    @Test("a pause on one node is one on the other within two seconds, and so is its end")
    func paused() async throws {
        let nodes = try Self.nodes(2, ["hook"])
        for node in nodes { try await node.start() }
        // Each of the pauses may fall on the moment at which the other node looks by itself.
        for round in 0..<3 {
            let (here, there) = (nodes[round % 2], nodes[1 - round % 2])
            for (deed, state) in [("pause", "paused"), ("resume", "open")] {
                let body = deed == "pause" ? #"{"reason":"moving"}"# : ""
                let answer = try await here.request("POST", "/api/v1/destinations/hook/\(deed)", body: body)
                #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
                let time = try await Self.until {
                    let list = try await there.get("/api/v1/destinations")
                    return list["items"]?.elements.first?["state"]?.string == state
                }
                #expect(time < .seconds(2), "\(deed) in round \(round)")
            }
        }
        for node in nodes { #expect(await node.terminate() == 0) }
    }

    @Test("a lane that the rules no longer have is no longer that of a node")
    func retired() async throws {
        let node = try #require(try Self.nodes(1, ["one", "two"], takeover: 2).first)
        try await node.start()
        func lanes() async throws -> Int {
            try await node.get("/api/v1/nodes")["nodes"]?.elements.first?["lanes"]?.elements.count ?? 0
        }
        _ = try await Self.until { try await lanes() == 2 }
        try node.write(routes: Self.routes(["one"]))
        node.signal(SIGHUP)
        _ = try await Self.until { try await lanes() == 1 }
        #expect(await node.terminate() == 0)
    }
}
