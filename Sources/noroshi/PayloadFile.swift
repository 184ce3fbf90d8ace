import Glibc

/// Reads payloads named on the command line, and writes what is made of them.
///
/// Plain reads and writes of the main thread: these commands do one thing and end.
enum PayloadFile {
    /// A file that cannot be read or written, in the system's words.
    struct Failure: Error, CustomStringConvertible {
        var description: String

        init(_ action: String, _ path: String, _ code: Int32) {
            description = "cannot \(action) \(path): \(String(cString: strerror(code)))"
        }
    }

    /// The whole of a file, or of standard input for `-`.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        guard path != "-" else { return try drain(STDIN_FILENO, "standard input") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("open", path, errno) }
        defer { close(descriptor) }
        return try drain(descriptor, path)
    }

    private static func drain(_ descriptor: Int32, _ path: String) throws(Failure) -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("read", path, errno) }
            if count == 0 { return all }
            all.append(contentsOf: chunk[..<count])
        }
    }

    /// Writes everything to standard output.
    static func write(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while rest.isEmpty == false {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("write to", "standard output", errno) }
            rest = rest.dropFirst(count)
        }
    }
}
