import FoundationEssentials
import Glibc
import Synchronization

/// Which messages were being read when the process ended: a message whose reading ends the process would do so for ever.
///
/// A file for each, in a directory of its own: it outlives the process, though not the machine, which is enough. Only
/// messages that came several times have one, for the cost of a file.
package final class DecodingMarks: Sendable {
    private let directory: String
    /// Left by an earlier process.
    private let left: Mutex<Set<String>>

    /// From which receive count on a message is marked.
    static let firstCount = 3
    /// The longest that SQS keeps a message, and a day.
    private static let lifetime = 15.0 * 86_400

    /// - Parameter directory: Made when the first mark is. A directory that cannot be read or written means that nothing is
    ///   recognised.
    package init(directory: String) {
        self.directory = directory
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
        left = Mutex(names)
    }

    /// Whether the process ended while it read this message.
    func wasLeft(_ id: String) -> Bool { left.withLock { $0.contains(DecodingMarks.name(id)) } }

    func begin(_ id: String) {
        mkdir(directory, 0o700)
        let file = open(path(id), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
    }

    func end(_ id: String) {
        unlink(path(id))
        left.withLock { _ = $0.remove(DecodingMarks.name(id)) }
    }

    private func path(_ id: String) -> String { "\(directory)/\(DecodingMarks.name(id))" }

    private static func name(_ id: String) -> String {
        String(id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(100))
    }
}
