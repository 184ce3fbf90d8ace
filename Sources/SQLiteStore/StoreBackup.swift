import FoundationEssentials
import GRDB
import Glibc
package import Store

/// A backup that cannot be made or put back, and why.
package struct BackupError: Error, Hashable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }

    fileprivate init(_ words: String, systemError number: CInt) {
        description = "\(words): \(String(cString: strerror(number)))"
    }
}

/// Copies of a store in one file, made while the service runs: what was accepted last stands in the log, so that a copy of
/// the database's file alone would miss it.
package enum StoreBackup {
    /// What a copy holds.
    package struct Summary: Sendable, Hashable {
        package var byteCount: Int64
        package var totals: Totals
    }

    /// Writes one consistent copy, checks it and gives it its name only then.
    ///
    /// - Parameters:
    ///   - directory: The data directory; the service may run.
    ///   - file: Where the copy goes; must not exist.
    /// - Returns: What the copy holds.
    /// - Throws: ``BackupError``; ``DataDirectoryError``; `DatabaseError`.
    package static func make(of directory: String, to file: String) throws -> Summary {
        let source = "\(directory)/\(DataDirectory.database)"
        guard access(source, R_OK) == 0 else { throw BackupError("\(source) cannot be read", systemError: errno) }
        let partial = try begin(file)
        do {
            let reader = try Reader(path: source, cacheBytes: 8 << 20, timeout: nil)
            // Of one moment, without holding up the service. Numbers of rows and the header stay as they are.
            try reader.readOutsideTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
            try reader.close()
            try note(closed: partial, of: source)
            let summary = try verify(partial)
            try finish(partial, file)
            return summary
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Puts a copy into a data directory.
    ///
    /// - Parameters:
    ///   - file: The copy.
    ///   - directory: Created if it is missing; no service may use it.
    ///   - isReplacing: Whether what is there is to be moved aside; otherwise a directory with a database is refused.
    /// - Returns: What the copy holds, and where the earlier files are now.
    /// - Throws: ``BackupError``; ``DataDirectoryError``; `DatabaseError`.
    package static func restore(
        _ file: String,
        to directory: String,
        isReplacing: Bool
    ) throws -> (summary: Summary, aside: String?) {
        guard access(file, R_OK) == 0 else { throw BackupError("\(file) cannot be read", systemError: errno) }
        let locked = try DataDirectory(directory)
        let names = ["", "-wal", "-shm", "-journal"].map { DataDirectory.database + $0 }
        let present = names.filter { locked.size(of: $0) != nil }
        guard present.isEmpty || isReplacing else {
            throw BackupError(
                "\(directory) holds \(present.joined(separator: ", ")) already: restore into another directory, or say "
                    + "--replace, which moves them aside"
            )
        }
        let partial = try begin("\(directory)/\(DataDirectory.database).restored")
        do {
            try copy(file, partial)
            try note(closed: partial, of: file)
            let summary = try verify(partial)
            let aside = present.isEmpty ? nil : try moveAside(present, in: directory)
            try finish(partial, "\(directory)/\(DataDirectory.database)")
            return (summary, aside)
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// An empty file of a name of its own, that its owner alone can read.
    private static func begin(_ file: String) throws(BackupError) -> String {
        guard access(file, F_OK) != 0 else { throw BackupError("\(file) exists; give a name that does not") }
        let partial = "\(file).partial-\(getpid())"
        let descriptor = open(partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BackupError("\(partial) cannot be written", systemError: errno) }
        close(descriptor)
        return partial
    }

    /// What the copy says of itself: whole without a log, however the service goes on or has ended.
    private static func note(closed copy: String, of file: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        do {
            let connection = try DatabaseQueue(path: copy, configuration: configuration)
            try connection.writeWithoutTransaction { db in
                guard try db.tableExists("totals") else {
                    throw BackupError("\(file) is a database of another program")
                }
                try StoreOpening.noteClosed(db)
            }
            try connection.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw BackupError("\(file) is not a database: a file that 'noroshi backup' wrote is asked for")
        } catch let error as DatabaseError where error.isDamage {
            throw BackupError("\(file) is damaged or cut short (\(error.message ?? "")): take another copy")
        }
    }

    private static func verify(_ file: String) throws -> Summary {
        let reader = try Reader(path: file, cacheBytes: 8 << 20, timeout: nil)
        let (problems, totals) = try reader.readHere { db in
            (try DataCheck.problems(db, limit: 3), try TotalsRows.read(db))
        }
        try reader.close()
        guard problems.isEmpty else {
            throw BackupError("the copy is damaged (\(problems.joined(separator: "; "))) and is not kept")
        }
        guard totals.isBalanced else { throw BackupError("the totals in the copy do not agree; it is not kept") }
        var status = stat()
        guard stat(file, &status) == 0 else { throw BackupError("\(file) is gone", systemError: errno) }
        return Summary(byteCount: Int64(status.st_size), totals: totals)
    }

    private static func copy(_ file: String, _ target: String) throws(BackupError) {
        let source = open(file, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw BackupError("\(file) cannot be read", systemError: errno) }
        defer { close(source) }
        let sink = open(target, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard sink >= 0 else { throw BackupError("\(target) cannot be written", systemError: errno) }
        defer { close(sink) }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(source, &block, block.count)
            guard count >= 0 else { throw BackupError("\(file) cannot be read", systemError: errno) }
            if count == 0 { return }
            var written = 0
            while written < count {
                let more = block.withUnsafeBytes { write(sink, $0.baseAddress.map { $0 + written }, count - written) }
                guard more > 0 else { throw BackupError("\(target) cannot be written", systemError: errno) }
                written += more
            }
        }
    }

    private static func moveAside(_ names: [String], in directory: String) throws(BackupError) -> String {
        let aside = "\(directory)/replaced-\(Int(Date().timeIntervalSince1970))"
        guard mkdir(aside, 0o700) == 0 else { throw BackupError("\(aside) cannot be made", systemError: errno) }
        for name in names {
            guard rename("\(directory)/\(name)", "\(aside)/\(name)") == 0 else {
                throw BackupError("\(directory)/\(name) cannot be moved to \(aside)", systemError: errno)
            }
        }
        return aside
    }

    /// On the disk, and then under its name.
    private static func finish(_ partial: String, _ file: String) throws(BackupError) {
        let parent = file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : "."
        for step in [(partial, O_RDONLY), (parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY)] {
            if step.0 != partial, rename(partial, file) != 0 {
                throw BackupError("\(partial) cannot be renamed to \(file)", systemError: errno)
            }
            let descriptor = open(step.0, step.1 | O_CLOEXEC)
            guard descriptor >= 0 else { throw BackupError("\(step.0) cannot be opened", systemError: errno) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw BackupError("\(step.0) cannot be synced", systemError: errno) }
        }
    }
}
