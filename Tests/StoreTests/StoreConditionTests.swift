import FoundationEssentials
import GRDB
import Glibc
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

@Suite("SQLite: what is wrong with the store")
struct StoreConditionTests {
    private static let quick: SQLiteStoreOptions = {
        var options = SQLiteStoreOptions.small
        options.reserveRetry = .zero
        return options
    }()

    @Test(
        "errors of the system are told apart by what a person has to do",
        arguments: [
            (ResultCode.SQLITE_FULL, 0, .diskFull), (.SQLITE_IOERR_WRITE, ENOSPC, .diskFull),
            (.SQLITE_IOERR_FSYNC, ENOSPC, .diskFull), (.SQLITE_IOERR_WRITE, EDQUOT, .quotaExceeded),
            (.SQLITE_IOERR_WRITE, EROFS, .readOnly), (.SQLITE_READONLY, 0, .readOnly),
            (.SQLITE_CANTOPEN, EACCES, .readOnly), (.SQLITE_IOERR_WRITE, EIO, .ioError),
            (.SQLITE_IOERR_FSYNC, EIO, .ioError), (.SQLITE_IOERR_TRUNCATE, 0, .ioError), (.SQLITE_BUSY, 0, .locked),
            (.SQLITE_READONLY_DBMOVED, 0, .moved), (.SQLITE_CONSTRAINT_UNIQUE, 0, nil), (.SQLITE_CORRUPT, 0, nil),
            (.SQLITE_IOERR_READ, EIO, nil), (.SQLITE_NOTADB, 0, nil), (.SQLITE_TOOBIG, 0, nil),
        ] as [(ResultCode, CInt, StoreTrouble.Kind?)]
    )
    func classes(code: ResultCode, number: CInt, kind: StoreTrouble.Kind?) {
        #expect(DatabaseError(resultCode: code).trouble(systemError: number)?.kind == kind)
    }

