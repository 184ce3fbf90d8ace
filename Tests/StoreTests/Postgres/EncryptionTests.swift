import NoroshiTestSupport
import Store
import Testing

@testable import PostgresStore

@Suite("The way to PostgreSQL is encrypted", .timeLimit(.minutes(15)))
struct EncryptionTests {
    @Test("a life over TLS is as one over a socket, and every connection of it is encrypted")
    func life() async throws {
        let encrypted = try EncryptedPostgresServer()
        let address = encrypted.address(root: encrypted.certificate)
        let schema = PostgresTest.schema()
        try await PostgresTest.with(address, PostgresStoreOptions(schema: schema)) { store in
            var life = PostgresLife(store)
            try await life.pipeline()
            #expect(try await store.totals().isBalanced)
            let kinds = try PostgresTest.session(address, schema).transaction { session in
                try session.all(
                    """
                    SELECT ssl::text, count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                    WHERE application_name = 'noroshi' GROUP BY ssl
                    """
                ) { "\(try $0.text(0)) \(try $0.integer(1) > 3)" }
            }
            #expect(kinds == ["true true"])
        }
    }

    @Test("a server that does not show the certificate that is wanted is not spoken to")
    func refused() async throws {
        let encrypted = try EncryptedPostgresServer()
        // libpq's own words, which an operator would search for.
        for (address, words) in [
            (encrypted.address(root: encrypted.stranger), "certificate verify failed"),
            (encrypted.address(name: "other.example.test", root: encrypted.certificate), "does not match host name"),
            (encrypted.address(root: "/nowhere/root.crt"), "root certificate file"),
        ] {
            try await expectRefusal(address, words)
        }
        try encrypted.endEncryption()
        try await expectRefusal(encrypted.address(root: encrypted.certificate), "server does not support SSL")
        // Asked for by name, less is enough.
        let plain = encrypted.address(mode: "prefer", root: encrypted.certificate)
        try await PostgresTest.with(plain, PostgresStoreOptions(schema: PostgresTest.schema())) { store in
            _ = try await store.accept(PostgresTest.request("a"))
        }
    }

    private func expectRefusal(_ address: String, _ words: String) async throws {
        await #expect {
            _ = try await PostgresStore(
                DatabaseAddress { address },
                PostgresStoreOptions(schema: PostgresTest.schema())
            )
        } throws: { error in
            "\(error)".contains(words) && "\(error)".contains("not-shown") == false
        }
    }
}
