import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Outbox: claiming and settling")
struct OutboxContractTests {
    @Test("claims go from severe to mild and then from old to new", arguments: Backend.available)
    func order(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let low = try await store.queue(2, severity: .low, prefix: "low")
            let critical = try await store.queue(2, severity: .critical, prefix: "critical")
            let medium = try await store.queue(1, severity: .medium, prefix: "medium")
            #expect(try await store.claim(limit: 3).map(\.id) == critical + medium)
            #expect(try await store.claim().map(\.id) == low)
            #expect(try await store.claim().isEmpty)
        }
    }

    @Test("destinations of one lane are claimed together in one order", arguments: Backend.available)
    func lane(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let one = try await store.queue(1, to: .routed(to: ["one"]), severity: .low, prefix: "one")
            let two = try await store.queue(1, to: .routed(to: ["two"]), severity: .critical, prefix: "two")
            try await store.queue(1, to: .routed(to: ["three"]), prefix: "three")
            let claimed = try await store.roles.claim(destinations: ["one", "two"], limit: 10, by: nil, now: .t(1))
            #expect(claimed.map(\.id) == two + one)
            #expect(try await store.roles.claim(destinations: [], limit: 10, by: nil, now: .t(1)).isEmpty)
        }
    }

    @Test("a claim carries everything that is to be said", arguments: Backend.available)
    func content(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let finding = Finding.example(updatedAt: .t(-5.25))
            try await store.take([(finding, .routed(version: 7))], at: .t(0.5))
            let notification = try #require(try await store.claim().first)
            #expect(notification.content.finding == finding)
            #expect(notification.content.version == 7 && notification.content.rule == "everything")
            #expect(notification.content.transition == .opened && notification.content.count == 1)
            #expect(notification.content.firstSeenAt == .t(0.5) && notification.content.receivedAt == .t(0.5))
            #expect(notification.state == .sending && notification.attempts == 1)
            #expect(notification.createdAt == .t(0.5) && notification.retryingSince == .t(0.5))
            #expect(try await store.roles.notification(notification.id)?.notification == notification)
        }
    }

    @Test("a message waits until the older one about its finding is settled", arguments: Backend.available)
    func oneAtATime(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(severity: .low), .routed())])
            try await store.take([(.example(severity: .critical), .routed())])
            let first = try await store.claim()
            #expect(first.map(\.content.transition) == [.opened])
            #expect(try await store.claim().isEmpty)
            #expect(try await store.roles.nextDue().isEmpty)
            try await store.roles.settle([Settlement(first[0], .retry(at: .t(60), isMinimal: false))])
            #expect(try await store.claim(at: .t(59)).isEmpty)
            #expect(try await store.roles.nextDue() == ["chat": .t(60)])
            let again = try await store.claim(at: .t(60))
            #expect(again.map(\.id) == [first[0].id] && again.map(\.attempts) == [2])
            try await store.roles.settle([Settlement(again[0], .delivered)])
            #expect(try await store.claim(at: .t(60)).map(\.content.transition) == [.raised])
        }
    }

    @Test("the same finding goes to its recipients and destinations independently", arguments: Backend.available)
    func independent(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let decision = Decision.routed(to: ["mail"], recipients: ["a@example.com", "b@example.com"])
            try await store.take([(.example(severity: .low), decision)])
            try await store.take([(.example(severity: .high), decision)])
            let first = try await store.claim("mail")
            #expect(first.map(\.recipient) == ["a@example.com", "b@example.com"])
            try await store.roles.settle([Settlement(first[1], .delivered)])
            #expect(try await store.claim("mail").map(\.recipient) == ["b@example.com"])
        }
    }

    @Test("two claimers never get the same notification", arguments: Backend.available)
    func exclusive(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let ids = try await store.queue(60)
            let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<30 { group.addTask { try await store.claim(limit: 3).map(\.id) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.sorted() == ids.sorted())
        }
    }

    @Test("what a lane leaves stays, and what is about the same finding waits for it", arguments: Backend.available)
    func leaving(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(severity: .low), .routed())])
            try await store.take([(.example(severity: .critical), .routed())])
            let first = try #require(try await store.claim().first)
            try await store.roles.settle([Settlement(first, .retry(at: .t(0), isMinimal: false))])
            let lane = Claimant(lane: "chat's", concurrency: 1, leaving: [first.id])
            #expect(try await store.claim(by: lane).isEmpty)
            #expect(try await store.claim(by: Claimant(lane: "chat's", concurrency: 1)).map(\.id) == [first.id])
        }
    }

    @Test("a delivered notification is done", arguments: Backend.available)
    func delivered(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            try await store.roles.settle([Settlement(claimed[0], .delivered)])
            let record = try #require(try await store.roles.notification(claimed[0].id))
            #expect(record.notification.state == .delivered)
            #expect(record.attempts.map(\.verdict) == [.delivered])
            let totals = try await store.roles.totals()
            #expect(totals.delivered == 1 && totals.pending == 0 && totals.isBalanced)
            #expect(try await store.claim(at: .t(1_000)).isEmpty)
        }
    }

    @Test("an attempt is kept with all its evidence", arguments: Backend.available)
    func evidence(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            let attempt = Attempt(
                notification: claimed[0].id,
                number: 1,
                startedAt: .t(1.5),
                finishedAt: .t(2),
                verdict: .failed,
                status: 429,
                errorClass: "rate_limited",
                detail: "the receiver asked to wait",
                peerAddress: "192.0.2.1:443",
                timings: Attempt.Timings(nameLookup: 0.001, connect: 0.01, tls: 0.02, firstByte: 0.1, total: 0.11),
                reply: "rate_limited",
                nextDueAt: .t(32)
            )
            let lane = LaneRecord(lane: "abc", goneReason: nil, failures: 1, notBefore: .t(32))
            let next = Settlement.Next.retry(at: .t(32), isMinimal: true)
            try await store.roles.settle([Settlement(attempt: attempt, next: next, lane: lane)])
            let record = try #require(try await store.roles.notification(claimed[0].id))
            #expect(record.attempts == [attempt])
            #expect(record.notification.state == .pending && record.notification.dueAt == .t(32))
            #expect(record.notification.isMinimal)
            #expect(try await store.roles.laneRecords() == [lane])
            try await store.expectBalance()
        }
    }

    @Test("a lost reply is counted and the notification tried again", arguments: Backend.available)
    func uncertain(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            let retry = Settlement.Next.retry(at: .t(5), isMinimal: false)
            try await store.roles.settle([Settlement(claimed[0], retry, verdict: .uncertain)])
            #expect(try await store.claim(at: .t(5)).map(\.uncertain) == [1])
        }
    }

    @Test("a notification without a fallback dies with its message kept", arguments: Backend.available)
    func dead(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            let dead = Settlement.Next.dead(reason: "refused", rendered: "{\"text\":\"x\"}", fallback: nil)
            try await store.roles.settle([Settlement(claimed[0], dead, verdict: .refused)])
            let record = try #require(try await store.roles.notification(claimed[0].id))
            #expect(record.notification.state == .dead && record.notification.deadReason == "refused")
            #expect(record.rendered == "{\"text\":\"x\"}")
            let totals = try await store.roles.totals()
            #expect(totals.dead == 1 && totals.pending == 0 && totals.due == 1 && totals.isBalanced)
        }
    }

    @Test("a fallback takes the place of a dead notification", arguments: Backend.available)
    func fallback(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            let target = FallbackTarget(destination: "mail", recipients: ["a@example.com", "b@example.com"])
            let dead = Settlement.Next.dead(reason: "gone", rendered: "text", fallback: target)
            try await store.roles.settle([Settlement(claimed[0], dead)])
            let record = try #require(try await store.roles.notification(claimed[0].id))
            #expect(record.notification.state == .diverted && record.notification.deadReason == nil)
            var totals = try await store.roles.totals()
            #expect(totals.due == 2 && totals.pending == 2 && totals.dead == 0 && totals.isBalanced)

            let standIns = try await store.claim("mail", at: .t(3))
            #expect(standIns.map(\.recipient) == ["a@example.com", "b@example.com"])
            #expect(standIns.map(\.fallbackFor) == [claimed[0].id, claimed[0].id])
            #expect(standIns.map(\.content) == [claimed[0].content, claimed[0].content])
            // A stand-in has no fallback of its own, so that a message never goes round in a circle.
            let back = FallbackTarget(destination: "chat", recipients: [nil])
            try await store.roles.settle([
                Settlement(standIns[0], .dead(reason: "gone too", rendered: nil, fallback: back), at: .t(4)),
                Settlement(standIns[1], .delivered, at: .t(4)),
            ])
            totals = try await store.roles.totals()
            #expect(totals.due == 2 && totals.dead == 1 && totals.delivered == 1 && totals.isBalanced)
        }
    }

    @Test("a settlement that comes late or twice is evidence and nothing else", arguments: Backend.available)
    func late(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            let claimed = try await store.claim()
            try await store.roles.settle([Settlement(claimed[0], .retry(at: .t(5), isMinimal: false))])
            try await store.roles.settle([Settlement(claimed[0], .delivered)])
            #expect(try await store.roles.notification(claimed[0].id)?.notification.state == .pending)
            let again = try await store.claim(at: .t(5))
            try await store.roles.settle([Settlement(again[0], .delivered), Settlement(again[0], .delivered)])
            let totals = try await store.roles.totals()
            #expect(totals.delivered == 1 && totals.isBalanced)
            #expect(try await store.roles.notification(claimed[0].id)?.attempts.count == 2)
        }
    }

    @Test("settling an unknown notification changes nothing", arguments: Backend.available)
    func unknown(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue()
            var notification = try await store.claim()[0]
            notification.id = String(repeating: "0", count: 32)
            try await store.roles.settle([Settlement(notification, .delivered)])
            #expect(try await store.roles.totals().delivered == 0)
            try await store.expectBalance()
        }
    }
}