    @Test("what another process locks fails accepting and examining, and is over when it lets go")
    func locked() async throws {
        try await withStore(Self.quick) { store in
            #expect(store.health.trouble == nil)
            try await store.writer.connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 1") }
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: store.directory + "/noroshi.sqlite", configuration: configuration)
            try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
            await #expect(throws: IntakeError.self) { try await store.accept(.plain) }
            #expect(store.health.trouble?.kind == .locked)
            #expect(store.health.problem?.contains("another process") == true)
            await store.examine()
            #expect(store.health.trouble?.kind == .locked)
            try await other.writeWithoutTransaction { try $0.rollback() }
            try other.close()
            await store.examine()
            #expect(store.health.trouble == nil)
            #expect(try await store.accept(.plain) == 1)
        }
    }

    @Test(
        "a request is not answered as kept when the files are gone or others stand in their place",
        arguments: [
            "remove database", "remove log", "cut log", "cut database", "replace database", "remove directory",
            "move directory",
        ]
    )
    func moved(how: String) async throws {
        try await TemporaryDirectory.with { parent in
            let directory = parent + "/data"
            let store = try SQLiteStore(directory: directory, options: Self.quick)
            #expect(try await store.accept(.plain) == 1)
            let files = FileManager.default
            let database = directory + "/noroshi.sqlite"
            switch how {
            case "remove database": try files.removeItem(atPath: database)
            case "remove log": try files.removeItem(atPath: database + "-wal")
            case "replace database":
                try files.copyItem(atPath: database, toPath: database + ".copy")
                #expect(rename(database + ".copy", database) == 0)
            case "cut log": #expect(truncate(database + "-wal", 0) == 0)
            case "cut database": #expect(truncate(database, 0) == 0)
            case "remove directory": try files.removeItem(atPath: directory)
            default: #expect(rename(directory, directory + ".moved") == 0)
            }
            try await ContinuousClock().sleep(for: .milliseconds(11))
            await #expect(throws: IntakeError.self) { try await store.accept(.plain) }
            #expect(store.health.trouble?.kind == .moved)
            await #expect(throws: IntakeError.self) {
                try await store.activate(Array("{}".utf8), Activation(author: "a"), now: .t(0))
            }
            // What was accepted goes on as far as it can.
            try await store.save([LaneRecord(lane: "a")])
            if how == "move directory" {
                #expect(rename(directory + ".moved", directory) == 0)
                await store.examine()
                #expect(store.health.trouble == nil)
                _ = try await store.accept(.plain)
            }
            // Nothing is moved into files that are not those that were opened.
            do { try await store.close() } catch { #expect(how != "move directory" && how != "remove log") }
            guard how == "remove log" else { return }
            // The log is whole for whoever has it open, so that its end is in the database.
            let next = try SQLiteStore(directory: directory, options: Self.quick)
            let kept = try await next.unapplied(after: nil, limit: 10, byteLimit: 1 << 20).count
            // That of the refused request too, whose sender sends it again.
            #expect(kept >= 1)
            try await next.close()
        }
    }

    @Test("a checkpoint that fails is said once, counted, and over when it works")
    func checkpoints() async throws {
        let changed = Signal()
        let condition = Condition(changed: changed)
        for _ in 0..<3 { condition.checkpointed(StoreTrouble(.ioError, "errno 5")) }
        #expect(condition.health.checkpointTrouble?.kind == .ioError && condition.health.checkpointFailures == 3)
        #expect(condition.health.trouble == nil)
        condition.checkpointed(nil)
        #expect(condition.health.checkpointTrouble == nil && condition.health.checkpointFailures == 3)
    }

    @Test("damage that anybody meets is known until the end")
    func damage() async throws {
        try await withStore { store in
            do {
                try await store.writer.write(.short) { db, _ in
                    try db.execute(sql: "CREATE TABLE x(a)")
                    throw DatabaseError(resultCode: .SQLITE_CORRUPT)
                }
                Issue.record("damage is reported")
            } catch is DatabaseError {}
            #expect(store.health.damage != nil)
            let position = try await store.accept(.plain)
            #expect(position == 1)
            #expect(store.health.problem?.contains("check --data") == true)
        }
    }

    @Test("what an entry that cannot be applied counted stands aside, is kept by pruning, and is applied when wanted")
    func setAside() async throws {
        try await withStore { store in
            for _ in 0..<2 { _ = try await store.accept(.plain) }
            #expect(try await store.setAsideNext(2, because: "malformed", now: .t(1)) == nil)
            let aside = try await store.setAsideNext(1, because: "malformed", now: .t(1))
            #expect(aside?.position == 1 && aside?.observations == 1)
            var totals = try await store.totals()
            #expect(totals.setAside == 1 && totals.waiting == 1 && totals.isBalanced)
            try await store.apply([DecidedEntry(position: 2, receivedAt: .t(0), [(.example(), .routed())])], now: .t(1))
            #expect(try await store.setAsideNext(nil, because: "malformed", now: .t(1)) == nil)
            try await store.prune(before: .t(1_000_000))
            #expect(try await store.setAside(page: Page()).items.map(\.reason) == ["malformed"])
            #expect(try await store.requestRetry(9) == 0)
            #expect(try await store.wantedAgain(limit: 5).isEmpty)
            #expect(try await store.requestRetry(nil) == 1)
            #expect(try await store.wantedAgain(limit: 5).map(\.journal?.position) == [1])
            try await store.failedAgain(1, because: "still malformed")
            #expect(try await store.wantedAgain(limit: 5).isEmpty)
            let entry = DecidedEntry(position: 1, receivedAt: .t(0), [(.example(key: "other"), .routed())])
            #expect(try await store.applyAgain(entry, now: .t(2))?.observations == 1)
            #expect(try await store.applyAgain(entry, now: .t(2)) == nil)
            totals = try await store.totals()
            #expect(totals.setAside == 0 && totals.waiting == 0 && totals.routed == 2 && totals.isBalanced)
        }
    }
}
