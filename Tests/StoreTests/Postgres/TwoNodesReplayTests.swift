import FoundationEssentials
import Store
import Testing

@testable import PostgresStore

@Suite("Replays of two nodes on one database", .timeLimit(.minutes(15)))
struct TwoNodesReplayTests {
    private static func ask(_ id: String) -> ReplayAsk {
        ReplayAsk(
            id: id,
            question: id,
            form: 1,
            candidate: 2,
            against: 1,
            since: .t(-60),
            until: .t(0),
            depth: "messages",
            author: "api:a"
        )
    }

    @Test("each sees what the other runs, and can end it")
    func shared() async throws {
        try await TwoNodes.with { nodes in
            let (first, second) = (nodes.first, nodes.second)
            _ = try await first.startReplay(Self.ask("r1"), ReplayedRules(), isBegun: true, now: .t(0))
            let known = try await second.startReplay(Self.ask("r1"), ReplayedRules(), isBegun: true, now: .t(1))
            #expect(known == .known(try #require(try await first.replay("r1"))))
            for number in 2...5 {
                let store = number.isMultiple(of: 2) ? first : second
                _ = try await store.startReplay(Self.ask("r\(number)"), ReplayedRules(), isBegun: false, now: .t(1))
            }
            for store in [first, second] {
                let admission = try await store.startReplay(Self.ask("r6"), ReplayedRules(), isBegun: false, now: .t(2))
                #expect(admission == .full)
            }
            #expect(try await first.noteReplay("r1", progress: "{}", now: .t(3)))
            #expect(try await second.replay("r1")?.progress == "{}")
            try await second.cancelReplay("r1", now: .t(4))
            #expect(try await first.noteReplay("r1", progress: nil, now: .t(5)) == false)
            try await first.endReplay("r1", .cancelled, progress: nil, now: .t(5))
            #expect(try await second.replay("r1")?.state == .cancelled)
        }
    }

    @Test("what a node runs that is taken for gone is interrupted, until it is heard of again")
    func buried() async throws {
        try await TwoNodes.with { nodes in
            let (first, second) = (nodes.first, nodes.second)
            _ = try await first.startReplay(Self.ask("r1"), ReplayedRules(), isBegun: true, now: .t(0))
            _ = try await first.noteReplay("r1", progress: "{}", now: .t(1))
            try nodes.buryFirst()
            let gone = try #require(try await second.replay("r1"))
            #expect(gone.state == .interrupted && gone.finishedAt == .t(1) && gone.progress == "{}")
            // The same question, under an id of its own.
            var again = Self.ask("r2")
            again.question = "r1"
            _ = try await second.startReplay(again, ReplayedRules(), isBegun: true, now: .t(2))
            #expect(try await second.replay("r2")?.state == .running)
            await first.membership.beat()
            #expect(try await first.noteReplay("r1", progress: nil, now: .t(3)))
            #expect(try await second.replay("r1")?.state == .running)
        }
    }
}
