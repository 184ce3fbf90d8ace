import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import PostgresStore

@Suite("A pooler stands between nodes and PostgreSQL", .timeLimit(.minutes(15)))
struct PoolerTests {
    private struct Trace {
        var state: [String]
        var sent: [String: Int] = [:]
        var keepsStatements: Bool
    }

    private final class Runs: Sendable {
        private let count = Atomic<Int>(0)

        func isFirst() -> Bool { count.wrappingAdd(1, ordering: .relaxed).newValue == 1 }
    }

    /// A life over an address, beside another node that was there before.
    private static func live(_ address: String) async throws -> Trace {
        let schema = PostgresTest.schema()
        let options = PostgresStoreOptions(schema: schema)
        return try await PostgresTest.with(address, options) { other in
            try await PostgresTest.with(address, options) { store in
                for node in [store, other] { await node.membership.beat() }
                var life = PostgresLife(store)
                try await life.pipeline()
                try await life.people()
                #expect(try await store.totals().isBalanced)
                #expect(try await other.membership.nodes().count == 2)
                #expect(store.health.trouble == nil)
                return Trace(
                    state: try PostgresLife.state(PostgresServer.shared().address, schema),
                    sent: life.sent,
                    keepsStatements: store.desk.planning.keepsStatements.load(ordering: .relaxed)
                )
            }
        }
    }

    @Test("with another connection for each transaction everything is as without it, and statements are not kept")
    func life() async throws {
        let server = try PostgresServer.shared()
        let straight = try await Self.live(server.address)
        let pooler = try TransactionPooler(to: server, size: 3)
        // The second time its connections know statements of the first.
        for _ in 0..<2 {
            let pooled = try await Self.live(pooler.address)
            #expect(pooled.state == straight.state)
            #expect(pooled.sent == straight.sent)
            #expect(pooled.keepsStatements == false)
        }
        #expect(straight.keepsStatements)
        #expect(straight.sent.isEmpty == false)
    }

    @Test("a statement that another session had prepared under the same name is the same statement")
    func names() throws {
        let pooler = try TransactionPooler(to: PostgresServer.shared(), size: 2)
        let schema = "public"
        let planning = Planning()
        let settings = Session.Settings(schema: schema, statementTimeout: 10_000, idleTimeout: 60_000)
        let sessions = try (0..<2).map { _ in try DatabaseAddress { pooler.address }.connect(settings, planning) }
        var forgotten = 0
        var right = 0
        func ask(_ number: Int, _ then: () throws -> Void = {}) throws {
            do {
                try sessions[number].transaction { session in
                    #expect(try session.integer("SELECT \(number)::bigint") == Int64(number))
                    right += 1
                    // Meanwhile its connection is taken.
                    try then()
                }
            } catch let error as PostgresError where error.isForgottenStatement {
                forgotten += 1
            }
        }
        for round in 0..<8 {
            try ask(round % 2) { try ask(1 - round % 2) }
            if round % 3 == 0 { try ask(0) }
        }
        #expect(forgotten > 0, "the connections were never exchanged")
        #expect(right > 2)
    }

    @Test("what a failed transaction had prepared stays known, and statements go on being kept")
    func failure() throws {
        let planning = Planning()
        let settings = Session.Settings(schema: "public", statementTimeout: 10_000, idleTimeout: 60_000)
        let session = try DatabaseAddress { try PostgresServer.shared().address }.connect(settings, planning)
        for _ in 0..<2 {
            #expect {
                try session.transaction { session in
                    // One that is prepared, one that fails, and one that is not reached.
                    session.later("SELECT 1::bigint")
                    session.later("SELECT 1 / 0")
                    session.later("SELECT 2::bigint")
                }
            } throws: { error in
                (error as? PostgresError)?.state == "22012"
            }
            let answers = try session.transaction { session in
                try [session.integer("SELECT 1::bigint"), session.integer("SELECT 2::bigint")]
            }
            #expect(answers == [1, 2])
        }
    }

    @Test("of two connections that find out at once that statements are not kept, both run what they were at again")
    func together() async throws {
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(PostgresServer.shared().address, options) { store in
            let runs = Runs()
            let answer = try await store.desk.transaction { [planning = store.desk.planning] session in
                if runs.isFirst() {
                    // As the other one does.
                    planning.keepsStatements.store(false, ordering: .relaxed)
                    throw PostgresError(state: "26000", message: "it does not exist")
                }
                return try session.integer("SELECT 1::bigint")
            }
            #expect(answer == 1)
        }
    }
}
