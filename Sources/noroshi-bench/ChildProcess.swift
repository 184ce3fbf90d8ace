import Foundation
import Spawning

/// A server process on loopback that is started for one measurement and ended after it.
final class ChildProcess {
    let directory: URL
    private let process: SpawnedProcess

    init(_ executable: String, directory: URL, arguments: [String], environment: [String: String] = [:]) throws {
        self.directory = directory
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let log = directory.appending(path: "log.txt")
        process = try SpawnedProcess(
            executable,
            arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new },
            output: .nowhere,
            errors: .file(log)
        )
    }

    /// Ends the process and removes its directory.
    func end() throws {
        process.send(signal: SIGTERM)
        process.wait()
        try FileManager.default.removeItem(at: directory)
    }

    /// Processor time used so far, in seconds, from proc(5): a figure that other load on the machine changes little.
    func processorSeconds() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        // What follows the name begins with field 3; utime and stime are 14 and 15.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw BenchFailure("/proc says nothing about the process")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The most memory that was resident at once, in megabytes (proc(5), `/proc/PID/status`, `VmHWM` in kB).
    func peakMegabytes() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            if let kilobytes = line.split(separator: " ").dropLast().last.flatMap({ Double($0) }) {
                return kilobytes / 1_024
            }
        }
        throw BenchFailure("/proc says nothing about the process")
    }

    /// Waits until `isReady` says so; it is asked every 50 ms.
    func waitUntil(_ what: String, seconds: Double = 20, _ isReady: () async throws -> Bool) async throws {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            guard process.isRunning else {
                let log = try String(contentsOf: directory.appending(path: "log.txt"), encoding: .utf8)
                throw BenchFailure("the process ended before \(what): \(log.suffix(2_000))")
            }
            if try await isReady() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BenchFailure("\(what) did not happen within \(seconds) s")
    }

    /// A port of loopback that was free a moment ago.
    static func freePort() throws -> Int {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer -> UInt16? in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(listener, generic, length) == 0, getsockname(listener, generic, &length) == 0 else {
                    return nil
                }
                return UnsafeRawPointer(generic).load(as: sockaddr_in.self).sin_port.bigEndian
            }
        }
        guard let port else { throw BenchFailure("no free port on loopback") }
        return Int(port)
    }
}
