import Glibc
import Routing

/// The directory in which expectations' examples are. Nothing outside of it is ever opened.
struct ExampleDirectory: Sendable {
    var path: String

    init(path: String) { self.path = path.isEmpty ? "." : path }

    /// - Parameter file: The rules; the directory is the one that they are in, and for standard input the current one.
    init(besideFile file: String) {
        guard file != "-", let slash = file.lastIndex(of: "/") else {
            self.init(path: ".")
            return
        }
        self.init(path: slash == file.startIndex ? "/" : String(file[..<slash]))
    }

    var examples: ExpectationExamples {
        let path = path
        return ExpectationExamples { name in
            Result { () throws(ExpectationExamples.Unavailable) in try ExampleDirectory.read(name, in: path) }
        }
    }

    private static func read(_ name: String, in path: String) throws(ExpectationExamples.Unavailable) -> [UInt8] {
        guard Expectation.isExampleName(name) else {
            throw ExpectationExamples.Unavailable("“\(name)” is not the name of an example")
        }
        var descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal(path) }
        defer { close(descriptor) }
        let parts = name.split(separator: "/").map(String.init)
        for (index, part) in parts.enumerated() {
            // Step by step, and no link followed, so that nothing leads out. A pipe does not make anybody wait.
            let kind = index + 1 < parts.count ? O_DIRECTORY : O_NONBLOCK
            let next = openat(descriptor, part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
            guard next >= 0 else { throw refusal(name) }
            close(descriptor)
            descriptor = next
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal(name) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ExpectationExamples.Unavailable("\(name) is not a plain file")
        }
        return try drain(descriptor, name)
    }

    /// At most one byte more than an example may have, however much there is.
    private static func drain(
        _ descriptor: Int32,
        _ name: String
    ) throws(ExpectationExamples.Unavailable) -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw refusal(name) }
            if count == 0 { return all }
            all.append(contentsOf: chunk[..<count])
            guard all.count <= Expectation.largestSubject else {
                throw ExpectationExamples.Unavailable(
                    "\(name) is larger than \(Expectation.largestSubject >> 10) KiB"
                )
            }
        }
    }

    private static func refusal(_ name: String) -> ExpectationExamples.Unavailable {
        let reason = errno == ELOOP ? "it is a link, which is not followed" : String(cString: strerror(errno))
        return ExpectationExamples.Unavailable("\(name) cannot be read: \(reason)")
    }
}
