import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("A data directory beside a database", .timeLimit(.minutes(15)))
struct LeftDirectoryTests {
    /// Nobody listens there.
    private static let routes = """
        {"version":1,"destinations":{"hook":{"type":"webhook","url":{"env":"HOOK_URL"},"allowPrivate":true,\
        "retryFor":"1h"}},"rules":[{"name":"all","when":{},"send":["hook"]}]}
        """

    private static func environment(database: Bool) throws -> [String: String] {
        var variables = ["HOOK_URL": "http://127.0.0.1:9/hook"]
        guard database else { return variables }
        variables["NOROSHI_DATABASE"] = try PostgresServer.shared().address
        variables["NOROSHI_DATABASE_SCHEMA"] = "d\(UUID().uuidString.prefix(8).lowercased())"
        return variables
    }

    /// A directory in which a service has worked, and one on a database that names the same.
    private static func both(pending: Bool) async throws -> (old: ServerProcess, new: ServerProcess) {
        let old = try ServerProcess(routes: routes, environment: environment(database: false))
        try await old.start()
        if pending { #expect(try await old.post(Sample.guardDuty(1)) == 200) }
        #expect(await old.terminate() == 0)
        let new = try ServerProcess(
            routes: routes,
            environment: environment(database: true),
            arguments: ["--data", old.dataPath]
        )
        return (old, new)
    }

    @Test("in which messages wait keeps the service from starting, until it is moved")
    func pending() async throws {
        let (old, new) = try await Self.both(pending: true)
        let refused = try await new.startExpectingExit()
        #expect(refused.status == 1)
        let words = refused.output
        #expect(words.contains("is not served") && words.contains("and 1 messages"), "\(words)")
        #expect(refused.output.contains("noroshi migrate --from \(old.dataPath)"))
        // What is told to do can be done: the refusal has left the database empty.
        let moved = try CommandRun(
            CommandRun.noroshi,
            ["migrate", "--from", old.dataPath],
            environment: new.environment
        )
        #expect(moved.status == 0, "\(moved.errors)")
        try await new.start()
        #expect(new.log.contains("is not served") == false)
        #expect(try await new.get("/api/v1/status")["totals"]?["pending"]?.integer == 1)
        #expect(await new.terminate() == 0)
    }

    @Test("in which nothing waits is warned of")
    func idle() async throws {
        let (old, new) = try await Self.both(pending: false)
        try await new.start()
        #expect(new.log.contains("\(old.dataPath) is not served"))
        #expect(await new.terminate() == 0)
    }
}
