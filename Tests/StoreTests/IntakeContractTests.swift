import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Intake")
struct IntakeContractTests {
    @Test("positions rise by one and entries come back as they were, in order", arguments: Backend.available)
    func journal(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var positions: [Int64] = []
            for body in ["{\"a\":1}", "", "\u{0}\u{FFFD}"] {
                positions.append(
                    try await store.roles.accept(
                        IntakeRequest(
                            receivedAt: .t(0.125),
                            source: "sns",
                            requestID: "sns:1",
                            body: Array(body.utf8),
                            observations: 3
                        )
                    )
                )
            }
            #expect(positions == [1, 2, 3])
            let entries = try await store.roles.unapplied(after: nil, limit: 10, byteLimit: 1_000)
            #expect(entries.map(\.position) == [1, 2, 3])
            #expect(entries.map { String(decoding: $0.body, as: UTF8.self) } == ["{\"a\":1}", "", "\u{0}\u{FFFD}"])
            #expect(entries[0].receivedAt == .t(0.125))
            #expect(entries[0].source == "sns" && entries[0].requestID == "sns:1" && entries[0].observations == 3)
        }
    }

    @Test("unapplied entries are bounded by number and by bytes, and there is always one", arguments: Backend.available)
    func bounds(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for _ in 0..<5 { try await store.accept(body: String(repeating: "x", count: 100)) }
            #expect(try await store.roles.unapplied(after: nil, limit: 2, byteLimit: 10_000).count == 2)
            #expect(try await store.roles.unapplied(after: nil, limit: 10, byteLimit: 350).count == 3)
            #expect(try await store.roles.unapplied(after: nil, limit: 10, byteLimit: 1).count == 1)
        }
    }

    @Test("a request of which nothing can be read writes only the quarantine", arguments: Backend.available)
    func quarantineOnly(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let position = try await store.roles.accept(
                IntakeRequest(
                    receivedAt: .t(0),
                    source: "token",
                    requestID: nil,
                    body: Array("garbage".utf8),
                    observations: 0,
                    quarantine: [QuarantinedItem(reason: "not JSON", bytes: Array("garbage".utf8))]
                )
            )
            #expect(position == 0)
            #expect(try await store.roles.unapplied(after: nil, limit: 10, byteLimit: 1_000).isEmpty)
            let totals = try await store.roles.totals()
            #expect(totals.quarantined == 1 && totals.received == 0 && totals.isBalanced)
            let page = try await store.roles.quarantine(page: Page())
            #expect(page.items.map(\.reason) == ["not JSON"])
            #expect(page.items.map(\.bytes) == [Array("garbage".utf8)])
        }
    }

    @Test("good items of a request with bad ones are accepted", arguments: Backend.available)
    func mixed(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let position = try await store.roles.accept(
                IntakeRequest(
                    receivedAt: .t(0),
                    source: "token",
                    requestID: nil,
                    body: [],
                    observations: 2,
                    quarantine: [QuarantinedItem(reason: "a", bytes: []), QuarantinedItem(reason: "b", bytes: [1])]
                )
            )
            #expect(position == 1)
            let totals = try await store.roles.totals()
            #expect(totals.received == 2 && totals.waiting == 2 && totals.quarantined == 2 && totals.isBalanced)
        }
    }

    @Test("applying moves the position, also over a restart", arguments: Backend.everyPreloading)
    func position(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for _ in 0..<3 { try await store.accept() }
            let batch = try await store.roles.apply(
                [
                    DecidedEntry(position: 1, receivedAt: .t(0), [(.example(), .routed())]),
                    DecidedEntry(position: 2, receivedAt: .t(1), [(.example(key: "other"), .unrouted)]),
                ],
                now: .t(2)
            )
            #expect(
                batch
                    == AppliedBatch(
                        applied: JournalCursor([2]),
                        observations: 2,
                        redelivered: 0,
                        notifications: 1,
                        oldestReceivedAt: .t(0)
                    )
            )
            try await store.restart { store in
                #expect(try await store.roles.unapplied(after: nil, limit: 10, byteLimit: 1_000).map(\.position) == [3])
                let totals = try await store.roles.totals()
                #expect(totals.appliedPosition == 2 && totals.lastPosition == 3)
                #expect(totals.waiting == 1 && totals.routed == 1 && totals.unrouted == 1 && totals.isBalanced)
            }
        }
    }

    @Test("entries that do not continue the journal are refused and change nothing", arguments: Backend.everyPreloading)
    func order(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for _ in 0..<3 { try await store.accept() }
            let entries = [1, 3].map { DecidedEntry(position: $0, receivedAt: .t(0), [(.example(), .routed())]) }
            await #expect(throws: JournalOrderError.self) { try await store.roles.apply(entries, now: .t(0)) }
            let totals = try await store.roles.totals()
            #expect(totals.appliedPosition == 0 && totals.waiting == 3 && totals.pending == 0 && totals.isBalanced)
            #expect(try await store.roles.finding(Finding.example().key.rawValue) == nil)
        }
    }

    @Test("an event that was applied before is counted and left, also in one batch", arguments: Backend.everyPreloading)
    func redelivery(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(), .routed())], redeliveryKey: "eventbridge:1")
            let again = try await store.take([(.example(), .routed())], redeliveryKey: "eventbridge:1")
            #expect(again.redelivered == 1 && again.observations == 0)
            try await store.accept(2)
            let event = DecidedEvent(
                redeliveryKey: "sns:2",
                observations: [DecidedObservation(finding: .example(key: "b"), decision: .unrouted)]
            )
            let batch = try await store.roles.apply(
                [DecidedEntry(position: 3, receivedAt: .t(1), events: [event, event], observations: 2)],
                now: .t(1)
            )
            #expect(batch.redelivered == 1 && batch.observations == 1)
            let totals = try await store.roles.totals()
            #expect(totals.received == 4 && totals.redelivered == 2 && totals.accepted == 2 && totals.isBalanced)
            #expect(try await store.roles.finding(Finding.example().key.rawValue)?.record.observations == 1)
        }
    }

    @Test("the second observation of a batch sees what the first one did", arguments: Backend.everyPreloading)
    func repeated(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let batch = try await store.take([
                (.example(severity: .low), .routed()), (.example(severity: .low), .routed()),
                (.example(severity: .critical), .routed()), (.example(status: .resolved), .routed()),
            ])
            #expect(batch.notifications == 3)
            let story = try #require(try await store.roles.finding(Finding.example().key.rawValue))
            #expect(
                story.observations.flatMap(\.outcomes).map(\.transition) == [.opened, .refreshed, .raised, .resolved]
            )
            #expect(story.observations.flatMap(\.outcomes).map(\.held) == [nil, "refreshed", nil, nil])
            #expect(story.notifications.map(\.content.transition) == [.opened, .raised, .resolved])
            #expect(story.notifications.map(\.content.finding.severity) == [.low, .critical, .high])
            #expect(story.notifications.map(\.content.count) == [1, 3, 4])
            try await store.expectBalance()
        }
    }

    @Test(
        "what was announced is taken back there, although the rules no longer name the destination",
        arguments: Backend.everyPreloading
    )
    func resolutionBesideTheRules(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(), .routed())])
            let destination = "chat"
            let document = RouteDocument(
                destinations: ["never told", destination].map { name in
                    Destination(name: name, transport: .webhook(WebhookSettings(url: .environment("URL"))))
                }
            )
            try await store.accept(2)
            let resolved = DecidedObservation(
                finding: .example(severity: .informational, status: .resolved),
                decision: .unrouted,
                resolutions: Resolutions(document)
            )
            let event = DecidedEvent(redeliveryKey: nil, observations: [resolved])
            let batch = try await store.roles.apply(
                [DecidedEntry(position: 2, receivedAt: .t(1), events: [event, event], observations: 2)],
                now: .t(1)
            )
            #expect(batch.notifications == 1)
            let story = try #require(try await store.roles.finding(Finding.example().key.rawValue))
            #expect(story.notifications.map(\.content.transition) == [.opened, .resolved])
            #expect(Set(story.notifications.map(\.destination)) == [destination])
            #expect(story.observations.map(\.disposition) == ["routed", "unrouted", "unrouted"])
            try await store.expectBalance()
        }
    }

    @Test("each recipient of each destination gets a notification of its own", arguments: Backend.everyPreloading)
    func recipients(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let decision = Decision.routed(to: ["mail", "more"], recipients: ["a@example.com", "b@example.com"])
            try await store.take([(.example(), decision)])
            let totals = try await store.roles.totals()
            #expect(totals.due == 4 && totals.pending == 4 && totals.routed == 1 && totals.isBalanced)
            let mail = try await store.claim("mail")
            #expect(mail.map(\.recipient) == ["a@example.com", "b@example.com"])
            try await store.take([(.example(), decision)])
            #expect(try await store.roles.totals().held == [.refreshed: 4])
            try await store.expectBalance()
        }
    }

    @Test("suppressed and unrouted observations are kept with the reason", arguments: Backend.everyPreloading)
    func unsent(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(), .suppressed(reason: "weekly")), (.example(key: "b"), .unrouted)])
            let suppressed = try #require(try await store.roles.finding(Finding.example().key.rawValue))
            #expect(suppressed.record.disposition == "suppressed")
            #expect(suppressed.observations.map(\.reason) == ["weekly"])
            #expect(suppressed.observations.map(\.matched) == [["noise"]])
            #expect(try await store.roles.finding("b")?.record.disposition == "unrouted")
            let totals = try await store.roles.totals()
            #expect(totals.suppressed == 1 && totals.unrouted == 1 && totals.due == 0 && totals.isBalanced)
        }
    }

    @Test("what is found when an entry is applied corrects what was counted before", arguments: [0, 1, 3])
    func recount(found: Int) async throws {
        for backend in Backend.everyPreloading {
            try await OpenStore.with(backend) { store in
                try await store.accept(2)
                var entry = DecidedEntry(
                    position: 1,
                    receivedAt: .t(0),
                    (0..<found).map { (.example(key: "\($0)"), .unrouted) }
                )
                entry.observations = 2
                try await store.roles.apply([entry], now: .t(0))
                let totals = try await store.roles.totals()
                #expect(totals.received == found && totals.waiting == 0 && totals.unrouted == found)
                #expect(totals.isBalanced)
            }
        }
    }

    @Test("whoever applies and whoever delivers is woken", arguments: Backend.everyPreloading)
    func signals(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var accepted = store.roles.accepted.makeAsyncIterator()
            var queued = store.roles.queued.makeAsyncIterator()
            // The element every stream begins with.
            await accepted.next()
            await queued.next()
            try await store.take([(.example(), .routed())])
            await accepted.next()
            await queued.next()
            try await store.close()
            #expect(await accepted.next() == nil)
            #expect(await queued.next() == nil)
        }
    }

    @Test("a closed store says so", arguments: Backend.available)
    func closed(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.close()
            await #expect(throws: IntakeError.closed) { try await store.accept() }
        }
    }
}
