import Foundation
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("Programs of two versions work on one PostgreSQL database", .timeLimit(.minutes(15)))
struct TwoVersionsTests {
    /// What a later version might know.
    private static func later(needs: Int64? = nil) throws -> [Schema.Migration] {
        let last = try #require(Schema.migrations.last).number
        let sql = """
            ALTER TABLE findings ADD COLUMN later text NOT NULL DEFAULT 'nothing';
            ALTER TABLE notifications ADD COLUMN later bigint;
            ALTER TABLE journal ADD COLUMN later bytea;
            ALTER TABLE observations ADD COLUMN later float8 NOT NULL DEFAULT 0;
            CREATE TABLE later(number bigint PRIMARY KEY REFERENCES findings ON DELETE CASCADE);
            """
        return Schema.migrations + [
            Schema.Migration(number: last + 1, name: "later", needs: needs ?? last, sql: sql)
        ]
    }

    private static func options(
        _ schema: String,
        _ program: String,
        knowing migrations: [Schema.Migration] = Schema.migrations,
        burial: Double = 12
    ) -> PostgresStoreOptions {
        let name = "node-\(program)"
        var options = PostgresStoreOptions(schema: schema, nodeName: name, program: program, burial: burial)
        options.migrations = migrations
        return options
    }

    private static func migrations(_ schema: String) throws -> [Int64] {
        try PostgresTest.session(PostgresServer.shared().address, schema).transaction { session in
            try session.all("SELECT number FROM schema_migrations ORDER BY number") { try $0.integer(0) }
        }
    }

    /// A store that works, until it is stopped as a service stops.
    private struct Working {
        let store: PostgresStore
        private let nodes: WorkingNodes
        private let work: Task<Void, Never>

        init(_ store: PostgresStore, _ nodes: WorkingNodes) {
            (self.store, self.nodes) = (store, nodes)
            // Ended by `stop`, in an order that no scope has: nodes come and go beside each other.
            work = Task { await nodes.work(store) }
        }

        func stop() async throws {
            nodes.leave(store)
            work.cancel()
            await work.value
            try await store.close()
        }
    }

    @Test("the later one changes tables under load, both accept, apply and send, and nothing is lost or out of order")
    func together() async throws {
        let address = DatabaseAddress { try PostgresServer.shared().address }
        let schema = PostgresTest.schema()
        let older = Self.options(schema, "1")
        let newer = Self.options(schema, "2", knowing: try Self.later())
        let nodes = WorkingNodes()
        let first = Working(try await PostgresStore(address, older), nodes)
        try await withThrowingTaskGroup { group in
            defer { nodes.end() }
            for _ in 0..<3 { group.addTask { try await nodes.post() } }
            try await nodes.wait { nodes.sentCount(by: first.store) > 20 }
            // Somebody reads for long what is to be changed: who changes it waits, and all others go on.
            let reader = try PostgresTest.session(PostgresServer.shared().address, schema)
            try reader.begin()
            _ = try reader.rows("SELECT set_config('idle_in_transaction_session_timeout', '0', true)")
            _ = try reader.rows("SELECT count(*) FROM findings")
            async let opening = PostgresStore(address, newer)
            try await nodes.wait {
                try await first.store.desk.transaction { session in
                    try session.integer(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'findings'::regclass"
                    ) ?? 0
                } > 0
            }
            // More than what had been applied by then.
            let before = nodes.acceptedCount
            try await nodes.wait { nodes.sent.count > before + 20 }
            #expect(try Self.migrations(schema) == older.migrations.map(\.number))
            try reader.commit()
            let second = Working(try await opening, nodes)
            #expect(try Self.migrations(schema) == newer.migrations.map(\.number))
            #expect(first.store.membership.mayDo(.triage))
            let known = nodes.sentCount(by: first.store)
            try await nodes.wait {
                nodes.sentCount(by: first.store) > known + 20 && nodes.sentCount(by: second.store) > 20
            }
            // The earlier one leads until it goes, then the later one does.
            try await first.stop()
            try await nodes.wait { second.store.membership.mayDo(.triage) }
            // And an earlier one comes beside it again.
            let third = Working(try await PostgresStore(address, older), nodes)
            try await nodes.wait { nodes.sentCount(by: third.store) > 20 }
            #expect(try await third.store.membership.nodes().map(\.program) == ["2", "1"])
            nodes.end()
            try await group.waitForAll()
            try await nodes.drain(third.store)
            #expect(try await third.store.totals().isBalanced)
            try await second.stop()
            try await third.stop()
        }
        let faults = nodes.faults()
        #expect(faults.lost.isEmpty && faults.disordered.isEmpty, "\(faults)")
        let sent = nodes.sent
        #expect(Set(sent.map(\.id)).count == sent.count, "something was sent twice")
        #expect(nodes.acceptedCount == sent.count)
    }

    @Test("tables that an earlier program would not understand are not made while one works, and it does not come back")
    func apart() async throws {
        let address = DatabaseAddress { try PostgresServer.shared().address }
        let schema = PostgresTest.schema()
        let older = Self.options(schema, "1", burial: 0.8)
        let last = try #require(Schema.migrations.last).number
        let newer = Self.options(schema, "2", knowing: try Self.later(needs: last + 1), burial: 0.8)
        try await PostgresTest.with(address, older) { store in
            _ = try await store.accept(PostgresTest.request("before"))
            // Beats as fast as it can, so that whoever looks twice sees it.
            await withTaskGroup { group in
                group.addTask { while Task.isCancelled == false { await store.membership.beat() } }
                defer { group.cancelAll() }
                let refusal = await #expect(throws: OlderNodes.self) { try await PostgresStore(address, newer) }
                #expect(refusal?.nodes.map(\.number) == [store.node])
                #expect(refusal.map { "\($0)".contains("stop node-1 (1), and start this one then") } == true)
            }
            #expect(try Self.migrations(schema) == older.migrations.map(\.number))

            // It stands still now, as one that is stopped or gone without a word.
            try await PostgresTest.with(address, newer) { later in
                #expect(try Self.migrations(schema) == newer.migrations.map(\.number))
                #expect(try await later.membership.nodes().map(\.number) == [later.node])
                #expect(await later.membership.beat() == nil)
                #expect(later.membership.mayDo(.triage))
                // And goes on.
                let tooNew = DatabaseTooNew(schema: schema, migration: last + 1)
                await #expect(throws: tooNew) { try await store.membership.run { _ in throw CancellationError() } }
                #expect(store.membership.mayDo(.triage) == false)
                #expect(try await later.membership.nodes().map(\.number) == [later.node])
                let entries = try await later.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
                #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["before"])
                // Nor does it start.
                await #expect(throws: tooNew) { try await PostgresStore(address, older) }
            }
        }
    }
}
