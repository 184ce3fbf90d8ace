import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("What a node was told by PostgreSQL is not so any more, or was never heard", .timeLimit(.minutes(15)))
struct LostNewsTests {
    @Test("after a failover to a server without the last commits, nodes go on, and it is said what is lost")
    func failover() async throws {
        try await TwoNodes.with { nodes in
            let (node, other) = (nodes.first, nodes.second)
            let stream = node.node
            for body in ["a", "b", "c"] { _ = try await node.accept(PostgresTest.request(body)) }
            try await other.take([.example(key: "other")])
            // As an asynchronous standby has it: the end of the stream is missing, and everything before is there.
            try nodes.session().transaction { session in
                _ = try session.run("DELETE FROM journal WHERE stream = $1 AND sequence > 1", [stream])
            }
            async let waiting = node.accept(PostgresTest.request("d"))
            var said = ""
            while said.isEmpty {
                said = node.health.trouble?.detail ?? ""
                await Task.yield()
            }
            while node.node == stream { await node.membership.beat() }
            let position = try await waiting
            #expect(JournalCursor.stream(of: position) == node.node)
            #expect(said.contains("has lost 2 accepted requests"), "\(said)")
            // Nothing waits for what is missing.
            let entries = try await other.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["a", "d"])
            try await other.apply(
                entries.map { DecidedEntry(position: $0.position, receivedAt: .t(0), [(.example(), .unrouted)]) },
                now: .t(1)
            )
            #expect(try await node.unapplied(after: nil, limit: 10, byteLimit: 1 << 20).isEmpty)
            #expect(node.health.trouble == nil)
        }
    }

    @Test("a number that a restored database gives out again belongs to whoever got it last")
    func number() async throws {
        try await TwoNodes.with { nodes in
            let node = nodes.first.node
            try nodes.session().transaction { session in
                _ = try session.run("UPDATE nodes SET started_at = started_at + 1 WHERE node = $1", [node])
            }
            #expect(await nodes.first.membership.beat() == nil)
            #expect(nodes.first.node != node && nodes.first.node != nodes.second.node)
            // The other process keeps its row.
            #expect(try await nodes.second.membership.nodes().contains { $0.number == node })
        }
    }

    @Test("an entry that a node writes while it is taken for gone keeps its stream open")
    func closing() async throws {
        try await TwoNodes.with { nodes in
            let stream = nodes.first.node
            try nodes.session().transaction { session in
                _ = try session.run("DELETE FROM nodes WHERE node = $1", [stream])
            }
            try nodes.session().transaction { session in
                _ = try PartitionRows.make([Partition(of: .journal, 0..<1)], session)
            }
            // As a batch is written that was sent before the burial.
            let writing = try nodes.session()
            try writing.begin()
            _ = try writing.rows("SELECT stream FROM journal_streams WHERE stream = $1 FOR KEY SHARE", [stream])
            try writing.run(
                """
                INSERT INTO journal(stream, sequence, day, received_at, observations, source, body)
                VALUES ($1, 1, 0, 0, 1, 'token', 'late')
                """,
                [stream]
            )
            try nodes.session().transaction { try TotalsRows.fold($0) }
            try writing.commit()
            let entries = try await nodes.second.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["late"])
            // Nobody writes now, and the entry still waits.
            try nodes.session().transaction { try TotalsRows.fold($0) }
            #expect(try await nodes.second.unapplied(after: nil, limit: 10, byteLimit: 1 << 20).count == 1)
        }
    }

    @Test(
        "a batch in doubt keeps its keys, whatever trouble comes when it is sent again",
        arguments: ["53100", "42501"]
    )
    func doubt(state: String) async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(proxy.address, options) { store in
            // The second time that something is written fails, and no other time.
            try PostgresTest.session(server.address, options.schema).script(
                """
                SET search_path TO "\(options.schema)";
                CREATE SEQUENCE tries;
                CREATE FUNCTION "\(options.schema)".second() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('"\(options.schema)".tries') = 2 THEN RAISE EXCEPTION 'no' USING ERRCODE = '\(state)'; END IF;
                    RETURN NULL; END $$;
                CREATE TRIGGER second BEFORE INSERT ON journal FOR EACH STATEMENT EXECUTE FUNCTION second();
                """
            )
            proxy.cut(at: 1, losing: .answer)
            let first = try await store.accept(PostgresTest.request("a"))
            #expect(proxy.cuts == 1)
            let second = try await store.accept(PostgresTest.request("b"))
            #expect(JournalCursor.sequence(of: first) == 1 && JournalCursor.sequence(of: second) == 2)
            let entries = try await store.unapplied(after: nil, limit: 10, byteLimit: 1 << 20)
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["a", "b"])
            #expect(try await store.totals().received == 2)
        }
    }

    @Test("what a claim took whose answer was lost is pending again without another claim")
    func stray() async throws {
        let server = try PostgresServer.shared()
        let proxy = try CuttingProxy(to: server)
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(proxy.address, options) { store in
            try await store.take([.example()])
            // The claim is one request, its commit another.
            proxy.cut(at: 2, losing: .answer)
            await #expect(throws: StoreTrouble.self) { try await store.claim(1) }
            func states() throws -> [String] {
                try PostgresTest.session(server.address, options.schema).transaction { session in
                    try session.all("SELECT state || ' ' || attempts FROM notifications") { try $0.text(0) }
                }
            }
            #expect(try states() == ["1 1"])
            #expect(await store.membership.beat() == nil)
            #expect(try states() == ["0 0"])
            // The same message as if nothing had been.
            #expect(try await store.claim(1).map(\.attempts) == [1])
        }
    }

    @Test("a node is told of what another has left behind, until it is put back")
    func leftovers() async throws {
        try await TwoNodes.with { nodes in
            try await nodes.first.take([.example()])
            #expect(try await nodes.first.claim(1).count == 1)
            await nodes.second.membership.beat()
            #expect(nodes.second.membership.hasLeftovers == false)
            try nodes.buryFirst()
            await nodes.second.membership.beat()
            #expect(nodes.second.membership.hasLeftovers)
            _ = try await nodes.second.recover(now: .t(5))
            await nodes.second.membership.beat()
            #expect(nodes.second.membership.hasLeftovers == false)
        }
    }

    @Test("what somebody has begun anew or paused since it was listed is not given up")
    func expired() async throws {
        try await TwoNodes.with { nodes in
            let store = nodes.first
            try await store.take([.example()])
            func expire(_ date: Date) async throws -> Int {
                try await store.write(on: store.queue) { session, change in
                    let numbers = try session.all("SELECT number FROM notifications") { try $0.integer(0) }
                    return try QueueRows.expire(
                        numbers,
                        retryingSince: date,
                        reason: "too old",
                        fallback: nil,
                        now: .t(9),
                        session,
                        change: &change
                    )
                }
            }
            // Retried since the moment 0, as far as the list knew for longer.
            #expect(try await expire(.t(-1)) == 0)
            try await store.save(DestinationPause(destination: "chat", reason: "work", pausedAt: .t(1)))
            #expect(try await expire(.t(9)) == 0)
            try await store.endPause(of: "chat", now: .t(2))
            #expect(try await expire(.t(1)) == 0)
            #expect(try await expire(.t(2)) == 1)
            #expect(try await store.totals().isBalanced)
        }
    }
}
