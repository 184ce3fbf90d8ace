import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("Several nodes on one database, in one process", .timeLimit(.minutes(1)))
struct SeveralNodesTests {
    /// Two stores on one schema.
    private func two(
        _ body:
            @escaping @Sendable (_ first: PostgresStore, _ second: PostgresStore, _ schema: String) async throws -> Void
    ) async throws {
        let address = try PostgresServer.shared().address
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(address, options) { first in
            try await PostgresTest.with(address, options) { second in try await body(first, second, options.schema) }
        }
    }

    @Test("what one node has acknowledged comes before what another is sent afterwards")
    func order() async throws {
        try await two { first, second, _ in
            var sent: [Int64] = []
            for number in 0..<20 {
                let node = number.isMultiple(of: 3) ? second : first
                sent.append(try await node.accept(PostgresTest.request("\(number)")))
            }
            for node in [first, second] {
                let entries = try await node.unapplied(after: nil, limit: 100, byteLimit: .max)
                #expect(entries.map(\.position) == sent)
                let rest = try await node.unapplied(
                    after: JournalCursor(Array(sent.prefix(9))),
                    limit: 3,
                    byteLimit: .max
                )
                #expect(rest.map(\.position) == Array(sent[9..<12]))
                // The past is read in the same order, backwards.
                let page = try await node.journal(before: sent[10], since: .distantPast, byteLimit: .max)
                #expect(page.map(\.position) == sent.prefix(10).reversed())
            }
            let middle = try await first.journalCursor(at: .t(1))
            let found = try await first.journal(before: middle, since: .distantPast, byteLimit: .max)
            #expect(found.map(\.position) == sent.reversed())
            #expect(try await first.journalCursor(at: .t(-1)) == 0)
        }
    }

    @Test("a node that does not lead applies nothing and fires nothing")
    func fence() async throws {
        try await two { first, second, schema in
            #expect(await first.membership.turn() == nil)
            #expect(await second.membership.turn() == nil)
            #expect(first.membership.mayDo(.triage) && second.membership.mayDo(.triage) == false)
            let position = try await second.accept(PostgresTest.request("a"))
            let entry = DecidedEntry(position: position, receivedAt: .t(0), [(.example(), .routed())])
            await #expect(throws: LeaseLost(.triage)) { try await second.apply([entry], now: .t(1)) }
            #expect(try await first.totals().waiting == 1)
            #expect(try await first.apply([entry], now: .t(1)).notifications == 1)
        }
    }

    @Test("a node that was taken for gone settles nothing, and goes on under another number")
    func buried() async throws {
        try await two { first, second, schema in
            for node in [first, second] { await node.membership.turn() }
            let position = try await first.accept(PostgresTest.request("a"))
            let entry = DecidedEntry(position: position, receivedAt: .t(0), [(.example(), .routed())])
            try await first.apply([entry], now: .t(1))
            let claimed = try await second.claim(destinations: ["chat"], limit: 1, by: nil, now: .t(2))
            let old = second.membership.node
            // As the others do after they have seen its beat stand still for long enough.
            try PostgresTest.session(try PostgresServer.shared().address, schema).transaction { session in
                _ = try session.run("DELETE FROM nodes WHERE node = $1", [old])
                try TotalsRows.fold(session)
            }
            #expect(try await first.recover(now: .t(3)) == 1)
            let again = try await first.claim(destinations: ["chat"], limit: 1, by: nil, now: .t(4))
            #expect(again.map(\.id) == claimed.map(\.id) && again.map(\.attempts) == [2])
            // It wakes up, and believes that it has sent the message.
            try await second.settle(claimed.map { Settlement($0, .delivered, at: .t(5)) })
            #expect(try await first.totals().delivered == 0)
            #expect(try await first.notification(claimed[0].id)?.notification.state == .sending)

            // Its stream is closed; what it is sent goes into another as soon as it knows.
            async let accepted = second.accept(PostgresTest.request("b"))
            #expect(await second.membership.turn() == nil)
            let next = second.membership.node
            let written = try await accepted
            #expect(next != old && JournalCursor.stream(of: written) == next)
            let left = try await first.unapplied(after: nil, limit: 10, byteLimit: .max)
            #expect(left.map(\.body) == [Array("b".utf8)])
            try await first.settle(again.map { Settlement($0, .delivered, at: .t(6)) })
            let totals = try await second.totals()
            #expect(totals.delivered == 1 && totals.isBalanced && totals.received == 2)
        }
    }
}
