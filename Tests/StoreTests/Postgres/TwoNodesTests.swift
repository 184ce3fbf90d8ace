import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("Two nodes share a PostgreSQL database", .timeLimit(.minutes(15)))
struct TwoNodesTests {
    @Test("entries are read and applied in the order in which senders were told that they are accepted")
    func merged() async throws {
        try await TwoNodes.with { nodes in
            var generator = SeededGenerator(seed: 7)
            var accepted: [Int64] = []
            for number in 0..<60 {
                let store = Bool.random(using: &generator) ? nodes.first : nodes.second
                accepted.append(try await store.accept(PostgresTest.request("\(number)")))
            }
            for reader in [nodes.first, nodes.second] {
                let entries = try await reader.unapplied(after: nil, limit: 100, byteLimit: 1 << 20)
                #expect(entries.map(\.position) == accepted)
                let cursor = JournalCursor(Array(accepted.prefix(9)))
                let rest = try await reader.unapplied(after: cursor, limit: 3, byteLimit: 1 << 20)
                #expect(rest.map(\.position) == Array(accepted[9..<12]))
                // The past is read in the same order, backwards.
                let page = try await reader.journal(before: accepted[10], since: .distantPast, byteLimit: .max)
                #expect(page.map(\.position) == accepted.prefix(10).reversed())
                let end = try await reader.journalCursor(at: .t(1))
                let all = try await reader.journal(before: end, since: .distantPast, byteLimit: .max)
                #expect(all.map(\.position) == accepted.reversed())
                #expect(try await reader.journalCursor(at: .t(-1)) == 0)
            }
            // By their positions alone they would be in another order, and the check would see it.
            #expect(accepted.sorted() != accepted)

            var applied: [Int64] = []
            while applied.count < accepted.count {
                let (reader, writer) =
                    Bool.random(using: &generator) ? (nodes.first, nodes.second) : (nodes.second, nodes.first)
                let entries = try await reader.unapplied(after: nil, limit: 7, byteLimit: 1 << 20)
                try #require(entries.isEmpty == false)
                try await writer.apply(
                    entries.map { DecidedEntry(position: $0.position, receivedAt: .t(0), [(.example(), .unrouted)]) },
                    now: .t(1)
                )
                applied += entries.map(\.position)
            }
            #expect(applied == accepted)
            #expect(try await nodes.first.totals().isBalanced)
        }
    }

    private static let severities: [Severity] = [.low, .medium, .high, .critical]

    /// Sends four messages about each of three findings over both nodes.
    ///
    /// - Returns: How many were sent, and how many of them before an older one about their finding was settled.
    private static func send(
        _ nodes: TwoNodes,
        claim: (PostgresStore) async throws -> [Notification]
    ) async throws -> (sent: Int, early: Int) {
        for severity in severities {
            try await nodes.first.take((0..<3).map { .example(key: "finding-\($0)", severity: severity) })
        }
        var settled: [String: Int] = [:]
        var (sent, early) = (0, 0)
        while true {
            var claimed: [(PostgresStore, Notification)] = []
            for store in [nodes.first, nodes.second] {
                claimed += try await claim(store).map { (store, $0) }
            }
            if claimed.isEmpty { return (sent, early) }
            for (_, notification) in claimed {
                let finding = notification.content.finding
                let place = try #require(severities.firstIndex(of: finding.severity))
                sent += 1
                if settled[finding.key.rawValue, default: 0] != place { early += 1 }
            }
            for (store, notification) in claimed.reversed() {
                try await store.settle([Settlement(notification, .delivered)])
                settled[notification.content.finding.key.rawValue, default: 0] += 1
            }
        }
    }

    @Test("messages about a finding go one after the other, whichever node sends them")
    func order() async throws {
        try await TwoNodes.with { nodes in
            let result = try await Self.send(nodes) { try await $0.claim(2) }
            #expect(result.sent == 12 && result.early == 0)
        }
        // Without the condition of the claim they do not, and the check sees it.
        try await TwoNodes.with { nodes in
            let result = try await Self.send(nodes) { store in
                let node = store.node
                return try await store.queue.transaction { session in
                    try session.all(
                        """
                        UPDATE notifications n SET state = 1, attempts = n.attempts + 1, claimed_at = $1, claimed_by = $2
                        FROM (
                            SELECT number FROM notifications WHERE state = 0 ORDER BY severity DESC, number LIMIT 2
                            FOR UPDATE SKIP LOCKED
                        ) AS c WHERE n.number = c.number RETURNING \(StoredNotification.columns)
                        """,
                        [Date.t(1).stored, node]
                    ) { try StoredNotification($0) }
                }.map { try $0.read() }
            }
            #expect(result.sent == 12 && result.early > 0)
        }
    }

