import Glibc

/// Why a program could not be started.
package struct SpawnError: Error, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - action: What was tried.
    ///   - code: The system's number for what went wrong (errno(3)).
    init(_ action: String, code: Int32) { description = "cannot \(action): \(String(cString: strerror(code)))" }
}
