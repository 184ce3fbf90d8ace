import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("Partitions are made ahead and go with what is old", .timeLimit(.minutes(15)))
struct PartitionTests {
    /// A store whose partitions are large from the first byte on, and hold ten observations.
    private func with(
        _ sizes: PartitionSizes = PartitionSizes(observations: 10, whole: 0, tries: 2),
        _ body: (PostgresStore, Session) async throws -> Void
    ) async throws {
        let address = try PostgresServer.shared().address
        var options = PostgresStoreOptions(schema: PostgresTest.schema())
        options.partitions = sizes
        try await PostgresTest.with(address, options) { store in
            try await body(store, PostgresTest.session(address, options.schema))
        }
    }

    private func names(_ table: PartitionedTable, _ session: Session) throws -> [String] {
        try session.transaction { try PartitionRows.all(of: table, $0) }.map(\.name)
    }

    private func request(_ body: String, at seconds: Double) -> IntakeRequest {
        IntakeRequest(
            receivedAt: .t(seconds),
            source: "token",
            requestID: nil,
            body: Array(body.utf8),
            observations: 1,
            quarantine: []
        )
    }

    /// Accepts and applies one finding; `.unrouted` unless somebody is to be told.
    private func take(_ key: String, at seconds: Double, isTold: Bool = false, _ store: PostgresStore) async throws {
        let position = try await store.accept(request(key, at: seconds))
        try await store.apply(
            [
                DecidedEntry(
                    position: position,
                    receivedAt: .t(seconds),
                    [(.example(key: key), isTold ? .routed() : .unrouted)]
                )
            ],
            now: .t(seconds)
        )
    }

    private func numbers(_ session: Session) throws -> [Int64] {
        try session.transaction { session in
            try session.all("SELECT number FROM observations ORDER BY number") { try $0.integer(0) }
        }
    }

