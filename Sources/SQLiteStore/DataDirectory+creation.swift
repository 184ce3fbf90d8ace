import Glibc

extension DataDirectory {
    static func create(_ path: String, _ sync: (CInt) -> CInt) throws(DataDirectoryError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            let parent = made.isEmpty ? "." : made
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(made, 0o700) == 0 {
                try DataDirectory.sync(parent, of: path, sync)
                continue
            }
            let reason = errno
            // A parent may exist and still not be writable for us.
            guard reason == EEXIST || access(made, F_OK) == 0 else {
                throw DataDirectoryError(path, "cannot be created", systemError: reason)
            }
        }
    }

    /// Without this a power cut may take the new directory with everything in it, however well that was synced.
    private static func sync(
        _ parent: String,
        of path: String,
        _ sync: (CInt) -> CInt
    ) throws(DataDirectoryError) {
        let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A parent that we may enter and write but not read cannot be opened to be synced.
        if descriptor < 0, errno == EACCES { return }
        guard descriptor >= 0 else {
            throw DataDirectoryError(path, "was created, and \(parent) cannot be opened", systemError: errno)
        }
        defer { Glibc.close(descriptor) }
        guard sync(descriptor) == 0 || errno == EINVAL else {
            throw DataDirectoryError(path, "was created, and \(parent) cannot be synced", systemError: errno)
        }
    }
}