    @Test("what a node that was taken for gone had claimed is recovered once, and nothing that it says of it counts")
    func settling() async throws {
        try await TwoNodes.with { nodes in
            let (gone, other) = (nodes.first, nodes.second)
            try await gone.take((0..<3).map { .example(key: "finding-\($0)") })
            let lane = Claimant(lane: "chat", concurrency: 1)
            let lost = try await gone.claim(3, by: lane)
            #expect(lost.map(\.attempts) == [1, 1, 1])
            #expect(try await other.recover(now: .t(2)) == 0)
            try nodes.buryFirst()
            // One was begun; the others waited for it, as if they had not been claimed.
            #expect(try await other.recover(now: .t(2)) == 1)
            #expect(try await other.recover(now: .t(2)) == 0)
            let claimed = try await other.claim(destinations: ["chat"], limit: 3, by: lane, now: .t(3))
            #expect(claimed.map(\.id) == lost.map(\.id))
            // Of two of them the number of the attempt is the same: only who has claimed it tells.
            #expect(claimed.map(\.attempts) == [2, 1, 1])

            // It does not know yet that it is gone, and what it took now nobody would look for.
            #expect(try await gone.claim(3).isEmpty)
            let before = try nodes.messages()
            #expect(before == ["1 2 \(other.node)", "1 1 \(other.node)", "1 1 \(other.node)"])
            try await gone.settle(lost.map { Settlement($0, .delivered) })
            #expect(try nodes.messages() == before)
            // Under its new number neither.
            await gone.membership.beat()
            try await gone.settle(lost.map { Settlement($0, .dead(reason: "refused", rendered: nil, fallback: nil)) })
            #expect(try nodes.messages() == before)

            try await other.settle(claimed.map { Settlement($0, .delivered, at: .t(9)) })
            for message in claimed {
                // What was really sent last is on record, not what the other said of the same number.
                let attempts = try #require(try await other.notification(message.id)).attempts
                #expect(attempts.last?.number == message.attempts && attempts.last?.startedAt == .t(9))
            }
            #expect(try nodes.messages().allSatisfy { $0.hasPrefix("2 ") })
            let totals = try await other.totals()
            #expect(totals.isBalanced && totals.delivered == 3)
        }
    }

    /// Has a node that was taken for gone settle what another one has claimed since.
    ///
    /// - Returns: How many messages that has changed.
    private static func settleLate(
        _ nodes: TwoNodes,
        settle: (PostgresStore, [Notification]) async throws -> Void
    ) async throws -> Int {
        try await nodes.first.take((0..<3).map { .example(key: "finding-\($0)") })
        let lost = try await nodes.first.claim(3)
        try nodes.buryFirst()
        _ = try await nodes.second.recover(now: .t(2))
        let claimed = try await nodes.second.claim(destinations: ["chat"], limit: 3, by: nil, now: .t(3))
        #expect(claimed.count == 3)
        let before = try nodes.messages()
        try await settle(nodes.first, lost)
        return zip(before, try nodes.messages()).count { $0 != $1 }
    }

    @Test("nothing that is settled too late counts")
    func late() async throws {
        try await TwoNodes.with { nodes in
            let changed = try await Self.settleLate(nodes) { store, lost in
                try await store.settle(lost.map { Settlement($0, .delivered) })
            }
            #expect(changed == 0)
        }
        // Without the conditions of the settlement late ones count, and the check sees it.
        try await TwoNodes.with { nodes in
            let changed = try await Self.settleLate(nodes) { store, lost in
                let ids = lost.map(\.id)
                try await store.queue.transaction { session in
                    session.later("UPDATE notifications SET state = 2 WHERE id = ANY($1) AND state = 1", [ids])
                }
            }
            #expect(changed == 3)
        }
    }

