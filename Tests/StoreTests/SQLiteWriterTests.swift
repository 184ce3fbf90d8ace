import Findings
import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import SQLiteStore
import Triage

@Suite("SQLite: the writer")
struct SQLiteWriterTests {
    /// Keeps the writer busy until the body has queued what it wants to share a commit.
    private func whileBusy(_ store: SQLiteStore, _ body: () async throws -> Void) async throws {
        let gate = DispatchGate()
        store.writer.connection.asyncWriteWithoutTransaction { _ in gate.wait() }
        do {
            try await body()
        } catch {
            gate.open()
            throw error
        }
        gate.open()
    }

    @Test("writes that wait together share commits")
    func groupCommit() async throws {
        try await withStore { store in
            let before = store.writer.commits
            var positions: [Int64] = []
            try await withThrowingTaskGroup(of: Int64.self) { group in
                try await whileBusy(store) {
                    for _ in 0..<300 { group.addTask { try await store.accept(.plain) } }
                    while store.writer.waiting < 300 { await Task.yield() }
                }
                for try await position in group { positions.append(position) }
            }
            #expect(positions.sorted() == Array(1...300))
            // 256 share a commit at most.
            #expect(store.writer.commits - before == 2)
        }
    }

    @Test("a write that fails, fails alone")
    func isolation() async throws {
        try await withStore { store in
            struct Refusal: Error {}
            let before = store.writer.commits
            async let good = store.accept(.plain)
            async let bad: Void = store.writer.write(.short) { db, change in
                try db.execute(
                    sql: "INSERT INTO lanes(lane, paused_reason, failures, not_before) VALUES ('half', NULL, 0, NULL)"
                )
                change.add(1, to: .dead)
                throw Refusal()
            }
            async let wrong: Void = store.writer.write(.short) { db, _ in
                try db.execute(
                    sql: "INSERT INTO lanes(lane, paused_reason, failures, not_before) VALUES (NULL, NULL, NULL, NULL)"
                )
            }
            async let also = store.accept(.plain)
            let positions = try await [good, also]
            #expect(positions.sorted() == [1, 2])
            do {
                try await bad
                Issue.record("a refused write is reported")
            } catch is Refusal {}
            do {
                try await wrong
                Issue.record("a write that SQLite refuses is reported")
            } catch is DatabaseError {}
            #expect(try await store.laneRecords().isEmpty)
            let totals = try await store.totals()
            #expect(totals.received == 2 && totals.dead == 0 && totals.isBalanced)
            #expect(store.writer.commits > before)
        }
    }

    @Test(
        "a write that fails alone in its transaction changes nothing, and the next one works",
        arguments: [true, false]
    )
    func isolationAlone(isLong: Bool) async throws {
        try await withStore { store in
            struct Refusal: Error {}
            let kind = isLong ? QueuedWrite.Kind.long : .short
            let commits = store.writer.commits
            // Each is waited for before the next comes, so that none shares its transaction.
            await #expect(throws: Refusal.self) {
                try await store.writer.write(kind) { db, change in
                    try db.execute(
                        sql:
                            "INSERT INTO lanes(lane, paused_reason, failures, not_before) VALUES ('half', NULL, 0, NULL)"
                    )
                    change.add(1, to: .dead)
                    throw Refusal()
                }
            }
            await #expect(throws: DatabaseError.self) {
                try await store.writer.write(kind) { db, change in
                    try db.execute(
                        sql:
                            "INSERT INTO lanes(lane, paused_reason, failures, not_before) VALUES ('half', NULL, 0, NULL)"
                    )
                    change.add(1, to: .dead)
                    try db.execute(
                        sql:
                            "INSERT INTO lanes(lane, paused_reason, failures, not_before) VALUES (NULL, NULL, NULL, NULL)"
                    )
                }
            }
            #expect(store.writer.commits == commits)
            let isInside = try await store.writer.connection.writeWithoutTransaction { $0.isInsideTransaction }
            #expect(isInside == false)
            #expect(try await store.laneRecords().isEmpty)
            #expect(try await store.totals().dead == 0)

