import Foundation
import Spawning

/// A program that tests talk to over a real connection: started with a test, ended with it.
///
/// The program prints one line of JSON on standard output once it listens, and ends when its standard input closes, so
/// that none outlives the tests, whatever becomes of them.
package final class PeerProcess: Sendable {
    /// What the program printed, as text: one JSON object.
    package let greeting: String

    /// The interpreter that has the packages which peers need.
    package static let python = ProcessInfo.processInfo.environment["NOROSHI_PYTHON"] ?? "python3"

    private let process: SpawnedProcess

    /// Starts `script arguments…` with Python and waits for its first line.
    ///
    /// - Parameters:
    ///   - script: The path of the program.
    ///   - arguments: What follows the path on its command line.
    /// - Throws: When it cannot be started, or ends without a line.
    package init(python script: String, arguments: [String] = []) throws {
        process = try SpawnedProcess(PeerProcess.python, [script] + arguments, input: .pipe, output: .pipe)
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            guard let next = try process.output?.read(upToCount: 1), next.isEmpty == false else {
                throw PeerError(description: "\(script) ended before it listened")
            }
            line.append(next)
        }
        greeting = String(decoding: line, as: UTF8.self)
    }

    deinit {
        try? process.input?.close()  // the peer ends by itself; a second close has nothing to report to
        process.send(signal: SIGTERM)
    }

    /// Runs `python3 script arguments…` to its end.
    ///
    /// - Parameters:
    ///   - script: The path of the program.
    ///   - arguments: What follows the path on its command line.
    ///   - input: What it reads on standard input; `nil` for nothing.
    /// - Returns: What it printed on standard output.
    /// - Throws: When it cannot be started or does not end with 0.
    package static func run(python script: String, arguments: [String] = [], input: [UInt8]? = nil) throws -> String {
        guard let input else { return try run(python: script, arguments: arguments, input: .nothing) }
        // A file, not a pipe: a program that answers before it has read everything cannot block us.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("noroshi-\(UUID().uuidString)")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // a leftover in the temporary directory harms nobody
        return try run(python: script, arguments: arguments, input: .file(file))
    }

    private static func run(python script: String, arguments: [String], input: SpawnedProcess.Input) throws -> String {
        let process = try SpawnedProcess(python, [script] + arguments, input: input, output: .pipe)
        let printed = try process.output?.readToEnd() ?? Data()
        let ending = process.wait()
        guard ending == .exited(0) else { throw PeerError(description: "\(script): \(ending)") }
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
