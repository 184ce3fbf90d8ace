import NoroshiTestSupport
import SQLiteStore
import Store
import Testing

@testable import PostgresStore

@Suite("What a role may do in PostgreSQL", .timeLimit(.minutes(15)))
struct RightsTests {
    /// A role and a database of its own on the shared server, and its address.
    private func with(_ body: (_ address: String, _ role: String, _ owner: Session) async throws -> Void) async throws {
        let server = try PostgresServer.shared()
        let name = PostgresTest.schema()
        let owner = try PostgresTest.session(server.address, "public")
        try owner.script("CREATE ROLE \(name) LOGIN")
        try owner.script("CREATE DATABASE \(name)")
        let address = "host=\(server.directory) dbname=\(name) user="
        try await body(address + name, name, try PostgresTest.session(address + "noroshi", "public"))
    }

    private func refusal(_ address: String) async -> String {
        do {
            let options = PostgresStoreOptions(schema: "alerts")
            try await PostgresTest.with(address, options) { _ in }
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("a right that is missing is told with the statement that grants it, which is enough")
    func grants() async throws {
        try await with { address, role, owner in
            let words = await refusal(address)
            #expect(words.contains(#"CREATE SCHEMA "alerts" AUTHORIZATION "\#(role)""#), "\(words)")
            let grant = #"GRANT CREATE ON DATABASE "\#(role)" TO "\#(role)""#
            #expect(words.contains(grant))
            try owner.script(grant)
            #expect(await refusal(address) == "")
        }
        try await with { address, role, owner in
            try owner.script("CREATE SCHEMA alerts")
            let grant = #"GRANT USAGE, CREATE ON SCHEMA "alerts" TO "\#(role)""#
            for part in ["USAGE", "CREATE"] {
                #expect(await refusal(address).contains(grant))
                try await TemporaryDirectory.with { directory in
                    let store = try SQLiteStore(
                        directory: directory,
                        options: SQLiteStoreOptions(reserveBytes: 4096, logBytes: 0)
                    )
                    await #expect {
                        _ = try await StoreImport.run(
                            from: store,
                            numbers: StoreImport.Numbers(groups: 0, items: 0),
                            to: DatabaseAddress { address },
                            schema: "alerts"
                        )
                    } throws: {
                        "\($0)".contains(grant)
                    }
                    try await store.close()
                }
                try owner.script("GRANT \(part) ON SCHEMA alerts TO \(role)")
            }
            #expect(await refusal(address) == "")
        }
    }

    @Test("a server that answers and lets nobody in is not called one that cannot be reached")
    func refused() async throws {
        try await with { address, role, owner in
            let server = try PostgresServer.shared()
            let host = "host=\(server.directory)"
            try owner.script(#"REVOKE CONNECT ON DATABASE "\#(role)" FROM PUBLIC"#)
            for address in [
                address, "\(host) user=nobody-\(role) dbname=postgres", "\(host) user=noroshi dbname=no-\(role)",
            ] {
                let words = await refusal(address)
                #expect(words.contains("answers and does not let this program in") && words.contains(role), "\(words)")
                #expect(words.contains("whether its server runs") == false)
            }
            let gone = await refusal("host=/nowhere user=noroshi")
            #expect(gone.contains("whether its server runs"), "\(gone)")
        }
    }
}
