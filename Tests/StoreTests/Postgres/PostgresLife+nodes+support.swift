import FoundationEssentials
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

@testable import PostgresStore

extension PostgresLife {
    /// What a node does to be one of several: takes over from one that is gone, gives up what is no longer to be had, and comes
    /// back after it was taken for gone itself.
    ///
    /// - Parameter others: A session by which others do their part.
    /// - Throws: When it does not get there.
    func membership(_ others: Session) async throws {
        let membership = store.membership
        try others.transaction { session in
            session.later("DELETE FROM leases")
            session.later("INSERT INTO nodes(node, name, program, started_at) VALUES (1000, 'gone', '', 0)")
            session.later("INSERT INTO leases VALUES ('triage', 1000, 0), ('lane:a', 1000, 0)")
        }
        membership.offer(lanes: ["a", "b"])
        try await turn(untilHeld: ["housekeeping", "lane:a", "lane:b", "triage"], others)
        membership.offer(lanes: ["b"])
        try await turn(untilHeld: ["housekeeping", "lane:a", "lane:b", "triage"], others) {
            membership.leavingLanes == ["a"]
        }
        while membership.leavingLanes.isEmpty == false { await membership.giveUp(lane: "a") }
        let node = store.node
        try others.transaction { session in session.later("DELETE FROM nodes WHERE node = $1", [node]) }
        try await turn(untilHeld: ["housekeeping", "lane:b", "triage"], others)
        #expect(store.node != node)
        _ = try await store.accept(PostgresTest.request("after"))
    }

    /// Turns until this node alone is known, and holds these leases and nobody any other.
    private func turn(untilHeld leases: [String], _ others: Session, _ holds: () -> Bool = { true }) async throws {
        for _ in 0..<20 {
            await store.membership.beat()
            // As if it had been long ago that the others were seen, so that nobody has to wait for them to be taken for gone.
            store.membership.state.withLock { state in
                for node in state.seen.keys { state.seen[node]?.since = .now - .seconds(100) }
                state.lastBeat = .now
            }
            let node = store.node
            let found = try others.transaction { session in
                try (
                    nodes: session.all("SELECT node FROM nodes") { try $0.integer(0) },
                    leases: session.all("SELECT name FROM leases WHERE node = $1 ORDER BY name COLLATE \"C\"", [node]) {
                        try $0.text(0)
                    }
                )
            }
            if found.nodes == [node], found.leases == leases, holds() { return }
        }
        throw StoreTrouble(.unusable, "the node does not hold what it should")
    }

    /// What is old: five findings that are seen again each time, and five things that cannot be read.
    func growOld() async throws {
        let item = QuarantinedItem(reason: "unreadable", bytes: [1, 2, 3])
        for number in 0..<5 {
            let position = try await store.accept(PostgresTest.request("old", quarantine: [item]))
            try await store.apply(
                [DecidedEntry(position: position, receivedAt: .t(0), [(.example(key: "\(number)"), .unrouted)])],
                now: .t(1)
            )
        }
    }

    /// Deletes all that is old, as often as it takes: where a connection was cut, the server may still be at it, and whoever
    /// comes then leaves it alone.
    ///
    /// - Parameter others: A session that looks what is left.
    /// - Throws: When it does not get there.
    func housekeeping(_ others: Session) async throws {
        for _ in 0..<100 {
            try await persistent { try await store.prune(before: .t(3 * 86_400)) }
            let left = try others.transaction { session in
                try session.integer("SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM quarantine)") ?? 0
            }
            // The newest of the quarantine stays.
            if left == 1 { return }
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
        throw StoreTrouble(.unusable, "what is old is still there")
    }
}
