import Findings
import Foundation
import Testing

@Suite("Files that permissions close", .timeLimit(.minutes(15)))
struct PermissionTests {
    private static func rules(_ name: String) -> String {
        #"{"version":1,"destinations":{},"rules":[{"name":"\#(name)","when":{},"suppress":"none"}]}"#
    }

    @Test(
        "a rules file is said to be unreadable, and read as soon as its permissions allow it",
        .enabled(if: ServerProcess.hasUnprivileged)
    )
    func permissions() async throws {
        let server = try ServerProcess(routes: Self.rules("first"), wrapper: ServerProcess.unprivileged)
        try server.giveAway()
        try await server.start()
        // Written elsewhere, so that it can never be read before it is closed to others.
        let next = server.routesPath + ".next"
        try Self.rules("second").write(toFile: next, atomically: false, encoding: .utf8)
        #expect(chmod(next, 0) == 0)
        #expect(rename(next, server.routesPath) == 0)
        while try await inForce(server).lastReload == "activated" {
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        #expect(try await inForce(server).version == 1)
        #expect(chmod(server.routesPath, 0o644) == 0)
        while try await inForce(server).version == 1 { try await ContinuousClock().sleep(for: .milliseconds(50)) }
        #expect(try await inForce(server) == (2, "activated"))
    }

    @Test(
        "what cannot be written is named at the start, before anything is accepted",
        .enabled(if: ServerProcess.hasUnprivileged),
        arguments: ["noroshi.sqlite", "noroshi.sqlite-wal"]
    )
    func unwritable(name: String) async throws {
        let server = try ServerProcess(routes: Self.rules("first"), wrapper: ServerProcess.unprivileged)
        try server.giveAway()
        try await server.start()
        #expect(try await server.post(Sample.guardDuty(1)) == 200)
        await server.kill9()
        let path = "\(server.dataPath)/\(name)"
        #expect(chmod(path, 0o400) == 0)
        let start = try await server.startExpectingExit()
        #expect(start.status == 1)
        #expect(
            start.output.contains(name == "noroshi.sqlite" ? "cannot be written" : "\(name), which this user cannot"),
            "\(start.output)"
        )
        #expect(start.output.contains(server.dataPath), "\(start.output)")
        #expect(chmod(path, 0o600) == 0)
        try await server.start()
        #expect(try await server.settle()["accepted"]?.integer == 1)
        #expect(await server.terminate() == 0)
    }

    private func inForce(_ server: ServerProcess) async throws -> (version: Int?, lastReload: String?) {
        let rules = try await server.get("/api/v1/status")["rules"]
        return (rules?["active"]?["version"]?.integer, rules?["lastReload"]?["result"]?.string)
    }
}
