import Foundation
import Spawning
import Synchronization

/// A PostgreSQL server for the tests of one process: started when the first of them wants it, ended with the process.
///
/// It listens on a socket in a directory of its own and nowhere else. Its files go with it.
package final class PostgresServer: Sendable {
    /// Where the socket is.
    package let directory: String
    private let process: SpawnedProcess

    private static let started = Mutex<Result<PostgresServer, any Error>?>(nil)

    /// The server that tests share, each with a schema of its own.
    package static func shared() throws -> PostgresServer {
        try started.withLock { started in
            if let started { return try started.get() }
            let result = Result { try PostgresServer() }
            started = result
            return try result.get()
        }
    }

    /// As libpq takes it.
    package var address: String { "host=\(directory) user=noroshi dbname=postgres" }

    /// Starts a server.
    ///
    /// - Parameter settings: Of `postgresql.conf`, e.g. `fsync=off`.
    /// - Throws: When there is no PostgreSQL on this machine, or when it does not start.
    package init(settings: [String] = ["fsync=off", "max_connections=400"]) throws {
        // Short, since a socket's path may have 107 bytes (unix(7)).
        directory = FileManager.default.temporaryDirectory.path + "/noroshi-pg-\(UUID().uuidString.prefix(8))"
        let options = settings.map { "-c \($0)" }.joined(separator: " ")
        process = try SpawnedProcess(
            "/bin/sh",
            ["-c", PostgresServer.script, "sh", directory, options],
            input: .pipe,
            output: .pipe
        )
        var said = Data()
        while let next = try process.output?.read(upToCount: 1), next.isEmpty == false, next != Data([10]) {
            said.append(next)
        }
        let word = String(decoding: said, as: UTF8.self)
        guard word == "ready" else {
            throw PeerError(description: "PostgreSQL cannot be started: \(word); `.ci/setup test` installs it")
        }
    }

    deinit {
        try? process.input?.close()  // the script ends by itself; a second close has nothing to report to
    }

    /// PostgreSQL refuses to run as root. The server ends when standard input does, whatever becomes of the tests.
    private static let script = #"""
        set -eu
        dir=$1 options=$2
        bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
        [ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo nowhere/initdb)")
        [ -x "$bin/initdb" ] || { echo "no initdb in /usr/lib/postgresql or on the PATH"; exit 1; }
        mkdir -m 700 "$dir"
        as() { "$@"; }
        if [ "$(id -u)" -eq 0 ]; then
            chown nobody "$dir"
            as() { setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$dir" LC_ALL=C "$@"; }
        fi
        trap 'rm -rf "$dir"' EXIT
        cd "$dir"
        as "$bin/initdb" -D "$dir/data" -U noroshi -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/log" 2>&1 \
            || { tail -1 "$dir/log"; exit 1; }
        as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log2" -w -o "-c listen_addresses='' -k $dir $options" start \
            >/dev/null 2>&1 || { tail -1 "$dir/log2"; exit 1; }
        echo ready
        cat >/dev/null || true
        as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
        """#
}
