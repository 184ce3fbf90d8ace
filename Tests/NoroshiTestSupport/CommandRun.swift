import Foundation

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
    ///   - program: The path of the program, or a name that `/usr/bin/env` finds.
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
        for file in files.dropFirst() { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try ProcessLaunch.run(process)
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: files[1], encoding: .utf8)
        errors = try String(contentsOf: files[2], encoding: .utf8)
    }

    /// The executable that was built beside the tests.
    package static var noroshi: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "noroshi").path
    }

    /// The Python that has what the tests need: `NOROSHI_PYTHON`, or the one on the path.
    package static var python: String { ProcessInfo.processInfo.environment["NOROSHI_PYTHON"] ?? "python3" }
}