            try await store.writer.write(kind) { db, _ in
                try db.execute(
                    sql: "INSERT INTO lanes(lane, paused_reason, failures, not_before) VALUES ('whole', NULL, 0, NULL)"
                )
            }
            #expect(store.writer.commits == commits + 1)
            #expect(try await store.laneRecords() == [LaneRecord(lane: "whole")])
            #expect(try await store.accept(.plain) == 1)
            let totals = try await store.totals()
            #expect(totals.received == 1 && totals.isBalanced)
        }
    }

    @Test("requests beyond the queue are refused at once and the others accepted")
    func overload() async throws {
        var options = SQLiteStoreOptions.small
        options.intakeQueueLimit = 5
        try await withStore(options) { store in
            var refused = 0
            try await withThrowingTaskGroup(of: Int64.self) { group in
                try await whileBusy(store) {
                    for _ in 0..<5 { group.addTask { try await store.accept(.plain) } }
                    while store.writer.waiting < 5 { await Task.yield() }
                    do { _ = try await store.accept(.plain) } catch IntakeError.overloaded { refused += 1 }
                }
                for try await _ in group {}
            }
            #expect(refused == 1)
            #expect(try await store.accept(.plain) == 6)
            #expect(try await store.totals().received == 6)
        }
    }

    @Test("the queue is bounded by bytes as well, but one request always fits")
    func overloadBytes() async throws {
        var options = SQLiteStoreOptions.small
        options.intakeQueueBytes = 10
        try await withStore(options) { store in
            var large = IntakeRequest.plain
            large.body = Array(repeating: 32, count: 100)
            #expect(try await store.accept(large) == 1)
            var refused = 0
            try await withThrowingTaskGroup(of: Int64.self) { group in
                try await whileBusy(store) {
                    let request = large
                    group.addTask { try await store.accept(request) }
                    while store.writer.waiting < 1 { await Task.yield() }
                    do { _ = try await store.accept(.plain) } catch IntakeError.overloaded { refused += 1 }
                }
                for try await _ in group {}
            }
            #expect(refused == 1)
        }
    }

    @Test("on a full disk requests are refused, earlier ones are safe, and draining goes on")
    func diskFull() async throws {
        var options = SQLiteStoreOptions.small
        options.reserveRetry = .zero
        try await withStore(options) { store in
            _ = try await store.accept(.plain)
            let entry = DecidedEntry(position: 1, receivedAt: .t(0), [(.example(), .routed())])
            try await store.apply([entry], now: .t(0))
            try await store.limitPages(to: nil)
            var large = IntakeRequest.plain
            large.body = Array(repeating: 65, count: 100_000)
            let request = large
            await #expect(throws: IntakeError.diskFull) { _ = try await store.accept(request) }
            await #expect(throws: IntakeError.diskFull) { _ = try await store.accept(request) }
            #expect(store.health.trouble?.kind == .diskFull)
            let isInside = try await store.writer.connection.writeWithoutTransaction { $0.isInsideTransaction }
            #expect(isInside == false)
            // What was accepted is still sent and settled.
            let claimed = try await store.claim(destinations: ["chat"], limit: 1, by: nil, now: .t(1))
            #expect(claimed.count == 1)
            try await store.settle(claimed.map { Settlement($0, .delivered) })
            var totals = try await store.totals()
            #expect(totals.delivered == 1 && totals.received == 1 && totals.isBalanced)

            try await store.limitPages(to: 1_000_000)
            #expect(try await store.accept(request) == 2)
            #expect(store.health.trouble == nil)
            totals = try await store.totals()
            #expect(totals.received == 2 && totals.isBalanced)
        }
    }

    @Test("a write that shares a transaction with a request that does not fit is done all the same")
    func diskFullShared() async throws {
        try await withStore { store in
            try await store.limitPages(to: nil)
            var large = IntakeRequest.plain
            large.body = Array(repeating: 65, count: 100_000)
            let request = large
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await whileBusy(store) {
                    group.addTask {
                        await #expect(throws: IntakeError.diskFull) { _ = try await store.accept(request) }
                    }
                    group.addTask { try await store.save([LaneRecord(lane: "a")]) }
                    while store.writer.waiting < 2 { await Task.yield() }
                }
                try await group.waitForAll()
            }
            #expect(try await store.laneRecords() == [LaneRecord(lane: "a")])
        }
    }

    @Test("the reserve is given up when the disk is full, and won back before requests are taken again")
    func reserve() async throws {
        var options = SQLiteStoreOptions.small
        options.reserveRetry = .seconds(3600)
        try await withStore(options) { store in
            let reserve = store.directory + "/reserve"
            #expect(FileManager.default.contents(atPath: reserve)?.count == 4096)
            try await store.limitPages(to: nil)
            var large = IntakeRequest.plain
            large.body = Array(repeating: 65, count: 100_000)
            let request = large
            var changes = store.healthChanges.makeAsyncIterator()
            await changes.next()
            #expect(store.health.trouble == nil)
            await #expect(throws: IntakeError.diskFull) { _ = try await store.accept(request) }
            #expect(FileManager.default.fileExists(atPath: reserve) == false)
            await changes.next()
            #expect(store.health.trouble?.kind == .diskFull)
            // Until it is time to look again, requests are refused without asking the disk.
            try await store.limitPages(to: 1_000_000)
            await #expect(throws: IntakeError.diskFull) { _ = try await store.accept(.plain) }
            // Whoever looks wins it back, although nobody is let in to try.
            await store.examine()
            await changes.next()
            #expect(store.health.trouble == nil)
            #expect(FileManager.default.contents(atPath: reserve)?.count == 4096)
            #expect(try await store.accept(.plain) == 1)
        }
    }

    @Test("what was claimed and could not be read is put back, and hides nothing that was begun")
    func unreadable() async throws {
        try await withStore { store in
            let lane = Claimant(lane: "lane", concurrency: 1)
            let outcomes: [Decision] = [.routed(to: ["bad"]), .routed(to: ["good"])]
            for (index, decision) in outcomes.enumerated() {
                let position = try await store.accept(.plain)
                let finding = Finding.example(key: "\(index)")
                try await store.apply(
                    [DecidedEntry(position: position, receivedAt: .t(0), [(finding, decision)])],
                    now: .t(0)
                )
            }
            try await store.writer.write(.short) { db, _ in
                try db.execute(sql: "UPDATE notifications SET transition = 'nonsense' WHERE destination = 'bad'")
                // The disk refuses to take it back.
                try db.execute(
                    sql: """
                        CREATE TRIGGER refusal BEFORE UPDATE OF state ON notifications WHEN NEW.state IN (0, 3)
                        BEGIN SELECT RAISE(ABORT, 'refused'); END
                        """
                )
            }
            #expect(try await store.claim(destinations: ["bad"], limit: 1, by: lane, now: .t(1)).isEmpty)
            try await store.writer.write(.short) { db, _ in try db.execute(sql: "DROP TRIGGER refusal") }
            let begun = try await store.claim(destinations: ["good"], limit: 1, by: lane, now: .t(2))
            #expect(begun.count == 1)
            #expect(try await store.recover(now: .t(60)) == 1)
            let again = try await store.claim(destinations: ["good"], limit: 1, by: lane, now: .t(60))
            #expect(again.map(\.uncertain) == [1])
        }
    }

    @Test("a question that takes too long is ended and says so")
    func timeBox() async throws {
        var options = SQLiteStoreOptions.small
        options.readTimeout = .milliseconds(1)
        try await withStore(options) { store in
            await #expect(throws: QueryTimeout.self) {
                try await store.ask { db in
                    try db.integer(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                    )
                }
            }
            _ = try await store.accept(.plain)
        }
    }

    @Test("questions cannot write")
    func readOnly() async throws {
        try await withStore { store in
            await #expect(throws: DatabaseError.self) {
                try await store.ask { try $0.execute(sql: "DELETE FROM journal") }
            }
        }
    }
}
