import FoundationEssentials
import GRDB
import Glibc
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("SQLite: what a data directory may hold")
struct DataDirectoryTests {
    /// A directory with two accepted entries, closed or cut off while it was open.
    private func withDirectory(crashed: Bool, _ body: (String) async throws -> Void) async throws {
        try await TemporaryDirectory.with { parent in
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let store = try SQLiteStore(directory: parent + "/open", options: .small)
            for _ in 0..<2 { _ = try await store.accept(.plain) }
            if crashed { try FileManager.default.copyItem(atPath: parent + "/open", toPath: parent + "/data") }
            try await store.close()
            if crashed == false { #expect(rename(parent + "/open", parent + "/data") == 0) }
            try await body(parent + "/data")
        }
    }

    private func change(_ directory: String, _ sql: String) throws {
        let connection = try DatabaseQueue(path: directory + "/noroshi.sqlite")
        try connection.writeWithoutTransaction { try $0.execute(sql: sql) }
        try connection.close()
    }

    private func refusal(_ directory: String) async -> String? {
        do {
            let store = try SQLiteStore(directory: directory, options: .small)
            do {
                _ = try await store.checkAtStart()
            } catch {
                try await store.close()
                throw error
            }
            try await store.close()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "what is not a plain file is refused by name, and nothing behind a link is touched",
        arguments: ["reserve", "noroshi.lock", "noroshi.sqlite", "noroshi.sqlite-wal", "noroshi.sqlite-shm"],
        ["link", "directory", "pipe"]
    )
    func oddFiles(name: String, kind: String) async throws {
        try await withDirectory(crashed: true) { directory in
            let path = "\(directory)/\(name)"
            let victim = directory + "-victim"
            #expect(FileManager.default.createFile(atPath: victim, contents: Data("precious".utf8)))
            try FileManager.default.removeItem(atPath: path)
            switch kind {
            case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: victim)
            case "directory": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            default: #expect(mkfifo(path, 0o600) == 0)
            }
            #expect(await refusal(directory)?.contains("holds \(name), which is a") == true)
            #expect(FileManager.default.contents(atPath: victim) == Data("precious".utf8))
            #expect(ReserveFile(directory: directory, byteCount: 4096).hold() == (name != "reserve"))
            #expect(FileManager.default.contents(atPath: victim) == Data("precious".utf8))
        }
    }

    @Test(
        "a database that is not ours, or of another version, is refused and left as it is",
        arguments: [
            ("PRAGMA application_id = 5", "not a database of noroshi"),
            ("PRAGMA application_id = 0", "not a database of noroshi"),
            ("PRAGMA user_version = 9999", "user_version 9999"), ("PRAGMA user_version = 0", "user_version 0"),
            ("INSERT INTO grdb_migrations VALUES ('9999 later')", "newer version"),
        ]
    )
    func foreign(sql: String, words: String) async throws {
        try await withDirectory(crashed: false) { directory in
            try change(directory, sql)
            let before = FileManager.default.contents(atPath: directory + "/noroshi.sqlite")
            let reason = await refusal(directory)
            #expect(reason?.contains(words) == true, "\(reason ?? "opened")")
            #expect(FileManager.default.contents(atPath: directory + "/noroshi.sqlite") == before)
        }
    }

    @Test("a reserve that has another name too is refused, and what it holds is not written over")
    func linkedReserve() async throws {
        try await withDirectory(crashed: true) { directory in
            let (path, victim) = (directory + "/reserve", directory + "-victim")
            #expect(FileManager.default.createFile(atPath: victim, contents: Data("precious".utf8)))
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.linkItem(atPath: victim, toPath: path)
            #expect(await refusal(directory)?.contains("holds reserve, which is a") == true)
            #expect(ReserveFile(directory: directory, byteCount: 4096).hold() == false)
            #expect(FileManager.default.contents(atPath: victim) == Data("precious".utf8))
        }
    }

    @Test("a database of another program is refused, and a directory of version 0.1.0 is carried over")
    func earlier() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try change(directory, "CREATE TABLE theirs(a)")
            #expect(await refusal(directory)?.contains("not a database of noroshi") == true)
        }
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            // What a power cut may leave of the first start.
            try change(directory, "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            #expect(await refusal(directory) == nil)
        }
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let connection = try DatabaseQueue(path: directory + "/noroshi.sqlite")
            try Schema.migrator().migrate(connection, upTo: "0005 what waits")
            try connection.close()
            #expect(await refusal(directory) == nil)
            #expect(await refusal(directory) == nil)
        }
    }

    @Test("a log without its database is refused", arguments: [true, false])
    func logAlone(isRemoved: Bool) async throws {
        try await withDirectory(crashed: true) { directory in
            let database = directory + "/noroshi.sqlite"
            if isRemoved {
                try FileManager.default.removeItem(atPath: database)
            } else {
                #expect(truncate(database, 0) == 0)
            }
            let log = FileManager.default.contents(atPath: database + "-wal")
            #expect(await refusal(directory)?.contains("noroshi.sqlite-wal") == true)
            #expect(FileManager.default.contents(atPath: database + "-wal") == log)
        }
    }

    @Test(
        "a log that is missing is named at the start, and one that need not be there is not",
        arguments: [true, false]
    )
    func databaseAlone(crashed: Bool) async throws {
        try await withDirectory(crashed: crashed) { directory in
            let log = directory + "/noroshi.sqlite-wal"
            if FileManager.default.fileExists(atPath: log) { try FileManager.default.removeItem(atPath: log) }
            let store = try SQLiteStore(directory: directory, options: .small)
            #expect(store.openingWarnings.contains { $0.contains("noroshi.sqlite-wal is missing") } == crashed)
            try await store.close()
        }
    }

    @Test("one process holds the directory, whatever is removed from it, and also against version 0.1.0's lock")
    func lock() async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory, options: .small)
            try FileManager.default.removeItem(atPath: directory + "/noroshi.lock")
            #expect(await refusal(directory)?.contains("is in use by") == true)
            try await store.close()
            let old = open(directory + "/noroshi.lock", O_RDWR)
            #expect(flock(old, LOCK_EX | LOCK_NB) == 0)
            #expect(await refusal(directory)?.contains("is in use by") == true)
            close(old)
            #expect(await refusal(directory) == nil)
        }
    }

    /// The inode of what is open there, or stands there.
    private static func inode(_ descriptor: CInt) -> UInt64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    private static func inode(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    @Test("a power cut undoes neither the creation of the directory, however deep, nor that of the database")
    func synced() async throws {
        try await TemporaryDirectory.with { parent in
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let synced = Mutex<[UInt64]>([])
            let sync: @Sendable (CInt) -> CInt = { descriptor in
                synced.withLock { $0.append(Self.inode(descriptor)) }
                return 0
            }
            let path = parent + "/a/b/data"
            let directory = try DataDirectory(path, sync: sync)
            let above = ["", "/a", "/a/b"].map { Self.inode(parent + $0) }
            #expect(synced.withLock { $0 } == above && above.contains(0) == false)
            try directory.prepareDatabase()
            #expect(synced.withLock { $0 } == above + [Self.inode(path)])
        }
        // One that is there needs no sync of what is above it, and one that fails is not passed over.
        try await withDirectory(crashed: false) { path in
            let synced = Mutex(0)
            let directory = try DataDirectory(path) { _ in
                synced.withLock { $0 += 1 }
                errno = EIO
                return -1
            }
            #expect(synced.withLock { $0 } == 0)
            #expect(throws: DataDirectoryError.self) { try directory.prepareDatabase() }
            #expect(throws: DataDirectoryError.self) {
                _ = try DataDirectory(path + "/below") { _ in
                    errno = EIO
                    return -1
                }
            }
        }
    }

    @Test("a damaged database is refused with what to do", arguments: ["noise", "zeros", "truncated", "beginning"])
    func damaged(how: String) async throws {
        try await withDirectory(crashed: false) { directory in
            let path = directory + "/noroshi.sqlite"
            var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
            let page = 8192
            let pages = bytes.count / page
            switch how {
            case "noise":
                for index in 3 * page..<4 * page { bytes[index] = UInt8(truncatingIfNeeded: index &* 31 ^ index >> 3) }
            case "zeros": for index in 5 * page..<6 * page { bytes[index] = 0 }
            case "truncated": bytes.removeLast((pages / 2) * page + 100)
            default: for index in 0..<8 { bytes[index] ^= 0xFF }
            }
            try Data(bytes).write(to: URL(filePath: path))
            let reason = await refusal(directory)
            #expect(reason?.contains("noroshi check --data") == true, "\(reason ?? "opened")")
            if how != "beginning" { #expect(try DataCheck(file: path).problems.isEmpty == false) }
        }
    }

    @Test("a backup made while the store is open holds what was accepted last, and is restored")
    func backup() async throws {
        try await TemporaryDirectory.with { parent in
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let store = try SQLiteStore(directory: parent + "/data", options: .small)
            for _ in 0..<3 { _ = try await store.accept(.plain) }
            let file = parent + "/backup"
            #expect(try StoreBackup.make(of: parent + "/data", to: file).totals.waiting == 3)
            #expect(throws: BackupError.self) { try StoreBackup.make(of: parent + "/data", to: file) }
            _ = try await store.accept(.plain)
            #expect(throws: DataDirectoryError.self) {
                try StoreBackup.restore(file, to: parent + "/data", isReplacing: true)
            }
            try await store.close()
            #expect(throws: BackupError.self) {
                try StoreBackup.restore(file, to: parent + "/data", isReplacing: false)
            }
            let restored = try StoreBackup.restore(file, to: parent + "/data", isReplacing: true)
            let aside = try #require(restored.aside)
            #expect(try FileManager.default.contentsOfDirectory(atPath: aside).isEmpty == false)
            _ = try StoreBackup.restore(file, to: parent + "/new", isReplacing: false)
            for directory in ["data", "new"] {
                let store = try SQLiteStore(directory: "\(parent)/\(directory)", options: .small)
                #expect(store.openingWarnings.isEmpty)
                #expect(try await store.totals().waiting == 3)
                #expect(try await store.accept(.plain) == 4)
                try await store.close()
            }
        }
    }

    @Test("a database that is missing where a service has run is named at the start", arguments: [true, false])
    func missingDatabase(hasRun: Bool) async throws {
        try await withDirectory(crashed: false) { directory in
            for file in ["noroshi.sqlite", "noroshi.sqlite-wal", "noroshi.sqlite-shm"] + (hasRun ? [] : ["reserve"]) {
                unlink("\(directory)/\(file)")
            }
            let store = try SQLiteStore(directory: directory, options: .small)
            #expect(store.openingWarnings.contains { $0.contains("noroshi.sqlite is missing") } == hasRun)
            try await store.close()
        }
    }

    @Test("what is no backup is not restored, and nothing is changed")
    func noBackup() async throws {
        try await withDirectory(crashed: false) { directory in
            let file = directory + "-other"
            #expect(FileManager.default.createFile(atPath: file, contents: Data("not a database".utf8)))
            let error = #expect(throws: BackupError.self) {
                try StoreBackup.restore(file, to: directory, isReplacing: true)
            }
            #expect(error?.description.hasPrefix("\(file) is not a database") == true)
            let whole = directory + "-copy"
            _ = try StoreBackup.make(of: directory, to: whole)
            #expect(truncate(whole, 20_000) == 0)
            let cut = #expect(throws: BackupError.self) {
                try StoreBackup.restore(whole, to: directory, isReplacing: true)
            }
            #expect(cut?.description.hasPrefix("\(whole) is damaged or cut short") == true)
            let store = try SQLiteStore(directory: directory, options: .small)
            #expect(try await store.totals().waiting == 2)
            try await store.close()
        }
    }
}
