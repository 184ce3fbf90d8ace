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

    @Test("a program that knows fewer tables runs beside one that knows more, as long as those say that it may")
    func besides() async throws {
        let server = try PostgresServer.shared()
        let schema = PostgresTest.schema()
        let options = PostgresStoreOptions(schema: schema)
        let before = Array(Schema.migrations.dropLast())
        let last = try #require(Schema.migrations.last)
        try Migrator.migrate(schema, PostgresTest.session(server.address, schema), before)
        try await PostgresTest.with(server.address, options) { newer in
            // The program of before starts again, and finds what it knows.
            try Migrator.migrate(schema, PostgresTest.session(server.address, schema), before)
            let later = last.number + 1
            func note(needs: Int64) throws {
                _ = try PostgresTest.session(server.address, schema).transaction { session in
                    try session.run("DELETE FROM schema_migrations WHERE number = $1", [later])
                    try session.run(
                        "INSERT INTO schema_migrations(number, name, needs) VALUES ($1, 'later', $2)",
                        [later, needs]
                    )
                }
            }
            try note(needs: last.number)
            try await PostgresTest.with(server.address, options) { older in
                _ = try await older.accept(PostgresTest.request("a"))
                _ = try await newer.accept(PostgresTest.request("b"))
                #expect(try await newer.totals().received == 2)
                #expect(try await older.membership.nodes().count == 2)
            }
            try note(needs: later)
            await #expect(throws: DatabaseTooNew(schema: schema, migration: later)) {
                _ = try await PostgresStore(DatabaseAddress { server.address }, options)
            }
        }
    }
}
