import FoundationEssentials
import Glibc
package import Logging

/// Which message was being read when the process ended: a message whose reading ends the process would do so for ever.
///
/// A file for each, in a directory of its own: it outlives the process, though not the machine, which is enough. Only
/// messages that came several times have one, for the cost of a file. They are read here, and so one after the other: what
/// ends the process leaves one mark and no good message is blamed with it.
package actor DecodingMarks {
    private let directory: String
    /// Left by an earlier process.
    private var left: Set<String>
    private let logger: Logger
    private var isLogged = false

    /// From which receive count on a message is marked.
    static let firstCount = 3
    /// The longest that SQS keeps a message, and a day.
    private static let lifetime = 15.0 * 86_400

    /// - Parameters:
    ///   - directory: Made when the first mark is. A directory that cannot be read or written means that nothing is
    ///     recognised.
    ///   - logger: Told once when it cannot be written.
    package init(directory: String, logger: Logger = Logger(label: "sources")) {
        self.directory = directory
        self.logger = logger
        var names: Set<String> = []
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: directory)) ?? [] {  // missing at most starts
            let path = "\(directory)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            if Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > DecodingMarks.lifetime {
                unlink(path)
            } else {
                names.insert(name)
            }
        }
        left = names
    }

    /// Whether the process ended while it read this message.
    func wasLeft(_ id: String) -> Bool { left.contains(DecodingMarks.name(id)) }

    /// Reads a message under its mark.
    func marked<Value: Sendable>(_ id: String, _ read: @Sendable () -> Value) -> Value {
        begin(id)
        defer { end(id) }
        return read()
    }

    private func begin(_ id: String) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { return tell("made", directory, errno) }
        let file = open(path(id), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return tell("made", path(id), errno) }
        close(file)
    }

    /// Takes the mark of a message away.
    func end(_ id: String) {
        left.remove(DecodingMarks.name(id))
        guard unlink(path(id)) == 0 || errno == ENOENT || errno == ENOTDIR else {
            return tell("removed", path(id), errno)
        }
    }

    /// Once, for the next message has the same trouble.
    private func tell(_ what: String, _ path: String, _ number: Int32) {
        guard isLogged == false else { return }
        isLogged = true
        logger.warning(
            "marks of messages that are being read cannot be kept: one whose reading ends the process is not recognised",
            metadata: ["path": "\(path)", "problem": "it cannot be \(what): \(String(cString: strerror(number)))"]
        )
    }

    private func path(_ id: String) -> String { "\(directory)/\(DecodingMarks.name(id))" }

    private static func name(_ id: String) -> String {
        String(id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(100))
    }
}
