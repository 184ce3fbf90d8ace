import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Store
import Testing

@testable import SQLiteStore

@Suite("SQLite: cells that hold what does not belong there")
struct UnreadableCellsTests {
    private func change(_ store: OpenStore, _ sql: String) async throws {
        let sqlite = try #require(store.roles as? SQLiteStore)
        try await sqlite.writer.connection.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    @Test(
        "reading one is an error with words, and the process goes on",
        arguments: [
            "UPDATE observations SET content = x'00ff'", "UPDATE observations SET content = 'garbage'",
            "UPDATE observations SET received_at = 1e300", "UPDATE findings SET first_seen_at = 'yesterday'",
            "UPDATE notifications SET count = x'00'", "UPDATE notifications SET due_at = -1e300",
        ]
    )
    func evidence(sql: String) async throws {
        try await OpenStore.with(.sqlite) { store in
            try await store.queue()
            try await change(store, sql)
            await #expect(throws: (any Error).self) { try await store.roles.finding("finding-0") }
            #expect(try await store.accept() == 2)
        }
    }

    @Test(
        "what nothing goes on without is missed at the start, with what to do",
        arguments: [
            "UPDATE totals SET value = 'many' WHERE name = 'applied_position'", "UPDATE totals SET value = x'00'",
            "UPDATE clock SET wall = 'noon', uptime = 1, boot = 'a'",
            "UPDATE clock SET wall = 1e300, uptime = 1, boot = 'a'",
            "UPDATE clock SET wall = 1, uptime = -1e300, boot = 'a'", "UPDATE clock SET ahead = 1e300",
        ]
    )
    func start(sql: String) async throws {
        try await OpenStore.with(.sqlite) { store in
            try await store.queue()
            try await store.close()
            let connection = try DatabaseQueue(path: store.directory + "/noroshi.sqlite")
            try await connection.writeWithoutTransaction { try $0.execute(sql: sql) }
            try connection.close()
            let error = #expect(throws: DataDirectoryError.self) {
                _ = try SQLiteStore(directory: store.directory, options: .small)
            }
            #expect(error.map { "\($0)".contains("check --data") } == true)
        }
    }
}
