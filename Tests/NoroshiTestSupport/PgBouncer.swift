import Foundation
import Spawning

/// A pooler that gives each transaction whichever connection is free; ended with the value.
package final class PgBouncer: Sendable {
    /// As libpq takes it.
    package let address: String
    private let process: SpawnedProcess

    /// - Parameters:
    ///   - server: Whose connections are shared.
    ///   - connections: How many there are.
    /// - Throws: When there is no pgbouncer on this machine, or when it does not start.
    package init(to server: PostgresServer, connections: Int) throws {
        let directory = server.directory + "/pool-\(UUID().uuidString.prefix(4))"
        address = "host=\(directory) port=6432 user=noroshi dbname=postgres"
        process = try SpawnedProcess(
            "/bin/sh",
            ["-c", PgBouncer.script, "sh", directory, server.directory, "\(connections)"],
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

    /// It refuses to run as root, and ends when standard input does, whatever becomes of the tests.
    private static let script = #"""
        set -eu
        dir=$1 server=$2 connections=$3
        PATH=$PATH:/usr/sbin
        command -v pgbouncer >/dev/null || { echo "there is no pgbouncer"; exit 1; }
        mkdir "$dir"
        cat >"$dir/pool.ini" <<END
        [databases]
        postgres = host=$server user=noroshi dbname=postgres
        [pgbouncer]
        listen_addr =
        unix_socket_dir = $dir
        listen_port = 6432
        auth_type = any
        pool_mode = transaction
        default_pool_size = $connections
        logfile = $dir/log
        END
        as=
        if [ "$(id -u)" -eq 0 ]; then
            chown -R nobody "$dir"
            as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
        fi
        $as pgbouncer -q "$dir/pool.ini" >"$dir/out" 2>&1 &
        pid=$!
        tries=0
        until [ -S "$dir/.s.PGSQL.6432" ]; do
            tries=$((tries + 1))
            if ! kill -0 $pid 2>/dev/null || [ $tries -gt 100 ]; then tail -1 "$dir/log" "$dir/out"; exit 1; fi
            sleep 0.05
        done
        echo ready
        cat >/dev/null || true
        kill -INT $pid 2>/dev/null || true
        """#
}
