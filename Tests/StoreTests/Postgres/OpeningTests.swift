import NoroshiTestSupport
import Store
import Testing

@testable import PostgresStore

@Suite("Nodes open a PostgreSQL database", .timeLimit(.minutes(15)))
struct OpeningTests {
    @Test("four at once find it empty: all come up, and the tables are made once")
    func together() async throws {
        let server = try PostgresServer.shared()
        for _ in 0..<3 {
            let schema = PostgresTest.schema()
            let stores = try await withThrowingTaskGroup(of: PostgresStore.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await PostgresStore(
                            DatabaseAddress { server.address },
                            PostgresStoreOptions(schema: schema)
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(stores.map(\.node)).count == 4)
            for store in stores { _ = try await store.accept(PostgresTest.request("a")) }
            for store in stores { #expect(try await store.totals().received == 4) }
            let migrations = try PostgresTest.session(server.address, schema).transaction { session in
                try session.all("SELECT number FROM schema_migrations ORDER BY number") { try $0.integer(0) }
            }
            #expect(migrations == Schema.migrations.map(\.number))
            for store in stores { try await store.close() }
        }
    }

    @Test("a program that is older than the tables is refused and changes nothing, and one that was there goes on")
    func older() async throws {
        let server = try PostgresServer.shared()
        let schema = PostgresTest.schema()
        let options = PostgresStoreOptions(schema: schema)
        try await PostgresTest.with(server.address, options) { store in
            _ = try await store.accept(PostgresTest.request("a"))
            let later = try #require(Schema.migrations.last).number + 1
            _ = try PostgresTest.session(server.address, schema).transaction { session in
                try session.run("INSERT INTO schema_migrations(number, name) VALUES ($1, 'later')", [later])
            }
            let before = try PostgresLife.state(server.address, schema)
            for _ in 0..<2 {
                await #expect {
                    _ = try await PostgresStore(DatabaseAddress { server.address }, options)
                } throws: { error in
                    (error as? DatabaseTooNew) == DatabaseTooNew(schema: schema, migration: later)
                }
            }
            #expect(try PostgresLife.state(server.address, schema) == before)
            #expect(try await store.membership.nodes().map(\.number) == [store.node])
            _ = try await store.accept(PostgresTest.request("b"))
            #expect(try await store.totals().received == 2)
        }
    }
}
