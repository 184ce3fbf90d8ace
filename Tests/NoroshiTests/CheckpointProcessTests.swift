import CurlClient
import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("A log that cannot be moved into the database", .timeLimit(.minutes(15)))
struct CheckpointProcessTests {
    private static let routes = #"{"version":1,"destinations":{},"rules":[{"name":"all","when":{},"suppress":"none"}]}"#

    /// An event that takes a megabyte of the journal.
    private static func event(_ number: Int) -> String {
        let padding = String(repeating: "\(number % 10)", count: 1 << 20)
        return Sample.guardDuty(number).replacing(
            #""archived":false"#,
            with: #""archived":false,"padding":"\#(padding)""#
        )
    }

    /// Lets the process make no file longer than that; what it is refused is an error, since its shell ignored the signal.
    private static func limit(_ server: ServerProcess, _ bytes: String) throws {
        let process = "\(server.processIdentifier)"
        let run = try CommandRun("prlimit", ["--pid", process, "--fsize=\(bytes):unlimited"])
        #expect(run.status == 0, "\(run.errors)")
    }

    private static func size(_ server: ServerProcess) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: server.dataPath + "/noroshi.sqlite")
        return try #require(attributes[.size] as? Int)
    }

    @Test("is said once when it begins and once when it is over, counted and shown, and nothing is lost")
    func begins() async throws {
        let server = try ServerProcess(
            routes: Self.routes,
            wrapper: ["/bin/sh", "-c", #"trap '' XFSZ; exec "$0" "$@""#]
        )
        try await server.start()
        var posted = 0
        func post() async throws {
            posted += 1
            try #require(try await server.post(Self.event(posted)) == 200)
        }
        // The database becomes longer than its log will be, so that the limit meets it alone.
        while try Self.size(server) < 20 << 20 { try await post() }
        try Self.limit(server, "\(Self.size(server))")
        let words = #""message":"the log cannot be moved into the database and grows; nothing is lost""#
        while try await failures(server) < 1 { try await post() }
        // It is tried again, and fails again, without another word.
        while try await failures(server) < 2 { try await ContinuousClock().sleep(for: .milliseconds(50)) }
        #expect(server.log.components(separatedBy: words).count == 2)
        #expect(
            server.log.contains(#""kind":"io_error""#) || server.log.contains("errno 27"),
            "\(server.log.suffix(2_000))"
        )
        #expect(try await server.request("GET", "/readyz").status == 200)
        try Self.limit(server, "unlimited")
        let over = #""message":"the log is moved into the database again""#
        while server.log.contains(over) == false { try await ContinuousClock().sleep(for: .milliseconds(50)) }
        #expect(server.log.components(separatedBy: words).count == 2)
        let totals = try await server.settle()
        #expect(totals["accepted"]?.integer == posted)
        #expect(await server.terminate() == 0)
        #expect(server.log.components(separatedBy: over).count == 2)
        #expect(try Self.size(server) > 20 << 20)
    }

    private func failures(_ server: ServerProcess) async throws -> Int {
        let metrics = String(decoding: try await server.request("GET", "/metrics").body, as: UTF8.self)
        let line = metrics.split(separator: "\n").first { $0.hasPrefix("noroshi_store_checkpoint_failures_total ") }
        return try #require(line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) })
    }
}
