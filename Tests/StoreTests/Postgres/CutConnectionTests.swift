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

    @Test("a node that could not open the database can the next time", arguments: CuttingProxy.Loss.allCases)
    func opening(loss: CuttingProxy.Loss) async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        func open(_ number: Int?) async throws -> Int {
            let options = PostgresStoreOptions(schema: PostgresTest.schema())
            proxy.cut(at: number, losing: loss)
            do {
                try await PostgresStore(DatabaseAddress { proxy.address }, options).close()
            } catch let trouble as StoreTrouble {
                #expect(number != nil && trouble.kind == .unreachable, "request \(number ?? 0): \(trouble)")
            } catch let doubt as CommitDoubt {
                #expect(number != nil, "request \(number ?? 0): \(doubt)")
            }
            let requests = proxy.count
            try await PostgresTest.with(proxy.address, options) { store in
                _ = try await store.accept(PostgresTest.request("a"))
                #expect(try await store.totals().received == 1)
            }
            return requests
        }
        let whole = try await open(nil)
        // All but the commits are alike: nothing is left of them.
        for number in stride(from: loss == .request ? 1 : 2, through: whole, by: 3) { _ = try await open(number) }
    }

    @Test(
        "a node takes over, gives up, and comes back after it was taken for gone, whatever request or answer is lost",
        arguments: CuttingProxy.Loss.allCases
    )
    func membership(loss: CuttingProxy.Loss) async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(proxy.address, options) { store in
            let life = PostgresLife(store)
            let others = try PostgresTest.session(server.address, options.schema)
            try await life.membership(others)
            proxy.cut(at: nil)
            try await life.membership(others)
            let requests = proxy.count
            #expect(requests > 15)
            for number in 1...requests {
                proxy.cut(at: number, losing: loss)
                try await life.membership(others)
            }
            #expect(proxy.cuts == requests)
            proxy.cut(at: nil)
            let totals = try await store.totals()
            #expect(totals.received == requests + 2 && totals.isBalanced)
            #expect(store.health.trouble == nil)
        }
    }

    @Test(
        "what is old goes, and nothing else, whatever request or answer is lost",
        arguments: CuttingProxy.Loss.allCases
    )
    func housekeeping(loss: CuttingProxy.Loss) async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        var options = PostgresStoreOptions(schema: PostgresTest.schema())
        // So that it goes with its partitions.
        options.partitions = PartitionSizes(observations: 4, whole: 0)
        try await PostgresTest.with(proxy.address, options) { [options] store in
            let life = PostgresLife(store)
            let others = try PostgresTest.session(server.address, options.schema)
            func prune(cutting number: Int?) async throws -> Int {
                try await life.growOld()
                proxy.cut(at: number, losing: loss)
                try await life.housekeeping(others)
                let requests = proxy.count
                proxy.cut(at: nil)
                let missing = try others.transaction { session in
                    try session.integer(
                        """
                        SELECT count(*) FROM findings f
                        WHERE NOT EXISTS (SELECT 1 FROM observations o WHERE o.number = f.observation)
                        """
                    )
                }
                #expect(missing == 0, "request \(number ?? 0)")
                let totals = try await store.totals()
                #expect(totals.isBalanced && totals.quarantine.items == 1, "request \(number ?? 0)")
                return requests
            }
            let requests = try await prune(cutting: nil)
            #expect(requests > 500)
            // In between it goes through the keys against redelivery, in hundreds of steps that are alike. Others are cut for the
            // one loss than for the other.
            let first = loss == .request ? 1 : 3
            let numbers =
                Array(stride(from: first, to: 50, by: 5)) + stride(from: requests - 50 + first, to: requests, by: 5)
            for number in numbers { _ = try await prune(cutting: number) }
            #expect(proxy.cuts > numbers.count * 3 / 4, "\(proxy.cuts) of \(numbers.count)")
            // What is left of five findings: the newest of each, and what is in the newest partition.
            let left = try await store.observations(before: nil, since: .t(-1), limit: 1_000, reading: .finding).count
            #expect(left < 20, "\(left)")
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
