import Foundation
import Spawning

/// A program run to its end: what it printed, and how it ended.
package struct CommandRun: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String

    /// Runs a program and waits for it.
    ///
    /// Standard input, output and error go through files, so that neither side waits for the other to read.
    ///
    /// - Parameters:
    ///   - program: The path of the program, or a name to look for in the folders of `PATH`.
    ///   - arguments: What follows it on its command line.
    ///   - input: What it reads from standard input.
    ///   - environment: Set over the environment of the tests.
    /// - Throws: When it cannot be started.
    package init(
        _ program: String,
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:]
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "noroshi-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch {
                print("left behind: \(folder.path): \(error)")
            }
        }
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        let process = try SpawnedProcess(
            program,
            arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            input: .file(files[0]),
            output: .file(files[1]),
            errors: .file(files[2])
        )
        status = process.wait().status
        output = try String(contentsOf: files[1], encoding: .utf8)
        errors = try String(contentsOf: files[2], encoding: .utf8)
    }

    /// Runs a program on a thread of its own, since what it talks to needs the threads of the tests.
    package static func apart(
        _ program: String,
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:]
    ) async throws -> CommandRun {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try CommandRun(program, arguments, input: input, environment: environment) }
                )
            }
        }
    }

    /// The executable that was built beside the tests.
    package static var noroshi: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "noroshi").path
    }

    /// The Python that has what the tests need: `NOROSHI_PYTHON`, or the one on the path.
    package static var python: String { ProcessInfo.processInfo.environment["NOROSHI_PYTHON"] ?? "python3" }
}
