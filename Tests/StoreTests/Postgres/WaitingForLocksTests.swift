import Foundation
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

@testable import PostgresStore

@Suite("Somebody holds locks in PostgreSQL", .timeLimit(.minutes(15)))
struct WaitingForLocksTests {
    /// Holds what the statement locks while the body runs.
    private func holding(_ sql: String, _ schema: String, _ body: @Sendable @escaping () async throws -> Void)
        async throws
    {
        let holder = try PostgresTest.session(PostgresServer.shared().address, schema)
        try holder.script("BEGIN; SET LOCAL search_path TO \(SQLName.quoted(schema)); \(sql)")
        do {
            try await body()
        } catch {
            try holder.script("ROLLBACK")
            throw error
        }
        try holder.script("ROLLBACK")
    }

    @Test("a batch that waits too long fails as a whole, which is no fault of its entries, and is applied afterwards")
    func apply() async throws {
        let schema = PostgresTest.schema()
        let address = try PostgresServer.shared().address + " options='-c lock_timeout=300'"
        try await PostgresTest.with(address, PostgresStoreOptions(schema: schema)) { store in
            let position = try await store.accept(PostgresTest.request("a"))
            let entry = DecidedEntry(position: position, receivedAt: .t(0), [(.example(), .routed())])
            try await holding("SELECT one FROM control FOR UPDATE", schema) {
                // `StoreTrouble` is what appliers do not put down to an entry.
                await #expect {
                    try await store.apply([entry], now: .t(1))
                } throws: { ($0 as? StoreTrouble)?.kind == .locked }
            }
            #expect(store.health.trouble == nil)
            #expect(try await store.apply([entry], now: .t(1)).notifications == 1)
        }
    }

    @Test("a question that takes too long is refused, and the node goes on taking requests")
    func question() async throws {
        let schema = PostgresTest.schema()
        let options = PostgresStoreOptions(schema: schema, readTimeout: .milliseconds(200))
        try await PostgresTest.with(PostgresServer.shared().address, options) { store in
            try await holding("LOCK TABLE findings IN ACCESS EXCLUSIVE MODE", schema) {
                await #expect(throws: QueryTimeout.self) { try await store.findings(FindingFilter(), page: Page()) }
                #expect(store.health.trouble == nil)
                _ = try await store.accept(PostgresTest.request("a"))
            }
            #expect(try await store.findings(FindingFilter(), page: Page()).items.isEmpty)
        }
    }

    /// How often each side has run.
    private final class Runs: Sendable {
        private let counts = Mutex<[Int]>([0, 0])

        var all: [Int] { counts.withLock { $0 } }

        func add(_ side: Int) -> Int {
            counts.withLock { counts in
                counts[side] += 1
                return counts[side]
            }
        }
    }

    @Test("of two transactions that wait for each other one is run again")
    func deadlock() async throws {
        let schema = PostgresTest.schema()
        let address = try PostgresServer.shared().address + " options='-c deadlock_timeout=100ms'"
        try await PostgresTest.with(address, PostgresStoreOptions(schema: schema)) { store in
            let runs = Runs()
            // Each holds one row before either asks for the other.
            let isHeld = (0..<2).map { _ in DispatchSemaphore(value: 0) }
            // Whoever runs again does so once the other is through, since the two might meet again.
            let isDone = (0..<2).map { _ in DispatchSemaphore(value: 0) }
            let lock: @Sendable (Int, PostgresConnection) async throws -> Void = { side, connection in
                try await connection.transaction { session in
                    let run = runs.add(side)
                    let tables = ["control", "notification_numbers"]
                    if run > 1 { isDone[1 - side].wait() }
                    try session.run("SELECT one FROM \(tables[side]) FOR UPDATE")
                    if run == 1 {
                        isHeld[side].signal()
                        isHeld[1 - side].wait()
                    }
                    try session.run("SELECT one FROM \(tables[1 - side]) FOR UPDATE")
                }
                isDone[side].signal()
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await lock(0, store.desk) }
                group.addTask { try await lock(1, store.queue) }
                try await group.waitForAll()
            }
            #expect(runs.all.sorted() == [1, 2])
        }
    }
}
