import Glibc

/// The place of the write-ahead log on the disk, taken before the log needs it.
///
/// A commit that makes the file longer has to write where the file now ends besides what it holds, and waits for both:
/// that is a third of a sync. In a log that already is as long as it gets, commits only overwrite. SQLite takes the
/// frames of a log up to the first whose salt and checksum do not fit (sqlite.org/fileformat2.html, section 4.3), so that
/// zeros after its end are no frames.
struct WriteAheadLogReserve: Sendable {
    /// As long as the log gets between two checkpoints, with what waits for readers.
    static let usualBytes: Int64 = 72 << 20

    let path: String
    let byteCount: Int64

    init(database: String, byteCount: Int64) {
        path = "\(database)-wal"
        self.byteCount = byteCount
    }

    /// Looks whether the disk has room, and leaves the writing for later: on a disk of 125 MB/s it takes more than half a
    /// second.
    ///
    /// - Returns: What makes the file as long as it is to be; `nil` when there is no room, and then commits are slower, and
    ///   nothing else.
    func take() -> LogExtension? {
        let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        let rest = LogExtension(file: file, byteCount: byteCount)
        guard let end = rest.end else { return nil }
        return byteCount <= end || hasRoom(for: byteCount - end) ? rest : nil
    }

    /// Asks for the free blocks, and then takes so many and gives them back, since the former knows nothing of a quota.
    ///
    /// - Returns: Whether nothing says that there is no room: what cannot be asked is taken to be there.
    private func hasRoom(for more: Int64) -> Bool {
        var disk = statvfs()
        if statvfs(path, &disk) == 0 {
            let (free, isBeyond) = UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
            // Without this, a disk that is nearly full would be full for everybody until the blocks are given back.
            guard isBeyond || free >= UInt64(more) else { return false }
        }
        let probe = "\(path).room"
        unlink(probe)
        let file = open(probe, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return true }
        defer { close(file) }
        unlink(probe)
        var failure = posix_fallocate(file, 0, off_t(more))
        while failure == EINTR { failure = posix_fallocate(file, 0, off_t(more)) }
        return [ENOSPC, EDQUOT, EFBIG].contains(failure) == false
    }
}

/// A write-ahead log that grows to its full length, a step at a time between transactions.
final class LogExtension: Sendable {
    /// What one step writes: the longest that a commit waits for it, 8 ms on a disk of 125 MB/s.
    static let stepBytes = 1 << 20

    /// The file that was opened, whatever stands at its path by now; no lock of SQLite's is on it that closing could end.
    private let file: CInt
    private let byteCount: Int64

    /// - Parameters:
    ///   - file: The log, open for writing; closed with this value.
    ///   - byteCount: How long it is to be.
    init(file: CInt, byteCount: Int64) {
        self.file = file
        self.byteCount = byteCount
    }

    deinit { close(file) }

    /// Where the file ends now; `nil` when that cannot be said.
    var end: Int64? {
        let end = Int64(lseek(file, 0, SEEK_END))
        return end < 0 ? nil : end
    }

    /// Writes zeros after the end.
    ///
    /// Must not run beside a transaction, whose frames it could overwrite. Written and not only reserved: the first write to
    /// reserved blocks has to be noted by the file system too.
    ///
    /// - Returns: Whether another step is needed; none is when the disk is full by now, and the log grows by its commits.
    func step() -> Bool {
        guard let end, end < byteCount else { return false }
        let zeros = [UInt8](repeating: 0, count: min(LogExtension.stepBytes, Int(byteCount - end)))
        var written = 0
        while written < zeros.count {
            let count = zeros.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return fdatasync(file) == 0 && end + Int64(written) < byteCount
    }
}