    @Test("a node that was taken for gone and whose stream is closed goes on in another one")
    func reopened() async throws {
        try await TwoNodes.with { nodes in
            let (gone, other) = (nodes.first, nodes.second)
            let stream = gone.node
            try await gone.take([.example()])
            let lost = try await gone.claim(1)
            try nodes.buryFirst()
            try await other.prune(before: .t(-1_000))
            let streams = try PostgresTest.session(PostgresServer.shared().address, nodes.schema).transaction {
                try $0.all("SELECT stream FROM journal_streams") { try $0.integer(0) }
            }
            #expect(streams == [other.node])

            // Waits for the other stream, and no sender notices more than that.
            async let waiting = gone.accept(PostgresTest.request("after"))
            #expect(await gone.membership.beat() == nil)
            let position = try await waiting
            #expect(gone.node != stream && gone.node != other.node)
            #expect(JournalCursor.stream(of: position) == gone.node)
            #expect(JournalCursor.sequence(of: position) == 1)
            let next = try await gone.accept(PostgresTest.request("next"))
            let entries = try await other.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map(\.position) == [position, next])
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["after", "next"])
            #expect(gone.health.trouble == nil)

            // What it claimed under its old number it does not settle under the new one.
            try await gone.settle(lost.map { Settlement($0, .delivered) })
            #expect(try nodes.messages() == ["1 1 \(stream)"])
            #expect(try await gone.recover(now: .t(2)) == 1)
            #expect(try await other.recover(now: .t(2)) == 0)
            let totals = try await other.totals()
            #expect(totals.isBalanced && totals.received == 3)
        }
    }

    @Test("only the node that holds the lease applies and fires timers; another one writes nothing and is told")
    func lease() async throws {
        let table = try PostgresLife.table.get()
        try await TwoNodes.with { nodes in
            let (first, second) = (nodes.first, nodes.second)
            for node in [first, second] { #expect(await node.membership.beat() == nil) }
            #expect(first.membership.mayDo(.triage) && second.membership.mayDo(.triage) == false)
            let position = try await second.accept(PostgresTest.request("a"))
            let entry = DecidedEntry(position: position, receivedAt: .t(0), [(.example(), .routed())])
            let other = DecidedEntry(position: position, receivedAt: .t(0), [(.example(key: "other"), .routed())])
            func expectRefusal(_ store: PostgresStore, _ entry: DecidedEntry) async throws {
                let before = try nodes.state()
                await #expect(throws: LeaseLost(.triage)) { try await store.apply([entry], now: .t(1)) }
                await #expect(throws: LeaseLost(.triage)) {
                    try await store.fire(now: .t(1), table: table, silences: SilenceTable([], for: table))
                }
                #expect(try nodes.state() == before)
            }
            try await expectRefusal(second, entry)
            // The one that holds it writes the same.
            #expect(try await first.apply([entry], now: .t(1)).notifications == 1)
            _ = try await first.fire(now: .t(1), table: table, silences: SilenceTable([], for: table))

            try nodes.buryFirst()
            #expect(await second.membership.beat() == nil)
            #expect(second.membership.mayDo(.triage))
            let next = try await second.accept(PostgresTest.request("b"))
            let later = DecidedEntry(position: next, receivedAt: .t(0), [(.example(key: "b"), .routed())])
            // It does not know yet that it is gone.
            try await expectRefusal(first, later)
            try await expectRefusal(first, other)
            #expect(try await second.apply([later], now: .t(2)).notifications == 1)
        }
    }

    @Test("a lane that is new is taken at once, and not with the next beat")
    func newLane() async throws {
        try await TwoNodes.with { nodes in
            let membership = nodes.first.membership
            // What it holds, and not what it may still do: it beats no second time by itself.
            func waitUntilHeld(_ work: LeasedWork) async throws {
                while try await membership.nodes().contains(where: { $0.work.contains { $0.work == work } }) == false {
                    await Task.yield()
                }
            }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await membership.run { _ in
                        // Longer than any test.
                        for await _ in AsyncStream<Void>.makeStream().stream {}
                        throw CancellationError()
                    }
                }
                try await waitUntilHeld(.triage)
                membership.offer(lanes: ["chat"])
                try await waitUntilHeld(.lane("chat"))
                group.cancelAll()
            }
        }
    }
}
