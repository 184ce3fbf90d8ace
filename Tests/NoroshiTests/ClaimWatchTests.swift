import Foundation
import NoroshiTestSupport
import Testing

@testable import PostgresStore

/// The cluster's judge of late settlements, shown one: nodes that work leave it nothing to find.
@Suite("Who settles what another process has claimed", .timeLimit(.minutes(15)))
struct ClaimWatchTests {
    @Test("is found, and nobody else is")
    func late() async throws {
        let server = try PostgresServer.shared()
        let schema = "w\(UUID().uuidString.prefix(8).lowercased())"
        let store = try await PostgresStore(
            DatabaseAddress { server.address },
            PostgresStoreOptions(schema: schema, nodeName: "test")
        )
        let watch = try ClaimWatch(server, schema)
        let (first, second) = (
            try ClaimWatch.session(server, schema, as: "node0"), try ClaimWatch.session(server, schema, as: "node1")
        )
        /// How many were settled, and how many of them late.
        func judged() throws -> [Int] {
            let settled = try watch.settled(on: server)
            return [settled.all, settled.late]
        }
        func claim(_ number: Int, _ session: Session) throws {
            try session.transaction { session in
                session.later(
                    "UPDATE notifications SET state = 1, attempts = attempts + 1, claimed_by = 7 WHERE number = $1",
                    [number]
                )
            }
        }
        func settle(_ number: Int, _ session: Session) throws {
            // Without the conditions that the store's own settlement has.
            try session.transaction { session in
                session.later("UPDATE notifications SET state = 2 WHERE number = $1", [number])
            }
        }
        try first.transaction { session in
            session.later(
                """
                INSERT INTO notifications(number, id, destination, state, created_at, due_at, retrying_since, attempts,
                    uncertain, minimal, transition, severity, finding, observation, first_seen_at, opened_at, received_at,
                    count, rule, version, thread, units, turn)
                SELECT n, 'id' || n, 'chat', 0, 0, 0, 0, 0, 0, false, 'new', 3, 1, 1, 0, 0, 0, 1, 'r', 1, 't', 1, n
                FROM generate_series(1, 3) AS n
                """
            )
        }
        for number in 1...3 { try claim(number, first) }
        try settle(1, first)
        #expect(try judged() == [1, 0])
        // Taken over, and settled by the one that has it now.
        try claim(2, second)
        try settle(2, second)
        #expect(try judged() == [2, 0])
        // The first has not noticed.
        try claim(3, second)
        try settle(3, first)
        #expect(try judged() == [3, 1])
        // What is settled a second time counts as well: it was another's.
        try settle(2, first)
        #expect(try judged() == [4, 2])
        try await store.close()
    }
}
