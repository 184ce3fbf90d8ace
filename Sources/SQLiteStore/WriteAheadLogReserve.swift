import Glibc

/// The file of the write-ahead log, with its place on the disk taken before anything is written to it.
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

    /// Makes the file as long as it is to be; a longer one stays as it is.
    ///
    /// Must not run beside a transaction, whose frames it could overwrite.
    ///
    /// - Returns: Whether the log has its place; without it commits are slower, and nothing else.
    func makeRoom() -> Bool {
        guard byteCount > 0 else { return true }
        let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { Glibc.close(file) }
        let end = Int64(lseek(file, 0, SEEK_END))
        guard end >= 0 else { return false }
        guard end < byteCount else { return true }
        // Written, not only reserved: the first write to reserved blocks has to be noted by the file system too.
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var rest = Int(byteCount - end)
        while rest > 0 {
            let written = zeros.withUnsafeBytes { Glibc.write(file, $0.baseAddress, min(rest, $0.count)) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { break }
            rest -= written
        }
        if rest == 0, fsync(file) == 0 { return true }
        // What was taken in vain would be missed elsewhere.
        _ = ftruncate(file, off_t(end))
        return false
    }
}
