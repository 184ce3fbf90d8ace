import Findings
import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Testing
import Triage

@Suite("Triage in the store")
struct TriageContractTests {
    private static let grouped = Decision.routed(
        group: Rule.Group(by: ["account"], wait: .seconds(30), interval: .seconds(300), repeat: nil)
    )

    private static func table(_ version: Int = 1) throws -> RoutingTable {
        let text = """
            { "version": 1, "destinations": { "chat": { "type": "slack", "url": { "env": "A" } } },
              "rules": [ { "name": "everything", "when": {}, "send": ["chat"],
                           "group": { "by": ["account"], "wait": "30s" } } ] }
            """
        return RoutingTable(try RouteDocument.parse(Array(text.utf8), file: "r").document, version: version)
    }

    private static func noSilences() throws -> SilenceTable { SilenceTable([], for: try table()) }

    @Test(
        "what waits is found in the ledger with its time, and then with the message that told it",
        arguments: Backend.everyPreloading
    )
    func ledger(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for key in ["a", "b"] { try await store.take([(.example(key: key), TriageContractTests.grouped)]) }
            try await store.take([(.example(key: "c"), TriageContractTests.grouped)])
            try await store.take([(.example(key: "c", status: .resolved), TriageContractTests.grouped)], at: .t(1))
            func outcome(_ key: String) async throws -> ObservationRecord.Outcome {
                try #require(try await store.roles.finding(key)?.observations.first?.outcomes.first)
            }
            let waiting = try await outcome("a")
            #expect(waiting.held == nil && waiting.notifications.isEmpty)
            #expect(waiting.itemState == .init(state: .waiting, kind: "group", until: .t(30), notification: nil))
            #expect(try await outcome("c").itemState?.state == .withdrawn)
            // Two wait, the third was withdrawn, and nothing is a message yet.
            #expect(
                try await store.roles.backlog() == [
                    DestinationBacklog(destination: "chat", waiting: 2)
                ]
            )
            #expect(try await store.roles.nextTimer() == .t(30))
            #expect(
                try await store.roles.fire(
                    now: .t(29),
                    table: TriageContractTests.table(),
                    silences: TriageContractTests.noSilences()
                ) == false
            )
            #expect(try await store.claim(at: .t(29)).isEmpty)
            try await store.restart { store in
                _ = try await store.roles.fire(
                    now: .t(30),
                    table: TriageContractTests.table(),
                    silences: TriageContractTests.noSilences()
                )
                let message = try #require(try await store.claim(at: .t(30)).first)
                #expect(message.content.bundle?.items.map(\.title).count == 2)
                #expect(message.content.bundle?.total == 2)
                #expect(try await store.roles.backlog().map(\.waiting) == [0])
                for key in ["a", "b"] {
                    let story = try #require(try await store.roles.finding(key))
                    let told = ObservationRecord.ItemState(
                        state: .told,
                        kind: "group",
                        until: nil,
                        notification: message.id
                    )
                    #expect(story.observations.first?.outcomes.first?.itemState == told)
                    #expect(story.notifications.map(\.id) == [message.id])
                }
                let totals = try await store.roles.totals()
                #expect(totals.isBalanced && totals.pending == 2 && totals.held[.superseded] == 1)
                try await store.roles.settle([Settlement(message, .delivered)])
                #expect(try await store.roles.totals().delivered == 2)
            }
        }
    }

    @Test(
        "findings of one control on one resource are one alert, over when none of them is active",
        arguments: Backend.everyPreloading
    )
    func problem(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            func take(_ key: String, _ status: FindingStatus, _ severity: Severity = .high, at second: Double)
                async throws -> Int
            {
                let observation = DecidedObservation(
                    finding: .example(key: key, severity: severity, status: status),
                    decision: .routed(),
                    problem: FindingKey("control/1/S3.8/bucket")
                )
                let position = try await store.accept(1, at: .t(second))
                let entry = DecidedEntry(
                    position: position,
                    receivedAt: .t(second),
                    events: [DecidedEvent(redeliveryKey: nil, observations: [observation])],
                    observations: 1
                )
                return try await store.roles.apply([entry], now: .t(second)).notifications
            }
            #expect(try await take("cis", .active, at: 0) == 1)
            #expect(try await take("fsbp", .active, at: 1) == 0)
            #expect(try await take("pci", .active, .critical, at: 2) == 1)
            #expect(try await take("cis", .resolved, at: 3) == 0)
            #expect(try await take("pci", .resolved, .informational, at: 4) == 0)
            #expect(try await take("fsbp", .resolved, at: 5) == 1)
            let messages = try await store.roles.notifications(NotificationFilter(), page: Page()).items
            #expect(messages.map(\.content.transition) == [.resolved, .raised, .opened])
            // The end is that of what readers knew to be CRITICAL, whatever the last finding says of itself.
            #expect(messages.map(\.content.severity) == [.critical, .critical, .high])
            // The first of them gives the problem its number, and stays as long as another is there.
            try await store.take([(.example(key: "newest"), .unrouted)], at: .t(6))
            try await store.roles.prune(before: .t(1_000))
            #expect(try await take("pci", .active, at: 2_000) == 1)
            try await store.expectBalance()
        }
    }

    @Test("a message that may have arrived is not taken back for a storm's summary", arguments: Backend.everyPreloading)
    func uncertain(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let text = """
                { "version": 1,
                  "destinations": { "chat": { "type": "slack", "url": { "env": "A" }, "rate": "2/m" } },
                  "rules": [ { "name": "everything", "when": {}, "send": ["chat"] } ] }
                """
            let document = try RouteDocument.parse(Array(text.utf8), file: "r").document
            let table = RoutingTable(document, version: 1)
            func see(_ key: String, at second: Double) async throws {
                let finding = Finding.example(key: key, severity: .high)
                let observation = Observation(finding: finding, event: try JSONDocument.parse("{}"))
                try await store.take([(finding, table.decide(observation))], at: .t(second))
            }
            try await see("first", at: 0)
            let claimed = try #require(try await store.claim(at: .t(1)).first)
            try await store.roles.settle([
                Settlement(claimed, .retry(at: .t(3), isMinimal: false), verdict: .uncertain)
            ])
            for number in 0..<10 { try await see("more-\(number)", at: 4) }
            let states = try await store.roles.notifications(NotificationFilter(), page: Page()).items
                .reduce(into: [String: Notification.State]()) { $0[$1.content.finding.key.rawValue] = $1.state }
            #expect(states["first"] == .pending && states["more-0"] == .folded)
            try await store.expectBalance()
        }
    }

    @Test(
        "what a source dates into the future does not make what it says later old",
        arguments: Backend.everyPreloading
    )
    func future(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var ahead = Finding.example(key: "a", status: .active)
            ahead.updatedAt = .t(1_000_000)
            var over = Finding.example(key: "a", status: .resolved)
            over.updatedAt = .t(600)
            let (first, second) = (ahead, over)
            let opened = try await store.take([(first, .routed())], at: .t(0))
            let resolved = try await store.take([(second, .routed())], at: .t(600))
            #expect(opened.notifications == 1 && resolved.notifications == 1)
        }
    }

    @Test("what a silence hid is told when it ends, if it is still active", arguments: Backend.everyPreloading)
    func silence(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let draft = try SilenceDraft.example(endsAt: .t(1_000))
            let silence = try await store.roles.create(draft, author: "api:a", now: .t(0))
            let match = SilenceMatch(silence: silence.id, startsAt: .t(0), endsAt: .t(1_000))
            for (second, key, status) in [
                (1, "a", .active), (2, "b", .active), (3, "c", .active), (4, "c", .resolved),
            ] as [(Double, String, FindingStatus)] {
                let observation = DecidedObservation(
                    finding: .example(key: key, status: status),
                    decision: .routed(),
                    silences: [match]
                )
                let position = try await store.accept(1, at: .t(second))
                try await store.roles.apply(
                    [
                        DecidedEntry(
                            position: position,
                            receivedAt: .t(second),
                            events: [DecidedEvent(redeliveryKey: nil, observations: [observation])],
                            observations: 1
                        )
                    ],
                    now: .t(second)
                )
            }
            #expect(try await store.roles.totals().held == [.silenced: 3, .resolvedUnannounced: 1])
            #expect(try await store.roles.finding("a")?.observations.first?.outcomes.first?.heldBy == silence.id)
            #expect(try await store.roles.nextTimer() == .t(1_000))
            let during = try await SilenceEffect.read(silence, history: store.roles, now: .t(500)) { false }
            #expect(during.hid.findings == 3 && during.hid.observations == 3 && during.hid.isComplete)
            #expect(Set(during.hides.examples.map(\.finding.key.rawValue)) == ["a", "b"])
            let table = try TriageContractTests.table()
            for second in [1_000, 1_001, 1_002] {
                _ = try await store.roles.fire(
                    now: .t(Double(second)),
                    table: table,
                    silences: SilenceTable([], for: table)
                )
            }
            let after = try await SilenceEffect.read(silence, history: store.roles, now: .t(1_100)) { false }
            #expect(after.hid.findings == 3 && after.hides.findings == 0)
            let messages = try await store.claim(at: .t(1_100))
            let bundle = try #require(messages.first?.content.bundle)
            #expect(messages.count == 1 && bundle.occasion == .silenceEnded && bundle.total == 2)
            #expect(bundle.reason == "being moved (Ana)")
            #expect(try await store.roles.nextTimer() == nil)
            // It was announced by that, so that its end is told.
            #expect(
                try await store.take([(.example(key: "a", status: .resolved), .routed())], at: .t(1_200)).notifications
                    == 1
            )
            try await store.expectBalance()
        }
    }

    @Test("where a conversation stands is given back with its later messages", arguments: Backend.everyPreloading)
    func conversation(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(), .routed())])
            let first = try #require(try await store.claim().first)
            #expect(first.posted == nil)
            var settlement = Settlement(first, .delivered)
            settlement.posted = Notification.Posted(channel: "C1", timestamp: "1700000000.000100")
            try await store.roles.settle([settlement])
            try await store.take([(.example(status: .resolved), .routed())], at: .t(10))
            let second = try #require(try await store.claim(at: .t(11)).first)
            #expect(second.content.thread == first.content.thread)
            #expect(second.posted == settlement.posted)
            try await store.roles.settle([Settlement(second, .delivered)])
            // Another life is another conversation.
            try await store.take([(.example(), .routed())], at: .t(20))
            let third = try #require(try await store.claim(at: .t(21)).first)
            #expect(third.content.thread != first.content.thread && third.posted == nil)
        }
    }

    @Test("what is critical can be claimed by itself", arguments: Backend.everyPreloading)
    func critical(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "a", severity: .high), .routed())])
            try await store.take([(.example(key: "b", severity: .critical), .routed())])
            try await store.take([(.example(key: "c", severity: .critical), .routed())])
            let claimed = try await store.roles.claimCritical(destinations: ["chat"], limit: 10, by: nil, now: .t(1))
            #expect(claimed.map(\.content.finding.key.rawValue) == ["b", "c"])
            #expect(try await store.claim().map(\.content.finding.key.rawValue) == ["a"])
        }
    }
}
