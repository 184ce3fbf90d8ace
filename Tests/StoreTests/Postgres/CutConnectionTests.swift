import Foundation
import NoroshiTestSupport
import Store
import Testing

@testable import PostgresStore

@Suite("The connection to PostgreSQL is cut", .timeLimit(.minutes(15)))
struct CutConnectionTests {
    enum Part: String, Sendable, CaseIterable {
        case pipeline, people
    }

    /// What a life has left, what it has sent, and how many requests that took.
    private struct Trace {
        var state: [String]
        var sent: [String: Int]
        var requests: Int
        var cuts: Int
        var isBalanced: Bool
    }

    private static func live(_ part: Part, cutting number: Int?, losing loss: CuttingProxy.Loss) async throws -> Trace {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        let schema = PostgresTest.schema()
        return try await PostgresTest.with(proxy.address, PostgresStoreOptions(schema: schema)) { store in
            proxy.cut(at: number, losing: loss)
            var life = PostgresLife(store)
            switch part {
            case .pipeline: try await life.pipeline()
            case .people: try await life.people()
            }
            let requests = proxy.count
            let totals = try await store.totals()
            return Trace(
                state: try PostgresLife.state(server.address, schema),
                sent: life.sent,
                requests: requests,
                cuts: proxy.cuts,
                isBalanced: totals.isBalanced
            )
        }
    }

    @Test(
        "whatever request or answer is lost, what is left is as if none had been",
        arguments: Part.allCases,
        CuttingProxy.Loss.allCases
    )
    func everywhere(part: Part, loss: CuttingProxy.Loss) async throws {
        let whole = try await Self.live(part, cutting: nil, losing: loss)
        #expect(whole.isBalanced && whole.cuts == 0)
        #expect(whole.sent.values.allSatisfy { $0 == 1 })
        #expect(whole.requests > 20)
        try await withThrowingTaskGroup { group in
            let width = 4
            for first in 1...width {
                group.addTask {
                    for number in stride(from: first, through: whole.requests, by: width) {
                        let cut = try await Self.live(part, cutting: number, losing: loss)
                        #expect(cut.cuts == 1 && cut.isBalanced, "request \(number)")
                        #expect(cut.state == whole.state, "request \(number)")
                        #expect(cut.sent == whole.sent, "request \(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("a batch whose answer is lost is kept once when it is sent again, and twice under another number")
    func control() async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        let schema = PostgresTest.schema()
        try await PostgresTest.with(server.address, PostgresStoreOptions(schema: schema)) { store in
            let connection = PostgresConnection(
                "test",
                DatabaseAddress { proxy.address },
                Session.Settings(schema: schema, statementTimeout: 10_000, idleTimeout: 5_000),
                store.condition,
                Planning()
            )
            func entries() throws -> Int64? {
                try PostgresTest.session(server.address, schema).transaction {
                    try $0.integer("SELECT count(*) FROM journal")
                }
            }
            let waiters = ["a", "b"].map { IntakeWaiter(PostgresTest.request($0)) { _ in } }
            let node = store.membership.node
            let batch = IntakeBatch(stream: node, sequence: 0, precedingDay: 0, number: 1, waiters: waiters)
            try PostgresTest.session(server.address, schema).transaction {
                _ = try PartitionRows.make([Partition(of: .journal, batch.day..<batch.day + 1)], $0)
            }
            func insert(_ batch: IntakeBatch) async throws {
                try await connection.transaction { try batch.insert($0, quarantineLimit: 1 << 20) }
            }
            // All of a batch is one request.
            proxy.cut(at: 1)
            await #expect(throws: CommitDoubt.self) { try await insert(batch) }
            #expect(proxy.cuts == 1)
            #expect(try entries() == 2)
            await #expect {
                try await insert(batch)
            } throws: { error in
                (error as? PostgresError)?.constraint == "\(Partition.name(ofDay: batch.day))_pkey"
            }
            #expect(try entries() == 2)
            // Were the key not there, the check would see it.
            try await insert(
                IntakeBatch(stream: node, sequence: 2, precedingDay: batch.day, number: 2, waiters: waiters)
            )
            #expect(try entries() == 4)
            #expect(try await store.totals().received == 4)
            await connection.close()
        }
    }

    @Test("while nothing passes, what is asked waits, and is answered once it does")
    func stalled() async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        let options = PostgresStoreOptions(schema: PostgresTest.schema(), intakePatience: .milliseconds(500))
        try await PostgresTest.with(proxy.address, options) { store in
            _ = try await store.accept(PostgresTest.request("before"))
            proxy.set(.stalled)
            // Given up by its sender, and written after all: the connection is not lost.
            await #expect {
                _ = try await store.accept(PostgresTest.request("meanwhile"))
            } throws: { error in
                if case .unwritable(let trouble) = error as? IntakeError { trouble.kind == .stalled } else { false }
            }
            proxy.set(.open)
            await store.examine()
            _ = try await store.accept(PostgresTest.request("after"))
            let entries = try await store.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["before", "meanwhile", "after"])
        }
    }
}
