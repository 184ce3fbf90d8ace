import Foundation
import Spawning
import Synchronization

/// A PostgreSQL server for the tests of one process, ended with the process.
///
/// It listens on a socket in a directory of its own and nowhere else. Its files go with it.
package final class PostgresServer: Sendable {
    /// Where the socket is.
    package let directory: String
    private let process: SpawnedProcess
    /// One word to the script and its answer at a time.
    private let talk = Mutex(())

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

    /// Whether this process may mount a file system, as a server with little room needs.
    package static let mayMount: Bool = {
        let script = "d=$(mktemp -d) && mount -t tmpfs -o size=64k none $d && umount $d && rmdir $d"
        do {
            return try SpawnedProcess("/bin/sh", ["-c", script], output: .nowhere, errors: .nowhere).wait()
                == .exited(0)
        } catch {
            return false
        }
    }()

    /// Where the server listens.
    package var socket: String { directory + "/.s.PGSQL.5432" }

    /// What can be done to a server.
    package enum Command: String, Sendable {
        case start
        /// With every connection closed and everything on disk.
        case stop
        /// As if its processes had been killed; starting takes the log up.
        case crash
        /// Reads the files of its settings again.
        case reload
        /// Makes a standby the primary.
        case promote
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - settings: Of `postgresql.conf`, e.g. `fsync=off`.
    ///   - primary: The one whose standby it is to be.
    ///   - room: How many bytes there are for its data, its log apart; needs the right to mount. `nil` for all of the disk.
    /// - Throws: When there is no PostgreSQL on this machine, or when it does not start.
    package init(
        settings: [String] = ["fsync=off", "max_connections=600"],
        standbyOf primary: PostgresServer? = nil,
        room: Int? = nil
    ) throws {
        // Short, since a socket's path may have 107 bytes (unix(7)).
        directory = FileManager.default.temporaryDirectory.path + "/noroshi-pg-\(UUID().uuidString.prefix(8))"
        let options = settings.map { "-c \($0)" }.joined(separator: " ")
        process = try SpawnedProcess(
            "/bin/sh",
            [
                "-c", PostgresServer.script, "sh", directory, options, primary?.directory ?? "",
                room.map(String.init) ?? "",
            ],
            input: .pipe,
            output: .pipe
        )
        let word = try answer()
        guard word == "ready" else {
            throw PeerError(description: "PostgreSQL cannot be started: \(word); `.ci/setup test` installs it")
        }
    }

    deinit {
        try? process.input?.close()  // the script ends by itself; a second close has nothing to report to
    }

    /// Does something to the server, and returns when it is done.
    package func run(_ command: Command) throws {
        try talk.withLock { _ in
            try process.input?.write(contentsOf: Data("\(command.rawValue)\n".utf8))
            let word = try answer()
            guard word == "ready" else { throw PeerError(description: "PostgreSQL, \(command.rawValue): \(word)") }
        }
    }

    /// Adds a line to one of the files of its settings; see ``Command/reload``.
    package func append(_ line: String, to file: String = "postgresql.conf") throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(directory)/data/\(file)"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\(line)\n".utf8))
        try handle.close()
    }

    /// Has a file of its settings hold these lines and no others.
    package func replace(_ file: String, with lines: [String]) throws {
        // Not another file in its place, which would be another user's.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(directory)/data/\(file)"))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
        try handle.close()
    }

    private func answer() throws -> String {
        var said = Data()
        while let next = try process.output?.read(upToCount: 1), next.isEmpty == false, next != Data([10]) {
            said.append(next)
        }
        return String(decoding: said, as: UTF8.self)
    }

    /// PostgreSQL refuses to run as root. The server ends when standard input does, whatever becomes of the tests.
    private static let script = #"""
        set -eu
        dir=$1 options=$2 primary=$3 room=$4
        bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
        [ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo nowhere/initdb)")
        [ -x "$bin/initdb" ] || { echo "no initdb in /usr/lib/postgresql or on the PATH"; exit 1; }
        mkdir -m 700 "$dir"
        as() { "$@"; }
        if [ "$(id -u)" -eq 0 ]; then
            chown nobody "$dir"
            as() { setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$dir" LC_ALL=C "$@"; }
        fi
        trap 'umount "$dir/data" 2>/dev/null || true; rm -rf "$dir"' EXIT
        cd "$dir"
        wal=
        if [ -n "$room" ]; then
            mkdir data
            mount -t tmpfs -o "size=$room,mode=700" tmpfs "$dir/data" 2>&1 || { echo "nothing can be mounted"; exit 1; }
            chown nobody data
            wal="-X $dir/wal"
        fi
        if [ -n "$primary" ]; then
            as "$bin/pg_basebackup" -D "$dir/data" -h "$primary" -U noroshi -R -c fast >"$dir/log" 2>&1 \
                || { tail -1 "$dir/log"; exit 1; }
        else
            as "$bin/initdb" -D "$dir/data" $wal -U noroshi -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/log" 2>&1 \
                || { tail -1 "$dir/log"; exit 1; }
        fi
        ctl() { as "$bin/pg_ctl" -D "$dir/data" -w "$@" >/dev/null 2>&1; }
        start() { ctl -l "$dir/log2" -o "-c listen_addresses='' -k $dir $options" start; }
        start || { tail -1 "$dir/log2"; exit 1; }
        echo ready
        while read -r word; do
            case $word in
                start) start ;;
                stop) ctl -m fast stop ;;
                crash) ctl -m immediate stop ;;
                *) ctl "$word" ;;
            esac && echo ready || tail -1 "$dir/log2"
        done
        ctl -m immediate stop || true
        """#
}
