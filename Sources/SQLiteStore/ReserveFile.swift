import Glibc

/// Disk space that is kept back: given up when the disk is full, so that what was accepted can still be delivered.
struct ReserveFile: Sendable {
    let path: String
    let byteCount: Int64

    init(directory: String, byteCount: Int64) {
        path = "\(directory)/\(DataDirectory.reserve)"
        self.byteCount = byteCount
    }

    /// Takes the space.
    ///
    /// - Returns: Whether all of it is held now.
    func hold() -> Bool { hold(withRoomFor: 0) }

    /// Takes the space again after it was given up, if there is room for a quarter more.
    ///
    /// What was given up is free by itself: with no more than that, the next requests would find the disk full again, and
    /// queues would count one delivery more for each of them.
    ///
    /// - Returns: Whether all of it is held now.
    func regain() -> Bool { hold(withRoomFor: byteCount / 4) }

    private func hold(withRoomFor more: Int64) -> Bool {
        guard byteCount > 0 else { return true }
        // A link is not followed, and a pipe not waited for: what stands behind them is not ours, nor is what has another
        // name besides this one.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard file >= 0 else { return false }
        defer { Glibc.close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            return false
        }
        if posix_fallocate(file, 0, off_t(byteCount + more)) == 0, more == 0 || ftruncate(file, off_t(byteCount)) == 0 {
            return true
        }
        release()
        return false
    }

    /// Gives the space up.
    func release() { unlink(path) }
}