    @Test(
        "what is accepted on a day that nobody has foreseen makes its partition, and is read in the order of the stream"
    )
    func days() async throws {
        try await with { store, session in
            let day = 86_400.0
            // A clock that is set back in between.
            for (body, seconds) in [("a", 0), ("b", day), ("c", 3 * day), ("d", day), ("e", 3 * day)] {
                _ = try await store.accept(request(body, at: seconds))
            }
            #expect(try names(.journal, session).count == 3)
            let entries = try await store.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["a", "b", "c", "d", "e"])
            #expect(entries.map { JournalCursor.sequence(of: $0.position) } == [1, 2, 3, 4, 5])
        }
    }

    @Test("observations go on where no partition is left, and the next is made before it is needed")
    func observations() async throws {
        try await with { store, session in
            for index in 0..<25 { try await take("\(index)", at: Double(index), store) }
            #expect(try numbers(session) == Array(1...25))
            #expect(try names(.observations, session) == ["observations_0", "observations_10", "observations_20"])
            try await store.prune(before: .t(-1))
            #expect(try names(.observations, session).count == 4)
            // The server's day, and three more.
            #expect(try names(.journal, session).count == 1 + 4)
            try await store.prune(before: .t(-1))
            #expect(try names(.observations, session).count == 4)
        }
    }

    @Test("a day's observations go in one partition, however many they are", arguments: [1.0, 20_000])
    func width(pace: Double) async throws {
        try await with { store, session in
            for index in 0..<45 { try await take("\(index)", at: Double(index) * pace, store) }
            let widths = try session.transaction { try PartitionRows.all(of: .observations, $0) }.map(\.range.count)
            // 45 in 45 s, or four a day.
            #expect(widths.max() == (pace == 1 ? 40 : 10), "\(widths)")
        }
    }

    @Test("a partition of observations that is old as a whole goes, but for what something refers to")
    func oldObservations() async throws {
        try await with { store, session in
            // 1 to 9 of one finding, 10 to 18 of others, of which one is told.
            for index in 0..<9 { try await take("same", at: Double(index), store) }
            for index in 9..<18 { try await take("\(index)", at: Double(index), isTold: index == 12, store) }
            try await take("same", at: 18, store)
            for index in 19..<45 { try await take("new \(index)", at: Double(index) + 1_000, store) }
            let before = try numbers(session)
            try await store.prune(before: .t(500))
            let left = try numbers(session)
            // Of the first ten, nothing is the newest of a finding; of the others all are.
            #expect(before.count == 45)
            #expect(left == Array(10...45))
            let partitions = try names(.observations, session)
            #expect(partitions.first == "observations_10_rest")
            // Everything that is left is found as before.
            let page = try await store.observations(before: nil, since: .t(-1), limit: 100, reading: .outcomes)
            #expect(page.map(\.number) == left.reversed())
            // And stays, however often this is done.
            try await store.prune(before: .t(500))
            #expect(try numbers(session) == left)
            #expect(try names(.observations, session) == partitions)
        }
    }

    @Test("a partition that is not old as a whole stays as it is, and one that took long is tidied row by row")
    func rowByRow() async throws {
        try await with { store, session in
            for index in 0..<9 { try await take("same", at: Double(index), store) }
            try await store.prune(before: .t(5))
            #expect(try numbers(session).count == 9)
        }
        try await with { store, session in
            for index in 0..<9 { try await take("same", at: Double(index) * 86_400, store) }
            try await store.prune(before: .t(5 * 86_400))
            #expect(try numbers(session) == [6, 7, 8, 9])
        }
        try await with(PartitionSizes(observations: 10)) { store, session in
            for index in 0..<9 { try await take("same", at: Double(index), store) }
            try await store.prune(before: .t(5))
            #expect(try numbers(session) == [6, 7, 8, 9])
        }
    }

    @Test(
        "a day of the journal goes once all of it is applied, and what stands aside is kept",
        arguments: [0, 64 << 20]
    )
    func oldJournal(whole: Int64) async throws {
        try await with(PartitionSizes(observations: 10, whole: whole)) { store, session in
            let day = 86_400.0
            for index in 0..<4 { try await take("\(index)", at: Double(index), store) }
            let aside = try await store.accept(request("aside", at: 5))
            let waiting = try await store.accept(request("waiting", at: 6))
            func bodies() throws -> [String] {
                try session.transaction { session in
                    try session.all("SELECT convert_from(body, 'UTF8') FROM journal ORDER BY sequence") {
                        try $0.text(0)
                    }
                }
            }
            // One that nobody has applied keeps all of a large partition.
            try await store.prune(before: .t(3 * day))
            #expect(try bodies() == (whole == 0 ? ["0", "1", "2", "3", "aside", "waiting"] : ["aside", "waiting"]))
            let entries = try await store.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map(\.position) == [aside, waiting])
            _ = try await store.setAsideNext(aside, because: "malformed", now: .t(7))
            try await store.apply(
                [DecidedEntry(position: waiting, receivedAt: .t(6), [(.example(), .unrouted)])],
                now: .t(8)
            )
            try await store.prune(before: .t(3 * day))
            #expect(try bodies() == ["aside"])
            let past = try session.transaction { session in
                try PartitionRows.all(of: .journal, session).filter {
                    JournalPartitions.isPast($0, before: .t(3 * day))
                }
            }
            #expect(past.map(\.isRemainder) == [whole == 0])
            // This node's last entry is gone with its partition, and the next one follows it.
            let next = try await store.accept(request("next", at: 4 * day))
            #expect(JournalCursor.sequence(of: next) == 7)
            #expect(try await store.unapplied(after: nil, limit: 10, byteLimit: 1 << 20).count == 1)
        }
    }

    @Test("a partition that somebody reads for long is left for the next time, and nobody waits for it")
    func held() async throws {
        try await with { store, session in
            for index in 0..<9 { try await take("same", at: Double(index), store) }
            for index in 9..<25 { try await take("new", at: Double(index) + 1_000, store) }
            try session.begin()
            // As long as it takes, on a machine that has much to do.
            _ = try session.rows("SELECT set_config('idle_in_transaction_session_timeout', '0', true)")
            _ = try session.rows("SELECT count(*) FROM observations")
            await #expect(throws: PartitionsInUse(names: ["observations_0"])) {
                try await store.prune(before: .t(500))
            }
            _ = try session.rows("SELECT count(*) FROM observations_0")
            try session.commit()
            try await take("more", at: 2_000, store)
            try await store.prune(before: .t(500))
            #expect(try names(.observations, session).first == "observations_0_rest")
        }
    }

    @Test("who reads holds the tables from before the moment that is read, so that nothing goes between two questions")
    func readers() async throws {
        try await with { store, _ in
            for connection in [store.pipeline, store.housekeeping] {
                let held = try await connection.transaction { session in
                    try session.all(
                        """
                        SELECT c.relname::text FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                        WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessShareLock' AND c.relkind = 'p' ORDER BY 1
                        """
                    ) { try $0.text(0) }
                }
                #expect(held == (connection === store.pipeline ? ["journal", "observations"] : []))
            }
        }
    }

    @Test("dropping what takes long ends with the service")
    func cancelled() async throws {
        try await with { store, _ in
            let begun = Signal()
            // Not part of this one, since it is cancelled.
            let task = Task {
                try await withTaskCancellationHandler {
                    try await store.housekeeping.transaction { session in
                        _ = try session.rows("SELECT 1")
                        begun.finish()
                        _ = try session.rows("SELECT pg_sleep(600)")
                    }
                } onCancel: {
                    store.housekeeping.cancel()
                }
            }
            for await _ in begun.stream() {}
            // Until it arrives while the server is at it.
            while try await store.desk.transaction({ session in
                try session.integer("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%'")
            }) == 0 {}
            task.cancel()
            await #expect(throws: StoreTrouble.self) { try await task.value }
        }
    }

    @Test("two nodes that find a partition missing at once make one")
    func race() async throws {
        try await TwoNodes.with { nodes in
            for day in 0..<10 {
                let wanted = request("x", at: Double(day) * 86_400)
                async let first = nodes.first.accept(wanted)
                async let second = nodes.second.accept(wanted)
                _ = try await (first, second)
            }
            #expect(try names(.journal, nodes.session()).count == 10)
            #expect(try await nodes.first.unapplied(after: nil, limit: 100, byteLimit: 1 << 20).count == 20)
        }
    }
}
