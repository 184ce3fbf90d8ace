import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing

@testable import PostgresStore

@Suite("A pooler stands between, and gives each transaction another connection", .timeLimit(.minutes(1)))
struct PoolerTests {
    @Test("everything goes on with fewer connections than a node has, and without statements that are kept")
    func transactions() async throws {
        let server = try PostgresServer.shared()
        let pooler = try PgBouncer(to: server, connections: 3)
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(pooler.address, options) { store in
            var life = PostgresLife(store)
            try await life.pipeline()
            try await life.people()
            #expect(life.sent.isEmpty == false && life.sent.values.allSatisfy { $0 == 1 })
            try await withThrowingTaskGroup { group in
                for number in 0..<40 {
                    group.addTask {
                        _ = try await store.accept(PostgresTest.request("\(number)"))
                        _ = try await store.totals()
                        _ = try await store.findings(FindingFilter(), page: Page())
                    }
                }
                try await group.waitForAll()
            }
            #expect(await store.membership.turn() == nil)
            #expect(store.membership.mayDo(.triage))
            let totals = try await store.totals()
            #expect(totals.isBalanced && totals.waiting == 40)
            #expect(store.health.trouble == nil)
        }
    }
}
