import Findings
import FoundationEssentials
import GRDB
import Glibc
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

@Suite("SQLite: durability")
struct SQLiteDurabilityTests {
    @Test("every commit of the writer reaches the disk: synchronous is FULL once everything is open")
    func synchronous() async throws {
        try await withStore { store in
            _ = try await store.accept(.plain)
            let (synchronous, journal) = try await store.writer.connection.writeWithoutTransaction { db in
                try (Int.fetchOne(db, sql: "PRAGMA synchronous"), String.fetchOne(db, sql: "PRAGMA journal_mode"))
            }
            #expect(synchronous == 2 && journal == "wal")
        }
    }

    @Test("GRDB's own WAL mode would not do: that is why it is set after opening")
    func grdbDefault() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let queue = try DatabaseQueue(path: directory + "/x.sqlite", configuration: configuration)
            let level = try await queue.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(level == 1)
            try queue.close()
        }
    }

    @Test("the data directory is made for its owner alone, and one process has it at a time")
    func lock() async throws {
        try await TemporaryDirectory.with { directory in
            let nested = directory + "/a/b"
            let store = try SQLiteStore(directory: nested, options: .small)
            var status = stat()
            #expect(stat(nested, &status) == 0 && status.st_mode & 0o777 == 0o700)
            #expect(store.openingNotes.contains { $0.contains("can be entered") } == false)
            let error = #expect(throws: DataDirectoryError.self) {
                try SQLiteStore(directory: nested, options: .small)
            }
            let text = try #require(error?.description)
            #expect(
                text.contains(nested) && text.contains("in use by process \(ProcessInfo.processInfo.processIdentifier)")
            )
            try await store.close()
            try await SQLiteStore(directory: nested, options: .small).close()
        }
    }

    @Test("a store that is closed is free at once, although a copy of its lock's descriptor is still open somewhere")
    func inheritedLock() async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory, options: .small)
            // As in a child between fork and exec.
            let copies = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
                .filter { descriptor in
                    var target = [CChar](repeating: 0, count: 4_096)
                    let length = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
                    return length > 0
                        && String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                            == "\(directory)/noroshi.lock"
                }
                .map { fcntl($0, F_DUPFD_CLOEXEC, 0) }
            #expect(copies.count == 1)
            try await store.close()
            try await SQLiteStore(directory: directory, options: .small).close()
            for copy in copies { Glibc.close(copy) }
        }
    }

    @Test(
        "a directory that cannot be used says why",
        arguments: ["/proc/noroshi", "/dev/null/noroshi", "/etc/hostname"]
    )
    func unusable(directory: String) throws {
        let error = #expect(throws: DataDirectoryError.self) {
            try SQLiteStore(directory: directory, options: .small)
        }
        #expect(error?.description.contains(directory) == true)
    }

    @Test("a directory that others can enter is noted")
    func permissions() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755]
            )
            let store = try SQLiteStore(directory: directory, options: .small)
            #expect(store.openingNotes.contains { $0.contains(directory) && $0.contains("chmod 700") })
            try await store.close()
        }
    }

    @Test("the database is readable for its owner alone", arguments: ["noroshi.sqlite", "noroshi.sqlite-wal"])
    func privacy(file: String) async throws {
        try await withStore { store in
            _ = try await store.accept(.plain)
            var status = stat()
            #expect(stat("\(store.directory)/\(file)", &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("the texts of rules that a database of 0.1.0 holds are kept, once each")
    func ruleTexts() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let queue = try DatabaseQueue(path: directory + "/noroshi.sqlite")
            try Schema.migrator().migrate(queue, upTo: "0005 what waits")
            try await queue.write { db in
                for (version, text) in [(1, "a"), (2, "b"), (3, "a")] {
                    try db.execute(
                        sql: "INSERT INTO revisions VALUES (?, ?, 'file', ?, ?)",
                        arguments: [
                            version, Fingerprint.hexadecimal(of: Array(text.utf8)), Double(version), Data(text.utf8),
                        ]
                    )
                }
            }
            try queue.close()
            let store = try SQLiteStore(directory: directory, options: .small)
            for (version, text) in [(1, "a"), (2, "b"), (3, "a")] {
                #expect(try await store.revision(version)?.text == Array(text.utf8))
            }
            let texts = try await store.writer.connection.writeWithoutTransaction { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM rule_texts")
            }
            #expect(texts == 2)
            try await store.close()
        }
    }

    @Test("a database of a newer version is left alone")
    func newer() async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory, options: .small)
            try await store.writer.connection.writeWithoutTransaction { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 something')")
            }
            try await store.close()
            let error = #expect(throws: DataDirectoryError.self) {
                try SQLiteStore(directory: directory, options: .small)
            }
            #expect(error?.description.contains("newer version") == true)
        }
    }

    @Test(
        "versions of SQLite with the WAL-reset bug are told apart",
        arguments: [
            ("3.40.1", true), ("3.44.5", true), ("3.44.6", false), ("3.44.9", false), ("3.45.0", true),
            ("3.50.6", true), ("3.50.7", false), ("3.51.2", true), ("3.51.3", false), ("3.52.0", false), ("?", true),
        ]
    )
    func version(version: String, hasBug: Bool) {
        #expect(SQLiteStore.hasResetBug(version) == hasBug)
    }

    @Test("a store that was not closed is there again as it was committed last")
    func crash() async throws {
        try await TemporaryDirectory.with { directory in
            let copy = directory + "-crashed"
            let store = try SQLiteStore(directory: directory, options: .small)
            _ = try await store.accept(.plain)
            // What the disk holds at this moment is what a killed process leaves.
            try FileManager.default.copyItem(atPath: directory, toPath: copy)
            try await store.close()
            let reopened = try SQLiteStore(directory: copy, options: .small)
            #expect(try await reopened.totals().waiting == 1)
            #expect(try await reopened.unapplied(after: nil, limit: 1, byteLimit: 100).map(\.position) == [1])
            try await reopened.close()
            try FileManager.default.removeItem(atPath: copy)
        }
    }

    @Test("the log gets its place on the disk when a store is opened, and a crash loses nothing of what stands in it")
    func log() async throws {
        try await TemporaryDirectory.with { directory in
            let copy = directory + "-crashed"
            let options = SQLiteStoreOptions(reserveBytes: 4096, logBytes: 3 << 20)
            let store = try SQLiteStore(directory: directory, options: options)
            #expect(store.openingNotes.contains { $0.contains("log") } == false)
            // Accepts stand between the steps in which it grows.
            for _ in 0..<3 { _ = try await store.accept(.plain) }
            try await store.lengthened()
            #expect(try logSize(directory) == 3 << 20)
            _ = try await store.accept(.plain)
            #expect(try logSize(directory) == 3 << 20)
            try FileManager.default.copyItem(atPath: directory, toPath: copy)
            try await store.close()
            let larger = SQLiteStoreOptions(reserveBytes: 4096, logBytes: (4 << 20) + 1)
            let reopened = try SQLiteStore(directory: copy, options: larger)
            _ = try await reopened.accept(.plain)
            try await reopened.lengthened()
            #expect(try logSize(copy) == (4 << 20) + 1)
            #expect(try await reopened.totals().waiting == 5)
            try await reopened.close()
            // Closed in order, the log is gone or empty: nothing but the database is needed.
            let again = try SQLiteStore(directory: copy, options: .small)
            #expect(try await again.totals().waiting == 5)
            try await again.close()
            try FileManager.default.removeItem(atPath: copy)
        }
    }

    @Test("a store that is closed before its log has its length leaves none, and opens again")
    func closedEarly() async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory, options: SQLiteStoreOptions(reserveBytes: 4096))
            _ = try await store.accept(.plain)
            try await store.close()
            try await store.lengthened()
            #expect(FileManager.default.fileExists(atPath: directory + "/noroshi.sqlite-wal") == false)
            let again = try SQLiteStore(directory: directory, options: .small)
            #expect(try await again.totals().waiting == 1)
            try await again.close()
        }
    }

    @Test(
        "a step writes zeros after what stands in the log, and none once it is long enough",
        arguments: [
            (0, 5, [5]), (3, 5, [5]), (5, 5, []), (7, 5, []), (1, (2 << 20) + 1, [(1 << 20) + 1, (2 << 20) + 1]),
        ]
    )
    func steps(stands: Int, wanted: Int, sizes: [Int]) async throws {
        try await TemporaryDirectory.with { directory in
            let log = directory + "/noroshi.sqlite-wal"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data(repeating: 7, count: stands).write(to: URL(filePath: log))
            let reserve = WriteAheadLogReserve(database: directory + "/noroshi.sqlite", byteCount: Int64(wanted))
            let rest = try #require(reserve.take())
            #expect(try logSize(directory) == stands)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["noroshi.sqlite-wal"])
            var seen: [Int] = []
            var isMore = true
            while isMore {
                isMore = rest.step()
                let size = try #require(try logSize(directory))
                if size != seen.last ?? stands { seen.append(size) }
            }
            #expect(seen == sizes)
            let content = try Data(contentsOf: URL(filePath: log))
            #expect(content.prefix(stands).allSatisfy { $0 == 7 } && content.dropFirst(stands).allSatisfy { $0 == 0 })
        }
    }

    @Test("a log that cannot have its place is left as long as it was")
    func noRoomForLog() async throws {
        #expect(WriteAheadLogReserve(database: "/nowhere/noroshi.sqlite", byteCount: 1).take() == nil)
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let database = directory + "/noroshi.sqlite"
            try Data().write(to: URL(filePath: database + "-wal"))
            // No disk has an exbibyte free.
            #expect(WriteAheadLogReserve(database: database, byteCount: 1 << 60).take() == nil)
            #expect(try logSize(directory) == 0)
            // Nothing can be written to this one, as to a disk that has become full since.
            let full = directory + "/full"
            try FileManager.default.createSymbolicLink(atPath: full + "-wal", withDestinationPath: "/dev/full")
            #expect(WriteAheadLogReserve(database: full, byteCount: 1 << 20).take()?.step() != true)
        }
    }

    private func logSize(_ directory: String) throws -> Int? {
        let log = directory + "/noroshi.sqlite-wal"
        return try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
    }

    @Test("closing leaves everything in the database file and may be repeated")
    func close() async throws {
        try await TemporaryDirectory.with { directory in
            let store = try SQLiteStore(directory: directory, options: .small)
            _ = try await store.accept(.plain)
            try await store.close()
            try await store.close()
            let log = directory + "/noroshi.sqlite-wal"
            #expect(FileManager.default.contents(atPath: log)?.isEmpty ?? true)
        }
    }
}

extension SQLiteStore {
    /// Waits until the log is as long as it is to be: each step stands in the queue before what is asked for after it.
    fileprivate func lengthened() async throws {
        for _ in 0...WriteAheadLogReserve.usualBytes / Int64(LogExtension.stepBytes) {
            try await writer.connection.writeWithoutTransaction { _ in }
        }
    }
}
