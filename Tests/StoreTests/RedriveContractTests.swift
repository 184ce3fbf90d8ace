import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Outbox: recovering, diverting, redriving")
struct RedriveContractTests {
    /// Queues notifications and lets them die, each for its own error class.
    private func kill(_ classes: [String], in store: OpenStore, to decision: Decision = .routed()) async throws
        -> [String]
    {
        let ids = try await store.queue(classes.count, to: decision)
        let claimed = try await store.claim(limit: 100)
        try #require(claimed.map(\.id) == ids)
        try await store.roles.settle(
            zip(claimed, classes).map { notification, word in
                Settlement(notification, .dead(reason: word, rendered: nil, fallback: nil), errorClass: word)
            }
        )
        return ids
    }

    @Test("what was in flight when the process ended is uncertain and sent again", arguments: Backend.everyPreloading)
    func recover(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(3)
            let claimed = try await store.claim(limit: 2, at: .t(1))
            try await store.restart { store in
                #expect(try await store.claim(limit: 1, at: .t(2)).count == 1)
                try await store.close()
            }
            try await store.restart { store in
                #expect(try await store.roles.recover(now: .t(60)) == 3)
                #expect(try await store.roles.recover(now: .t(60)) == 0)
                let again = try await store.claim(at: .t(60))
                #expect(again.count == 3)
                #expect(again.prefix(2).map(\.id) == claimed.map(\.id))
                #expect(again.map(\.uncertain) == [1, 1, 1] && again.map(\.attempts) == [2, 2, 2])
                let record = try #require(try await store.roles.notification(claimed[0].id))
                #expect(record.attempts.map(\.verdict) == [.uncertain])
                #expect(record.attempts.map(\.startedAt) == [.t(1)] && record.attempts.map(\.finishedAt) == [.t(60)])
                try await store.roles.settle(again.map { Settlement($0, .delivered, at: .t(61)) })
                #expect(try await store.roles.totals().delivered == 3)
                try await store.expectBalance()
            }
        }
    }

    @Test(
        "what a lane had claimed and cannot have begun is put back as if it had not been claimed",
        arguments: Backend.everyPreloading
    )
    func recoverReserve(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let lane = Claimant(lane: "chat's", concurrency: 2)
            let ids = try await store.queue(6)
            let claimed = try await store.claim(by: lane)
            try #require(claimed.map(\.id) == ids)
            // Results come out of order, and what is settled makes room for the next in order.
            try await store.roles.settle([Settlement(claimed[1], .delivered)])
            let critical = try await store.queue(3, severity: .critical, prefix: "critical", at: .t(3))
            try #require(try await store.claim(by: lane, at: .t(3)).map(\.id) == critical)
            let others = try await store.queue(3, to: .routed(to: ["mail"]), prefix: "mail")
            let mail = Claimant(lane: "mail's", concurrency: 1)
            try #require(try await store.claim("mail", by: mail).map(\.id) == others)
            try await store.restart { store in
                #expect(try await store.roles.recover(now: .t(60)) == 5)
                let again = try await store.claim(at: .t(60)) + store.claim("mail", at: .t(60))
                let uncertain = again.filter { $0.uncertain > 0 }
                #expect(uncertain.map(\.id) == [critical[0], critical[1], ids[0], ids[2], others[0]])
                #expect(again.allSatisfy { $0.attempts == 1 + $0.uncertain })
                #expect(again.count == 11)
                let record = try #require(try await store.roles.notification(ids[3]))
                #expect(record.attempts.isEmpty)
                try await store.expectBalance()
            }
        }
    }

    @Test(
        "the first of a lane's claims that are not settled are uncertain, however often some went back",
        arguments: Backend.everyPreloading
    )
    func recoverAfterPutBack(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let lane = Claimant(lane: "chat's", concurrency: 1)
            let ids = try await store.queue(3)
            let first = try await store.claim(by: lane)
            try await store.roles.settle(first.prefix(2).map { Settlement($0, .retry(at: .t(3), isMinimal: false)) })
            try #require(try await store.claim(by: lane, at: .t(3)).map(\.id) == Array(ids.prefix(2)))
            try await store.restart { store in
                let uncertain = try await store.roles.recover(now: .t(60))
                #expect(uncertain == 1)
                #expect(try await store.claim(at: .t(60)).map(\.uncertain) == [0, 0, 1])
            }
        }
    }

    @Test("diverting hands on every pending notification but not stand-ins", arguments: Backend.everyPreloading)
    func divert(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(5)
            let inFlight = try await store.claim(limit: 1)
            let mail = FallbackTarget(destination: "mail", recipients: ["a@example.com", "b@example.com"])
            let chat = FallbackTarget(destination: "chat", recipients: [nil])
            #expect(try await store.roles.divert(from: "chat", to: mail, now: .t(3)) == 4)
            var totals = try await store.roles.totals()
            #expect(totals.due == 9 && totals.pending == 9 && totals.isBalanced)
            #expect(try await store.roles.divert(from: "mail", to: chat, now: .t(4)) == 0)
            #expect(try await store.roles.divert(from: "nowhere", to: chat, now: .t(4)) == 0)
            try await store.roles.settle([Settlement(inFlight[0], .delivered, at: .t(4))])
            let standIns = try await store.claim("mail", limit: 100, at: .t(5))
            #expect(standIns.count == 8 && standIns.allSatisfy { $0.createdAt == .t(3) && $0.attempts == 1 })
            try await store.roles.settle(standIns.map { Settlement($0, .delivered, at: .t(6)) })
            totals = try await store.roles.totals()
            #expect(totals.delivered == 9 && totals.pending == 0 && totals.isBalanced)
            let diverted = try await store.roles.notifications(NotificationFilter(states: [.diverted]), page: Page())
            #expect(diverted.items.count == 4)
        }
    }

    @Test(
        "a tenth more or fewer than somebody was told of is still what they decided about",
        arguments: [
            (10, 10, true), (10, 11, true), (10, 9, true), (10, 12, false), (10, 8, false), (9, 10, false),
            (1, 1, true),
            (1, 0, false), (0, 0, true), (0, 1, false), (1_000, 1_100, true), (1_000, 1_101, false), (.max, 1, false),
        ]
    )
    func expectation(expected: Int, found: Int, holds: Bool) {
        #expect(ExpectedCount(expected).holds(found) == holds)
    }

    @Test("a redriven notification has a fresh budget and keeps its history", arguments: Backend.everyPreloading)
    func redrive(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let ids = try await kill(["message_refused", "timeout"], in: store)
            #expect(try await store.roles.redrive(NotificationFilter(), dryRun: true, now: .t(100)) == 2)
            #expect(try await store.roles.totals().dead == 2)
            let filter = NotificationFilter(errorClass: "timeout")
            await #expect(throws: NotExpected(found: 2)) {
                try await store.roles.redrive(
                    NotificationFilter(),
                    dryRun: false,
                    expected: ExpectedCount(1),
                    now: .t(100)
                )
            }
            #expect(try await store.roles.totals().dead == 2)
            let expected = ExpectedCount(1)
            #expect(try await store.roles.redrive(filter, dryRun: false, expected: expected, now: .t(100)) == 1)
            let again = try await store.claim(at: .t(100))
            #expect(again.map(\.id) == [ids[1]])
            #expect(again[0].retryingSince == .t(100) && again[0].createdAt == .t(0))
            #expect(again[0].attempts == 2 && again[0].deadReason == nil)
            let totals = try await store.roles.totals()
            #expect(totals.dead == 1 && totals.pending == 1 && totals.isBalanced)
        }
    }

    @Test(
        "redriving touches what the filter selects and nothing that is not dead",
        arguments: [
            (NotificationFilter(), 2), (NotificationFilter(states: [.delivered]), 0),
            (NotificationFilter(states: [.dead, .pending]), 2), (NotificationFilter(states: []), 0),
            (NotificationFilter(destination: "chat"), 2), (NotificationFilter(destination: "mail"), 0),
            (NotificationFilter(rule: "everything"), 2), (NotificationFilter(rule: "other"), 0),
            (NotificationFilter(finding: FindingKey("finding-1")), 1),
            (NotificationFilter(finding: FindingKey("x")), 0),
            (NotificationFilter(createdAfter: .t(0)), 2), (NotificationFilter(createdAfter: .t(1)), 0),
            (NotificationFilter(createdBefore: .t(0)), 0), (NotificationFilter(createdBefore: .t(1)), 2),
        ] as [(NotificationFilter, Int)]
    )
    func filter(filter: NotificationFilter, count: Int) async throws {
        for backend in Backend.everyPreloading {
            try await OpenStore.with(backend) { store in
                _ = try await kill(["timeout", "timeout"], in: store)
                try await store.queue(1, prefix: "pending")
                #expect(try await store.roles.redrive(filter, dryRun: true, now: .t(9)) == count)
                #expect(try await store.roles.oldestDead(filter) == (count > 0 ? .t(0) : nil))
                #expect(try await store.roles.redrive(filter, dryRun: false, now: .t(9)) == count)
                #expect(try await store.roles.totals().pending == 1 + count)
                try await store.expectBalance()
            }
        }
    }

    @Test("retrying makes one pending or dead notification due at once", arguments: Backend.everyPreloading)
    func retry(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let ids = try await store.queue(3)
            let claimed = try await store.claim(limit: 3)
            try await store.roles.settle([
                Settlement(claimed[0], .dead(reason: "refused", rendered: nil, fallback: nil)),
                Settlement(claimed[1], .retry(at: .t(600), isMinimal: false)), Settlement(claimed[2], .delivered),
            ])
            #expect(try await store.roles.nextDue() == ["chat": .t(600)])
            #expect(try await store.roles.retry(ids[0], now: .t(10)))
            #expect(try await store.roles.retry(ids[1], now: .t(11)))
            #expect(try await store.roles.retry(ids[2], now: .t(12)) == false)
            for unknown in ["", "zz", String(repeating: "0", count: 32)] {
                #expect(try await store.roles.retry(unknown, now: .t(12)) == false)
            }
            #expect(try await store.roles.nextDue() == ["chat": .t(10)])
            let again = try await store.claim(at: .t(11))
            #expect(again.map(\.id) == [ids[0], ids[1]])
            // A pending one keeps its budget, a dead one gets a fresh one.
            #expect(again.map(\.retryingSince) == [.t(10), .t(0)])
            try await store.expectBalance()
        }
    }

    @Test("the backlog counts by destination", arguments: Backend.everyPreloading)
    func backlog(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(1, at: .t(0))
            try await store.queue(2, prefix: "later", at: .t(5))
            try await store.queue(1, to: .routed(to: ["mail"]), prefix: "mail", at: .t(7))
            let first = try await store.claim(limit: 1)
            #expect(
                try await store.roles.backlog() == [
                    DestinationBacklog(destination: "chat", pending: 2, sending: 1, oldestPendingAt: .t(5)),
                    DestinationBacklog(destination: "mail", pending: 1, oldestPendingAt: .t(7)),
                ]
            )
            try await store.roles.settle([Settlement(first[0], .dead(reason: "x", rendered: nil, fallback: nil))])
            #expect(try await store.roles.backlog().map(\.dead) == [1, 0])
            #expect(try await store.roles.nextDue() == ["chat": .t(5), "mail": .t(7)])
        }
    }

    @Test("the backlog says how much of what waits is CRITICAL", arguments: Backend.everyPreloading)
    func critical(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (key, severity) in [("a", Severity.critical), ("b", .high), ("c", .critical), ("d", .low)] {
                try await store.take([(.example(key: key, severity: severity), .routed(to: ["chat"]))])
            }
            #expect(
                try await store.roles.backlog() == [
                    DestinationBacklog(destination: "chat", pending: 4, critical: 2, oldestPendingAt: .t(0))
                ]
            )
            let first = try await store.claim(limit: 1)
            try await store.roles.settle([Settlement(first[0], .delivered)])
            #expect(try await store.roles.backlog().map(\.critical) == [1])
        }
    }

    @Test("lanes' states survive a restart", arguments: Backend.everyPreloading)
    func lanes(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let paused = LaneRecord(lane: "a", goneReason: "no_service", failures: 3, notBefore: .t(5))
            let open = LaneRecord(lane: "b")
            try await store.roles.save([LaneRecord(lane: "a", failures: 1), open])
            try await store.roles.save([paused])
            try await store.roles.save([])
            try await store.restart { store in
                let lanes = try await store.roles.laneRecords()
                #expect(lanes == [paused, open])
            }
        }
    }

    @Test("what a person has paused stays paused over a restart, by destination", arguments: Backend.everyPreloading)
    func pauses(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let pause = DestinationPause(
                destination: "chat",
                reason: "moving",
                author: "api:token.ana",
                pausedAt: .t(3)
            )
            try await store.roles.save(DestinationPause(destination: "chat", reason: "before", pausedAt: .t(1)))
            try await store.roles.save(pause)
            try await store.roles.save(DestinationPause(destination: "mail", reason: "x", pausedAt: .t(4)))
            try await store.roles.endPause(of: "mail", now: .t(5))
            try await store.roles.endPause(of: "nowhere", now: .t(5))
            try await store.restart { store in
                let pauses = try await store.roles.pauses()
                #expect(pauses == [pause])
            }
        }
    }
}
