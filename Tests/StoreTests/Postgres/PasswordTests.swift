import Foundation
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("The password of PostgreSQL is changed", .timeLimit(.minutes(15)))
struct PasswordTests {
    private static func tellsNoPassword(_ error: any Error) -> Bool {
        let words = "\(error)"
        return words.contains("password authentication failed") && words.contains("secret") == false
    }

    @Test("open connections go on, new ones take the password that the file has then, and no error tells one")
    func rotation() async throws {
        let server = try PostgresServer()
        // As long as the server trusts everybody.
        let session = try PostgresTest.session(server.address, "public")
        try session.script("ALTER ROLE noroshi PASSWORD 'first-secret'")
        try server.replace("pg_hba.conf", with: ["local all all scram-sha-256"])
        try server.run(.reload)

        let file = FileManager.default.temporaryDirectory.appendingPathComponent("noroshi-address-\(UUID())")
        func say(_ password: String) throws {
            try Data("\(server.address) password=\(password)\n".utf8).write(to: file)
        }
        try say("first-secret")
        defer { try? FileManager.default.removeItem(at: file) }  // a leftover in the temporary directory harms nobody
        let address = DatabaseAddress { try String(contentsOf: file, encoding: .utf8) }
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(address, options) { store in
            _ = try await store.accept(PostgresTest.request("a"))
            #expect(try await Self.entries(store) == 1)
            try await Self.record(store)

            try session.script("ALTER ROLE noroshi PASSWORD 'second-secret'")
            _ = try await store.accept(PostgresTest.request("b"))
            #expect(try await Self.entries(store) == 2)
            try await Self.record(store)

            store.desk.drop()
            await #expect {
                try await Self.record(store)
            } throws: { error in
                (error as? StoreTrouble)?.kind == .refused && Self.tellsNoPassword(error)
            }
            let trouble = try #require(store.health.trouble)
            #expect(Self.tellsNoPassword(trouble))
            // What is open is not concerned.
            _ = try await store.accept(PostgresTest.request("c"))
            #expect(store.health.trouble == nil)

            try say("second-secret")
            try await Self.record(store)
            store.pipeline.drop()
            #expect(try await Self.entries(store) == 3)
        }
        try say("third-secret")
        await #expect {
            _ = try await PostgresStore(address, options)
        } throws: {
            Self.tellsNoPassword($0)
        }
    }

    private static func record(_ store: PostgresStore) async throws {
        try await store.record(AuditEntry(actor: "ana", action: "silence.create", subject: "1"), now: .t(1))
    }

    private static func entries(_ store: PostgresStore) async throws -> Int {
        let unapplied = try await store.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
        return unapplied.count
    }
}
