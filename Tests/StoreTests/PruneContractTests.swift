import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Pruning")
struct PruneContractTests {
    @Test("what is old and finished goes, what is owed or young stays", arguments: Backend.available)
    func prune(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(4, at: .t(0))
            let claimed = try await store.claim(limit: 2, at: .t(1))
            try await store.roles.settle([
                Settlement(claimed[0], .delivered),
                Settlement(claimed[1], .dead(reason: "x", rendered: nil, fallback: nil)),
            ])
            try await store.queue(1, prefix: "young", at: .t(1_000))
            let before = try await store.roles.totals()

            try await store.roles.prune(before: .t(500))

            let left = try await store.roles.notifications(NotificationFilter(), page: Page()).items
            #expect(left.map(\.state) == [.pending, .pending, .pending, .dead])
            #expect(try await store.roles.notification(claimed[0].id) == nil)
            #expect(try await store.roles.notification(claimed[1].id)?.attempts.count == 1)
            #expect(try await store.roles.totals() == before)
            // What is owed is still told in full.
            #expect(
                try await store.claim(at: .t(1_000)).map(\.content.finding.key.rawValue).sorted() == [
                    "finding-2", "finding-3", "young-0",
                ]
            )
        }
    }

    @Test("entries that are not applied are never pruned, and positions go on rising", arguments: Backend.available)
    func journal(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(3)
            try await store.accept(at: .t(1))
            try await store.roles.prune(before: .t(500))
            #expect(try await store.roles.unapplied(after: nil, limit: 10, byteLimit: 1_000).map(\.position) == [4])
            try await store.roles.apply(
                [DecidedEntry(position: 4, receivedAt: .t(1), [(.example(), .unrouted)])],
                now: .t(1)
            )
            try await store.roles.prune(before: .t(500))
            #expect(try await store.accept(at: .t(2)) == 5)
            try await store.restart { store in
                // Another process may have a stream of its own.
                let next = try await store.accept(at: .t(3))
                #expect(next == 6 || JournalCursor.stream(of: next) == 1 && JournalCursor.sequence(of: next) == 1)
                try await store.expectBalance()
            }
        }
    }

    @Test("resolved findings go, the memory of active ones stays", arguments: Backend.available)
    func findings(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "over", status: .resolved), .routed())], at: .t(0))
            try await store.take([(.example(key: "open"), .routed())], at: .t(1))
            try await store.take([(.example(key: "open"), .routed())], at: .t(2))
            let claimed = try await store.claim(at: .t(3))
            try await store.roles.settle(claimed.map { Settlement($0, .delivered) })
            try await store.take([(.example(key: "newest"), .routed())], at: .t(4))

            try await store.roles.prune(before: .t(500))

            #expect(try await store.roles.finding("over") == nil)
            let open = try #require(try await store.roles.finding("open"))
            #expect(open.observations.count == 1 && open.record.observations == 2)
            // Its alert is known, so that its resolution is announced.
            let batch = try await store.take([(.example(key: "open", status: .resolved), .routed())], at: .t(600))
            #expect(batch.notifications == 1)
            try await store.expectBalance()
        }
    }

    @Test("redelivery keys are kept until they are old", arguments: Backend.available)
    func redeliveries(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for number in 0..<50 {
                let at = Date.t(number < 25 ? 0 : 1_000)
                try await store.take([(.example(), .unrouted)], at: at, redeliveryKey: "sns:\(number)")
            }
            try await store.roles.prune(before: .t(500))
            var known = 0
            for number in 0..<50 {
                let batch = try await store.take(
                    [(.example(), .unrouted)],
                    at: .t(2_000),
                    redeliveryKey: "sns:\(number)"
                )
                known += batch.redelivered
            }
            #expect(known == 25)
        }
    }

    @Test("quarantine older than the date goes", arguments: Backend.available)
    func quarantine(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for number in 0..<3 {
                _ = try await store.roles.accept(
                    IntakeRequest(
                        receivedAt: .t(Double(number) * 100),
                        source: "token",
                        requestID: nil,
                        body: [],
                        observations: 0,
                        quarantine: [QuarantinedItem(reason: "\(number)", bytes: [1])]
                    )
                )
            }
            try await store.roles.prune(before: .t(150))
            #expect(try await store.roles.quarantine(page: Page()).items.map(\.reason) == ["2"])
            #expect(try await store.roles.totals().quarantined == 3)
        }
    }
}
