import Foundation
import NoroshiTestSupport
import Testing

@testable import PostgresStore

@Suite("A node whose tables a later version has changed", .timeLimit(.minutes(15)))
struct NewerTablesProcessTests {
    @Test("ends when it was taken for gone meanwhile, and does not start again")
    func ends() async throws {
        let server = try PostgresServer.shared()
        let schema = "v\(UUID().uuidString.prefix(8).lowercased())"
        let node = try ServerProcess(
            routes: #"{"version":1,"destinations":{},"rules":[]}"#,
            environment: ["NOROSHI_DATABASE": server.address, "NOROSHI_DATABASE_SCHEMA": schema],
            arguments: ["--takeover", "2"]
        )
        try await node.start()
        #expect(try await node.post(Sample.guardDuty(1)) == 200)
        let settings = Session.Settings(schema: schema, statementTimeout: 10_000, idleTimeout: 60_000)
        let session = try DatabaseAddress { server.address }.connect(settings)
        // As a later version does that has found it standing still.
        try session.transaction { session in
            session.later("INSERT INTO schema_migrations(number, name, needs) VALUES (1000, 'later', 1000)")
            session.later("DELETE FROM nodes")
        }
        #expect(await node.ended() != 0)
        let words = "was changed by a later version of noroshi (migration 1000): run that version"
        #expect(node.log.contains(words), "\(node.log)")
        let refused = try await node.startExpectingExit()
        #expect(refused.status == 1 && refused.output.contains(words), "\(refused.output)")
    }
}
