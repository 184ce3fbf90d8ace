import Glibc

/// A data directory that cannot be used, and what to do about it.
package struct DataDirectoryError: Error, Hashable, CustomStringConvertible {
    package var directory: String
    package var reason: String

    init(_ directory: String, _ reason: String) {
        self.directory = directory
        self.reason = reason
    }

    /// The same with what the system said, an errno.
    init(_ directory: String, _ reason: String, systemError number: CInt) {
        self.init(directory, "\(reason): \(String(cString: strerror(number)))")
    }

    package var description: String { "the data directory \(directory) \(reason)" }
}
