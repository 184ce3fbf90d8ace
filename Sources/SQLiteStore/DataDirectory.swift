import Glibc

/// The directory that holds everything, locked for this process as long as the value lives.
struct DataDirectory: ~Copyable {
    static let database = "noroshi.sqlite"
    static let log = "noroshi.sqlite-wal"
    static let reserve = "reserve"
    /// Every file that is opened there; each must be a plain file of its own.
    static let files = [database, log, "noroshi.sqlite-shm", "noroshi.sqlite-journal", lockFile, reserve]
    private static let lockFile = "noroshi.lock"

    let path: String
    /// What a person should know about it.
    let notes: [String]
    private let directory: CInt
    private let lock: CInt
    private let sync: @Sendable (CInt) -> CInt

    /// Creates the directory with access for its owner alone if it is missing, and locks it (flock(2)): the directory
    /// itself, for whoever removes a file in it must not make room for a second process, and the file that version 0.1.0
    /// locks, so that the two refuse each other.
    ///
    /// The locks belong to the open files, so that they end with the process however that ends.
    ///
    /// - Parameters:
    ///   - path: Of the directory.
    ///   - sync: fsync(2), or what stands in for it.
    /// - Throws: When it cannot be used.
    init(_ path: String, sync: @escaping @Sendable (CInt) -> CInt = { fsync($0) }) throws(DataDirectoryError) {
        try DataDirectory.create(path, sync)
        var notes = try DataDirectory.inspect(path)
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw DataDirectoryError(path, "cannot be opened", systemError: errno) }
        let lock: CInt
        do {
            try DataDirectory.checkFiles(path)
            lock = try DataDirectory.lock(path, directory, &notes)
        } catch {
            Glibc.close(directory)
            throw error
        }
        self.path = path
        self.notes = notes
        self.directory = directory
        self.lock = lock
        self.sync = sync
    }

    /// Given back by name: a child that is being started holds a copy of the descriptor until its program begins, and with
    /// it the lock, which belongs to the open file (flock(2)).
    deinit {
        for descriptor in [lock, directory] {
            flock(descriptor, LOCK_UN)
            Glibc.close(descriptor)
        }
    }

    /// Creates the database's file so that its owner alone can read it; SQLite gives its other files the same permissions.
    ///
    /// - Throws: When there is a log to a database that is missing: a new one would begin empty, and make the log, which
    ///   holds what was accepted last, worthless.
    func prepareDatabase() throws(DataDirectoryError) {
        if size(of: DataDirectory.database) ?? 0 == 0, size(of: DataDirectory.log) ?? 0 > 0 {
            throw DataDirectoryError(
                path,
                "holds the log \(DataDirectory.log), with what was accepted last, and not the database "
                    + "\(DataDirectory.database) that it belongs to: put the database back beside it, or restore a "
                    + "backup (`noroshi restore --help`); to begin anew, move the log away"
            )
        }
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = openat(directory, DataDirectory.database, flags, 0o600)
        guard descriptor >= 0 else {
            throw DataDirectoryError(path, "holds a database that cannot be written", systemError: errno)
        }
        Glibc.close(descriptor)
        // So that a power cut does not undo the creation.
        guard sync(directory) == 0 else {
            throw DataDirectoryError(path, "cannot be written to the disk", systemError: errno)
        }
    }

    /// The size of a file in bytes; `nil` when there is none.
    func size(of file: String) -> Int64? {
        var status = stat()
        return fstatat(directory, file, &status, AT_SYMLINK_NOFOLLOW) == 0 ? Int64(status.st_size) : nil
    }

    private static func inspect(_ path: String) throws(DataDirectoryError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw DataDirectoryError(path, "is not a directory")
        }
        guard status.st_mode & 0o077 != 0 else { return [] }
        return ["the data directory \(path) can be entered by other users; `chmod 700` keeps findings private"]
    }

    /// Refuses what is not a plain file, before anything is opened: a link would be followed and what it leads to written
    /// over, and a pipe waited for.
    private static func checkFiles(_ path: String) throws(DataDirectoryError) {
        for name in files {
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0 else {
                guard errno == ENOENT else {
                    throw DataDirectoryError(path, "holds \(name), which cannot be looked at", systemError: errno)
                }
                continue
            }
            let kind =
                switch status.st_mode & S_IFMT {
                // The reserve is written over whatever it holds.
                case S_IFREG: name == reserve && status.st_nlink > 1 ? "a file with other names too" : nil as String?
                case S_IFLNK: "a symbolic link"
                case S_IFDIR: "a directory"
                case S_IFIFO: "a named pipe"
                default: "no plain file"
                }
            guard let kind else { continue }
            throw DataDirectoryError(path, "holds \(name), which is \(kind) and should be a plain file: move it away")
        }
    }

    private static func lock(
        _ path: String,
        _ directory: CInt,
        _ notes: inout [String]
    ) throws(DataDirectoryError) -> CInt {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let lock = openat(directory, lockFile, flags, 0o600)
        guard lock >= 0 else { throw DataDirectoryError(path, "cannot be written", systemError: errno) }
        for (descriptor, name) in [(directory, "the directory"), (lock, lockFile)] {
            guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { continue }
            let reason = errno
            // A network file system may lock files only.
            if descriptor == directory, reason != EWOULDBLOCK {
                notes.append("\(path) itself cannot be locked here; \(lockFile) is: do not remove that file")
                continue
            }
            let holder = holder(of: lock)
            Glibc.close(lock)
            guard reason == EWOULDBLOCK else {
                throw DataDirectoryError(path, "cannot be locked (\(name))", systemError: reason)
            }
            throw DataDirectoryError(path, "is in use by \(holder): stop it first, or choose another directory")
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
