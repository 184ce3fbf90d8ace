import Foundation
import Spawning

/// A PostgreSQL server that listens on a loopback port with a certificate of its own for `db.example.test`.
package struct EncryptedPostgresServer: Sendable {
    package let server: PostgresServer
    /// PEM files: the server's certificate, which is its own authority, and one of nobody.
    package let certificate: String
    package let stranger: String
    private let port: Int

    package init() throws {
        (server, port) = try Self.listening()
        certificate = server.directory + "/server.crt"
        stranger = server.directory + "/stranger.crt"
        let outcome = try SpawnedProcess(
            "/bin/sh",
            ["-c", Self.script, "sh", server.directory],
            output: .nowhere,
            errors: .nowhere
        ).wait()
        guard outcome == .exited(0) else { throw PeerError(description: "openssl makes no certificates: \(outcome)") }
        for line in ["ssl = on", "ssl_cert_file = '\(certificate)'", "ssl_key_file = '\(server.directory)/server.key'"]
        {
            try server.append(line)
        }
        try restart()
    }

    /// As libpq takes it.
    ///
    /// - Parameters:
    ///   - name: What the server is called; the connection goes to this machine whatever it is.
    ///   - mode: Value of `sslmode`.
    ///   - root: The certificate that is believed.
    /// - Returns: The address.
    package func address(name: String = "db.example.test", mode: String = "verify-full", root: String) -> String {
        "host=\(name) hostaddr=127.0.0.1 port=\(port) user=noroshi dbname=postgres password=not-shown sslmode=\(mode) "
            + "sslrootcert=\(root) gssencmode=disable"
    }

    /// Has the server offer no encryption any more.
    package func endEncryption() throws {
        try server.append("ssl = off")
        try restart()
    }

    private func restart() throws {
        try server.run(.stop)
        try server.run(.start)
    }

    /// Another process may take the port first.
    private static func listening() throws -> (PostgresServer, Int) {
        var tries = 0
        while true {
            let port = try LoopbackSocket.freePort()
            do {
                let settings = ["fsync=off", "listen_addresses=127.0.0.1", "port=\(port)"]
                return (try PostgresServer(settings: settings), port)
            } catch let error as PeerError {
                tries += 1
                if tries == 3 { throw error }
            }
        }
    }

    /// The server reads its key as the owner of its directory.
    private static let script = #"""
        set -eu
        cd "$1"
        for name in server stranger; do
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout $name.key -out $name.crt \
                -subj /CN=db.example.test -addext subjectAltName=DNS:db.example.test
            chmod 600 $name.key
            chown "$(stat -c %u .)" $name.key
        done
        """#
}
