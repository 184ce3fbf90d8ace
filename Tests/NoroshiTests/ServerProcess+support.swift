import CurlClient
import Foundation
import NoroshiTestSupport
import Spawning
import Synchronization

/// The real executable, started in a directory of its own on a port of its own.
final class ServerProcess: Sendable {
    let directory: URL
    /// Added to the environment of every start.
    let environment: [String: String]
    let arguments: [String]
    /// A program and its arguments, which starts the one behind them.
    let wrapper: [String]
    private let state = Mutex(State())

    private struct State {
        var process: SpawnedProcess?
        var port = 0
        var client = HTTPClient()
        var log = ""
    }

    /// - Parameters:
    ///   - routes: The text of routes.json, or `nil` to leave the file unwritten.
    ///   - environment: Secrets and settings.
    ///   - arguments: Added to `serve --routes … --data … --listen 127.0.0.1:0`.
    ///   - wrapper: A program and its arguments, which starts the one behind them.
    /// - Throws: When the directory cannot be made.
    init(
        routes: String?,
        environment: [String: String] = [:],
        arguments: [String] = [],
        wrapper: [String] = []
    ) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-test-\(UUID().uuidString)")
        self.environment = environment
        self.arguments = arguments
        self.wrapper = wrapper
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        if let routes { try write(routes: routes) }
    }

    deinit {
        signal(SIGKILL)
        do {
            try FileManager.default.removeItem(at: directory)
        } catch {
            print("left behind: \(directory.path): \(error)")
        }
    }

    /// Of the running process; -1 when there is none.
    var processIdentifier: pid_t { state.withLock { $0.process }?.processIdentifier ?? -1 }
    var routesPath: String { directory.appending(path: "routes.json").path }
    var dataPath: String { directory.appending(path: "data").path }
    var port: Int { state.withLock { $0.port } }
    /// A new one for each start: a connection kept from an earlier process leads nowhere when the port is given out again.
    var client: HTTPClient { state.withLock { $0.client } }
    var base: String { "http://127.0.0.1:\(port)" }
    /// Everything the process has logged so far, over all starts.
    var log: String { state.withLock { $0.log } }

    func write(routes: String) throws {
        let temporary = directory.appending(path: "routes.json.new")
        try Data(routes.utf8).write(to: temporary)
        guard rename(temporary.path, routesPath) == 0 else { throw ProcessFailure("cannot write \(routesPath)") }
    }

    /// Starts the process and returns when it listens.
    ///
    /// - Parameter openFiles: How many descriptors it may have; `nil` for as many as this process.
    /// - Throws: When it ends before it listens.
    func start(openFiles: Int? = nil) async throws {
        let process = try launch(openFiles: openFiles)
        let lines = LogLines(process.output) { [weak self] text in
            self?.state.withLock { $0.log += text }
        }
        for await line in lines.stream {
            guard line.contains(#""message":"listening""#), let port = ServerProcess.port(in: line) else { continue }
            state.withLock { state in
                state.port = port
                state.client = HTTPClient()
                state.process = process
            }
            return
        }
        throw ProcessFailure(
            "the process ended with \(await process.ending.status) before it listened:\n\(log)"
        )
    }

    /// Starts the process, which is expected to give up, and returns its exit status and what it printed.
    func startExpectingExit() async throws -> (status: Int32, output: String) {
        let words = wrapper + [CommandRun.noroshi] + commandLine
        let run = try CommandRun(words[0], Array(words.dropFirst()), environment: environment)
        return (run.status, run.output + run.errors)
    }

    /// What starts a program as somebody whom permissions bind; root, whom they do not, has to become somebody else.
    static let unprivileged: [String] =
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    static let hasUnprivileged = unprivileged.first.map { FileManager.default.isExecutableFile(atPath: $0) } ?? true

    /// Gives the directory to who ``unprivileged`` is.
    func giveAway() throws {
        guard geteuid() == 0 else { return }
        guard chown(directory.path, 65_534, 65_534) == 0 else { throw ProcessFailure("cannot give \(directory) away") }
    }

    private var commandLine: [String] {
        ["serve", "--routes", routesPath, "--data", dataPath, "--listen", "127.0.0.1:0", "--log-format", "json"]
            + arguments
    }

    /// SIGKILL; returns when the process is gone.
    func kill9() async {
        signal(SIGKILL)
        _ = await exitStatus()
    }

    func signal(_ number: Int32) {
        state.withLock { $0.process }?.send(signal: number)
    }

    /// SIGTERM; returns the exit status once the process has drained and ended.
    func terminate() async -> Int32 {
        signal(SIGTERM)
        return await exitStatus()
    }

    /// The exit status, once the process has ended by itself.
    func ended() async -> Int32 { await exitStatus() }

    private func exitStatus() async -> Int32 { await state.withLock { $0.process }?.ending.status ?? -1 }

    private func launch(openFiles: Int?) throws -> SpawnedProcess {
        // The shell lowers the limit and then becomes the program.
        let shell = openFiles.map { ["/bin/sh", "-c", "ulimit -n \($0); exec \"$0\" \"$@\""] } ?? []
        let words = shell + wrapper + [CommandRun.noroshi] + commandLine
        return try SpawnedProcess(
            words[0],
            Array(words.dropFirst()),
            environment: ServerProcess.baseEnvironment.merging(environment) { _, new in new },
            directory: directory,
            output: .pipe,
            errors: .pipe
        )
    }

    private static func port(in line: String) -> Int? {
        guard let range = line.range(of: "127.0.0.1:") else { return nil }
        return Int(line[range.upperBound...].prefix { $0.isNumber })
    }

    /// The environment without what a developer's shell may have set for Noroshi.
    static var baseEnvironment: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("NOROSHI_") == false }
    }
}

/// Why a process could not be used.
struct ProcessFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The lines that a process writes, as they come; ends when the process closes its end.
struct LogLines: Sendable {
    let stream: AsyncStream<String>

    init(_ handle: FileHandle?, onText: @escaping @Sendable (String) -> Void) {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        self.stream = stream
        guard let handle else {
            continuation.finish()
            return
        }
        // A thread that waits: the queue behind a readability handler crashes now and then when the handle is closed.
        Thread.detachNewThread {
            var rest = ""
            while case let data = handle.availableData, data.isEmpty == false {
                let text = String(decoding: data, as: UTF8.self)
                onText(text)
                var lines = (rest + text).components(separatedBy: "\n")
                rest = lines.removeLast()
                for line in lines { continuation.yield(line) }
            }
            continuation.finish()
        }
    }
}
