import Glibc
import Store

/// What was opened, to be compared with what stands at the paths: a file that was removed or replaced is written to no
/// purpose, for nobody finds it after a restart.
struct OpenFiles: Sendable {
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
    private let own: Identity?

    /// - Parameters:
    ///   - directory: The data directory.
    ///   - files: Names of files in it that are open.
    init(directory: String, files: [String]) {
        self.directory = directory
        own = OpenFiles.identity(followingLinks: directory)
        self.files = files.compactMap { name in
            let path = "\(directory)/\(name)"
            return OpenFiles.identity(path).map { (path, $0) }
        }
    }

    /// - Returns: What is no longer where it was opened; `nil` when everything is.
    func trouble() -> StoreTrouble? {
        guard let own else { return nil }
        guard let found = OpenFiles.identity(followingLinks: directory) else {
            return StoreTrouble(.moved, "\(directory) is gone")
        }
        guard found == own else { return StoreTrouble(.moved, "\(directory) is another directory now") }
        for file in files {
            guard let found = OpenFiles.identity(file.path) else {
                return StoreTrouble(.moved, "\(file.path) is gone")
            }
            guard found == file.identity else { return StoreTrouble(.moved, "\(file.path) is another file now") }
        }
        return nil
    }

    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        return lstat(path, &status) == 0 ? Identity(status) : nil
    }

    private static func identity(followingLinks path: String) -> Identity? {
        var status = stat()
        return stat(path, &status) == 0 ? Identity(status) : nil
    }
}
