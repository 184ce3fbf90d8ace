import Foundation
import Spawning

/// A pgbouncer before a PostgreSQL server, ended with the process: each transaction may go over another of its few connections.
package final class TransactionPooler: Sendable {
    private let directory: String
    private let process: SpawnedProcess

    /// As libpq takes it.
    package var address: String { "host=\(directory) port=6432 user=noroshi dbname=postgres" }

    /// - Parameters:
    ///   - server: Where its connections lead.
    ///   - size: How many there are at most; each is used in turn.
    /// - Throws: When there is no pgbouncer on this machine, or when it does not start.
    package init(to server: PostgresServer, size: Int) throws {
        directory = FileManager.default.temporaryDirectory.path + "/noroshi-pb-\(UUID().uuidString.prefix(8))"
        process = try SpawnedProcess(
            "/bin/sh",
            ["-c", TransactionPooler.script, "sh", directory, server.directory, String(size)],
            input: .pipe,
            output: .pipe
        )
        var said = Data()
        while let next = try process.output?.read(upToCount: 1), next.isEmpty == false, next != Data([10]) {
            said.append(next)
        }
        let word = String(decoding: said, as: UTF8.self)
        guard word == "ready" else {
            throw PeerError(description: "pgbouncer cannot be started: \(word); `.ci/setup test` installs it")
        }
    }

    deinit {
        try? process.input?.close()  // the script ends by itself; a second close has nothing to report to
    }

    /// It refuses to run as root, as the server does. The port is a part of the socket's name and nothing else.
    private static let script = #"""
        set -eu
        dir=$1 server=$2 size=$3
        PATH=$PATH:/usr/sbin
        command -v pgbouncer >/dev/null || { echo "no pgbouncer on the PATH"; exit 1; }
        mkdir -m 700 "$dir"
        cat >"$dir/pgbouncer.ini" <<END
        [databases]
        postgres = host=$server user=noroshi
        [pgbouncer]
        listen_addr =
        listen_port = 6432
        unix_socket_dir = $dir
        auth_type = any
        pool_mode = transaction
        default_pool_size = $size
        server_round_robin = 1
        max_client_conn = 100
        END
        as=
        if [ "$(id -u)" -eq 0 ]; then
            chown -R nobody "$dir"
            as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
        fi
        cd "$dir"
        $as pgbouncer "$dir/pgbouncer.ini" >"$dir/log" 2>&1 &
        pooler=$!
        trap 'kill $pooler 2>/dev/null || true; wait $pooler || true; rm -rf "$dir"' EXIT
        while [ ! -S "$dir/.s.PGSQL.6432" ]; do
            kill -0 $pooler 2>/dev/null || { tail -1 "$dir/log"; exit 1; }
            sleep 0.05
        done
        echo ready
        cat >/dev/null
        """#
}
