import Glibc

/// A data directory that cannot be used, and what to do about it.
package struct DataDirectoryError: Error, Hashable, CustomStringConvertible {
    package var directory: String
    package var reason: String

    init(_ directory: String, _ reason: String) {
        self.directory = directory
        self.reason = reason
    }

    package var description: String { "the data directory \(directory) \(reason)" }
}

/// The directory that holds everything, locked for this process as long as the value lives.
struct DataDirectory: ~Copyable {
    let path: String
    /// What a person should know about it.
    let notes: [String]
    private let lock: CInt

    /// Creates the directory with access for its owner alone if it is missing, and locks it (flock(2)).
    ///
    /// The lock belongs to the open file, so that it ends with the process however that ends.
    init(_ path: String) throws(DataDirectoryError) {
        try DataDirectory.create(path)
        let notes = try DataDirectory.inspect(path)
        let lock = try DataDirectory.lock(path)
        self.path = path
        self.notes = notes
        self.lock = lock
    }

    /// Given back by name: a child that is being started holds a copy of the descriptor until its program begins, and with
    /// it the lock, which belongs to the open file (flock(2)).
    deinit {
        flock(lock, LOCK_UN)
        Glibc.close(lock)
    }

    /// Creates a file that its owner alone can read; SQLite gives its other files the same permissions.
    func keepPrivate(_ file: String) throws(DataDirectoryError) {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DataDirectoryError(
                path,
                "holds a database that cannot be written: \(String(cString: strerror(errno)))"
            )
        }
        Glibc.close(descriptor)
    }

    private static func create(_ path: String) throws(DataDirectoryError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            guard mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            // A parent may exist and still not be writable for us.
            guard access(made, F_OK) == 0 else {
                throw DataDirectoryError(path, "cannot be created: \(String(cString: strerror(errno)))")
            }
        }
    }

    private static func inspect(_ path: String) throws(DataDirectoryError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw DataDirectoryError(path, "is not a directory")
        }
        guard status.st_mode & 0o077 != 0 else { return [] }
        return ["the data directory \(path) can be entered by other users; `chmod 700` keeps findings private"]
    }

    private static func lock(_ path: String) throws(DataDirectoryError) -> CInt {
        let lock = open("\(path)/noroshi.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw DataDirectoryError(path, "cannot be written: \(String(cString: strerror(errno)))")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = holder(of: lock)
            Glibc.close(lock)
            throw DataDirectoryError(
                path,
                reason == EWOULDBLOCK
                    ? "is in use by \(holder): stop it first, or choose another directory"
                    : "cannot be locked: \(String(cString: strerror(reason)))"
            )
        }
        // For whoever finds the directory locked; the lock holds without it.
        let identity = Array("\(getpid())\n".utf8)
        if ftruncate(lock, 0) == 0 { _ = pwrite(lock, identity, identity.count, 0) }
        return lock
    }

    private static func holder(of lock: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(lock, &bytes, bytes.count, 0)
        guard count > 0, let process = Int(String(decoding: bytes.prefix(count), as: UTF8.self).filter(\.isNumber))
        else {
            return "another process"
        }
        return "process \(process)"
    }
}
