import CoreFoundation
import Dispatch
import FoundationEssentials
import Glibc
import Store

/// Replaces the rules file as a whole: whoever reads it sees the old text or the new one.
enum RouteFileWriter {
    /// - Parameters:
    ///   - path: The file; a link is followed, so that what it leads to is replaced.
    ///   - text: The new text.
    ///   - check: Called with the text that stands there, before anything is written.
    /// - Throws: ``PublicationError``, or what `check` throws.
    static func replace(
        _ path: String,
        with text: [UInt8],
        check: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        // A disk may take its time, and the threads of Swift's tasks are few.
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global(qos: .userInitiated).async {
                continuation.resume(with: Result { try replaceNow(path, text, check) })
            }
        }
    }

    private static func replaceNow(_ path: String, _ text: [UInt8], _ check: ([UInt8]) throws -> Void) throws {
        let target = resolved(path)
        var status = stat()
        guard lstat(target, &status) == 0, let present = FileManager.default.contents(atPath: target) else {
            throw PublicationError.unwritable(path, String(cString: strerror(errno)))
        }
        try check(Array(present))
        let temporary = "\(target).\(getpid()).new"
        do {
            try write(text, to: temporary, like: status)
            guard rename(temporary, target) == 0 else { throw SystemCallError(code: errno) }
            try flushDirectory(of: target)
        } catch let error as SystemCallError {
            unlink(temporary)
            throw PublicationError.unwritable(path, String(cString: strerror(error.code)))
        }
    }

    private struct SystemCallError: Error { let code: Int32 }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func write(_ text: [UInt8], to path: String, like status: stat) throws {
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
        guard file >= 0 else { throw SystemCallError(code: errno) }
        defer { close(file) }
        // What the umask took from the mode of a new file is given back; the owner stays where it may.
        _ = fchmod(file, status.st_mode & 0o777)
        _ = fchown(file, status.st_uid, status.st_gid)
        var rest = text[...]
        while rest.isEmpty == false {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemCallError(code: written < 0 ? errno : EIO) }
            rest = rest.dropFirst(written)
        }
        guard fsync(file) == 0 else { throw SystemCallError(code: errno) }
    }

    /// So that the new name outlives a power cut.
    private static func flushDirectory(of path: String) throws {
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let directory = open(parent.isEmpty ? (path.first == "/" ? "/" : ".") : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw SystemCallError(code: errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw SystemCallError(code: errno) }
    }
}
