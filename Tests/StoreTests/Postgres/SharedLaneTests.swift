import FoundationEssentials
import NoroshiTestSupport
import Store
import Testing

@testable import PostgresStore

@Suite("Lanes of nodes on PostgreSQL", .timeLimit(.minutes(15)))
struct SharedLaneTests {
    @Test("nothing is claimed for a destination that another node has paused")
    func paused() async throws {
        try await TwoNodes.with { nodes in
            try await nodes.first.take([.example()])
            try await nodes.second.save(DestinationPause(destination: "chat", reason: "moving", pausedAt: .t(0)))
            for store in [nodes.first, nodes.second] { #expect(try await store.claim(1).isEmpty) }
            try await nodes.second.endPause(of: "chat", now: .t(1))
            #expect(try await nodes.first.claim(1).count == 1)
        }
    }

    @Test("a pause that begins or ends is heard on the other node")
    func heard() async throws {
        try await TwoNodes.with { nodes in
            nodes.first.bell.start()
            nodes.second.bell.start()
            try await nodes.second.save(DestinationPause(destination: "chat", reason: "moving", pausedAt: .t(0)))
            for await _ in nodes.first.lanesElsewhere where try await nodes.first.pauses().count == 1 { break }
            try await nodes.second.endPause(of: "chat", now: .t(1))
            for await _ in nodes.first.lanesElsewhere where try await nodes.first.pauses().isEmpty { break }
        }
    }

    @Test("a lane that the rules no longer have is to be given back, and then nobody holds it")
    func unused() async throws {
        let options = PostgresStoreOptions(schema: PostgresTest.schema())
        try await PostgresTest.with(PostgresServer.shared().address, options) { store in
            let membership = store.membership
            func held() async throws -> Set<LeasedWork> {
                Set(try await membership.nodes().flatMap { $0.work.map(\.work) })
            }
            membership.offer(lanes: ["old", "new"])
            #expect(await membership.beat() == nil)
            let both = try await held()
            #expect(both.isSuperset(of: [.lane("old"), .lane("new")]))
            membership.offer(lanes: ["new"])
            #expect(await membership.beat() == nil)
            #expect(membership.leavingLanes == ["old"] && membership.mayDo(.lane("old")) == false)
            // Not before whoever sends for it says that nothing is under way.
            let kept = try await held()
            #expect(kept.contains(.lane("old")))
            await membership.giveUp(lane: "old")
            let left = try await held()
            #expect(left.contains(.lane("old")) == false && left.contains(.lane("new")))
            #expect(membership.leavingLanes.isEmpty && membership.mayDo(.lane("new")))
        }
    }
}
