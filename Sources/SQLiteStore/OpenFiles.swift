import Glibc
import Store
import Synchronization

/// What was opened, to be compared with what stands at the paths: a file that was removed, replaced or cut short is written
/// to no purpose, for nobody finds what is written after a restart.
final class OpenFiles: Sendable {
    private struct Identity: Sendable, Hashable {
        var device: UInt64
        var inode: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    private let directory: String
    private let files: [(path: String, identity: Identity)]
    private let logPath: String
    private let own: Identity?
    /// The largest size that each file was seen with: while they are open the database and its log never shrink.
    private let sizes: Mutex<[Int64]>
    /// The log, to look at its beginning; no lock of SQLite's is on this file that closing it could end.
    private let log: CInt

    /// - Parameters:
    ///   - directory: The data directory.
    ///   - files: Names of files in it that are open.
    ///   - log: Which of them is the write-ahead log; something has been committed to it.
    init(directory: String, files: [String], log: String) {
        self.directory = directory
        logPath = "\(directory)/\(log)"
        own = OpenFiles.identity(followingLinks: directory)
        let found = files.compactMap { name in
            OpenFiles.status("\(directory)/\(name)").map { (path: "\(directory)/\(name)", status: $0) }
        }
        self.files = found.map { ($0.path, Identity($0.status)) }
        sizes = Mutex(found.map { Int64($0.status.st_size) })
        self.log = open(logPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    }

    deinit { if log >= 0 { close(log) } }

    /// What is no longer where it was opened; `nil` when everything is.
    ///
    /// A log that was removed is still whole for whoever has it open: it can be moved into the database a last time.
    func trouble(mayLackLog: Bool = false) -> StoreTrouble? {
        guard let own else { return nil }
        guard let found = OpenFiles.identity(followingLinks: directory) else {
            return StoreTrouble(.moved, "\(directory) is gone")
        }
        guard found == own else { return StoreTrouble(.moved, "\(directory) is another directory now") }
        for (index, file) in files.enumerated() {
            guard let found = OpenFiles.status(file.path) else {
                if mayLackLog, file.path == logPath, log >= 0 { continue }
                return StoreTrouble(.moved, "\(file.path) is gone")
            }
            guard Identity(found) == file.identity else {
                return StoreTrouble(.moved, "\(file.path) is another file now")
            }
            let size = Int64(found.st_size)
            let largest = sizes.withLock { sizes in
                sizes[index] = max(sizes[index], size)
                return sizes[index]
            }
            guard size >= largest else {
                return StoreTrouble(.moved, "\(file.path) was cut from \(largest) to \(size) bytes")
            }
        }
        guard hasLogHeader else { return StoreTrouble(.moved, "the log in \(directory) was overwritten or cut short") }
        return nil
    }

    /// Whether the log begins as one does ("WAL File Format" of SQLite): one that was cut and has grown again does not.
    private var hasLogHeader: Bool {
        guard log >= 0 else { return true }
        var magic = [UInt8](repeating: 0, count: 4)
        guard pread(log, &magic, magic.count, 0) == magic.count else { return false }
        return magic.starts(with: [0x37, 0x7F, 0x06]) && (magic[3] == 0x82 || magic[3] == 0x83)
    }

    /// Looks at the beginning of each frame that SQLite takes the log to hold: one that was cut and has grown again has
    /// holes where frames were, and may be as long as before.
    ///
    /// - Returns: What is wrong; `nil` when all of them stand there.
    func missingFrames(_ count: Int, pageBytes: Int) -> StoreTrouble? {
        guard log >= 0, count > 0 else { return nil }
        var header = [UInt8](repeating: 0, count: 32)
        var frame = [UInt8](repeating: 0, count: 24)
        guard pread(log, &header, header.count, 0) == header.count else {
            return StoreTrouble(.moved, "the log in \(directory) cannot be read")
        }
        for index in 0..<count {
            let place = off_t(header.count + index * (frame.count + pageBytes))
            // The salts of the header are repeated in each frame that was written since.
            guard pread(log, &frame, frame.count, place) == frame.count, frame[8..<16] == header[16..<24] else {
                return StoreTrouble(.moved, "the log in \(directory) has lost what stood in it")
            }
        }
        return nil
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private static func identity(followingLinks path: String) -> Identity? {
        var status = stat()
        return stat(path, &status) == 0 ? Identity(status) : nil
    }
}
