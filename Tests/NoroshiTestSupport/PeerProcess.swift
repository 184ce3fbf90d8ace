import Foundation

/// A program that tests talk to over a real connection: started with a test, ended with it.
///
/// The program prints one line of JSON on standard output once it listens, and ends when its standard input closes, so
/// that none outlives the tests, whatever becomes of them.
package final class PeerProcess: Sendable {
    /// What the program printed, as text: one JSON object.
    package let greeting: String

    /// The interpreter that has the packages which peers need.
    package static let python = ProcessInfo.processInfo.environment["NOROSHI_PYTHON"] ?? "python3"

    private let process: Process
    private let input: FileHandle

    /// Starts `script arguments…` with Python and waits for its first line.
    ///
    /// - Parameters:
    ///   - script: The path of the program.
    ///   - arguments: What follows the path on its command line.
    /// - Throws: When it cannot be started, or ends without a line.
    package init(python script: String, arguments: [String] = []) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [PeerProcess.python, script] + arguments
        let output = Pipe()
        let input = Pipe()
        process.standardOutput = output
        process.standardInput = input
        try ProcessLaunch.run(process)
        self.process = process
        self.input = input.fileHandleForWriting
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            guard let next = try output.fileHandleForReading.read(upToCount: 1), next.isEmpty == false else {
                throw PeerError(description: "\(script) ended before it listened")
            }
            line.append(next)
        }
        greeting = String(decoding: line, as: UTF8.self)
    }

    deinit {
        try? input.close()  // the peer ends by itself; a second close has nothing to report to
        process.terminate()
    }

    /// Runs `python3 script arguments…` to its end.
    ///
    /// - Parameters:
    ///   - script: The path of the program.
    ///   - arguments: What follows the path on its command line.
    ///   - input: What it reads on standard input.
    /// - Returns: What it printed on standard output.
    /// - Throws: When it cannot be started or does not end with 0.
    package static func run(python script: String, arguments: [String] = [], input: [UInt8]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, script] + arguments
        // A file, not a pipe: a program that answers before it has read everything cannot block us.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("noroshi-\(UUID().uuidString)")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // a leftover in the temporary directory harms nobody
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        try ProcessLaunch.run(process)
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PeerError(description: "\(script) ended with \(process.terminationStatus)")
        }
        return String(decoding: printed, as: UTF8.self)
    }

    /// The member of the greeting under `key`, when it is a string or a number.
    package func value(_ key: String) -> String? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(greeting.utf8)) as? [String: Any] else {
            return nil
        }
        switch object[key] {
        case let text as String: return text
        case let number as NSNumber: return number.stringValue
        default: return nil
        }
    }
}

package struct PeerError: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
}
