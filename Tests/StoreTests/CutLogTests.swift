import FoundationEssentials
import GRDB
import Glibc
import NoroshiTestSupport
import Store
import Testing

@testable import SQLiteStore

@Suite("SQLite: a log that somebody cuts")
struct CutLogTests {
    /// Opens a store whose database holds something, with more in its log.
    private func withLog(
        _ body: (_ store: SQLiteStore, _ database: String, _ log: String) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let before = try SQLiteStore(directory: directory, options: .small)
            for _ in 0..<20 { _ = try await before.accept(.plain) }
            try await before.close()
            let store = try SQLiteStore(directory: directory, options: .small)
            for _ in 0..<20 { _ = try await store.accept(.plain) }
            try await body(store, directory + "/noroshi.sqlite", directory + "/noroshi.sqlite-wal")
        }
    }

    private func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    @Test("stopping leaves the database as it was, and the next start finds it whole", arguments: [0, 16_000])
    func closing(size: Int) async throws {
        try await withLog { store, database, log in
            let whole = try contents(database)
            #expect(truncate(log, size) == 0)
            // Written behind the hole; the end is told of all the same.
            for _ in 0..<5 { try await store.save([LaneRecord(lane: "a")]) }
            let error = await #expect(throws: StoreTrouble.self) { try await store.close() }
            #expect(error?.kind == .moved)
            #expect(try contents(database) == whole)
            let next = try SQLiteStore(directory: store.directory, options: .small)
            #expect(try await next.checkAtStart() == nil)
            try await next.close()
        }
    }

    @Test("a log that is as long again, with a hole in it, is not moved either")
    func grownAgain() async throws {
        try await withLog { store, database, log in
            let whole = try contents(database)
            let size = try contents(log).count
            #expect(truncate(log, 16_000) == 0)
            while try contents(log).count <= size { try await store.save([LaneRecord(lane: "a")]) }
            #expect(store.writer.files.trouble() == nil)
            await #expect(throws: StoreTrouble.self) { try await store.close() }
            #expect(try contents(database) == whole)
        }
    }

    @Test("a checkpoint that is due does not move it, and that is known")
    func running() async throws {
        try await withLog { store, database, log in
            var large = IntakeRequest.plain
            large.body = [UInt8](repeating: 0x20, count: 4 << 20)
            _ = try await store.accept(large)
            let whole = try contents(database)
            #expect(truncate(log, 0) == 0)
            try await store.writer.connection.writeWithoutTransaction { db in
                try db.execute(sql: "CREATE TABLE filler AS SELECT zeroblob(5000000)")
                store.writer.checkpoints.runIfDue(db, isIdle: true)
            }
            #expect(store.health.checkpointTrouble?.kind == .moved)
            #expect(try contents(database) == whole)
            await #expect(throws: StoreTrouble.self) { try await store.close() }
        }
    }

    @Test("closing without an end in order leaves the log to the next start")
    func abandoned() async throws {
        try await TemporaryDirectory.with { directory in
            do {
                let store = try SQLiteStore(directory: directory, options: .small)
                _ = try await store.accept(.plain)
            }
            #expect(try contents(directory + "/noroshi.sqlite-wal").isEmpty == false)
            let next = try SQLiteStore(directory: directory, options: .small)
            #expect(try await next.totals().waiting == 1)
            try await next.close()
        }
    }
}
