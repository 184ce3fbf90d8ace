import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("What waits, and finding things again")
struct WaitingContractTests {
    private static func grouped(_ rule: String, wait: Int) -> Decision {
        .routed(
            rule: rule,
            group: Rule.Group(by: ["account"], wait: .seconds(wait), interval: .seconds(300), repeat: nil)
        )
    }

    @Test(
        "what waits is listed by what it waits for, what is due first at the beginning",
        arguments: Backend.everyPreloading
    )
    func waiting(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (key, account) in [("a", "1"), ("b", "1"), ("c", "2")] {
                let finding = Finding.example(key: key, severity: key == "b" ? .critical : .low, account: account)
                try await store.take([(finding, Self.grouped("late", wait: 600))], at: .t(1))
            }
            try await store.take([(.example(key: "d", account: "1"), Self.grouped("soon", wait: 60))], at: .t(2))
            let silence = try await store.roles.create(
                try SilenceDraft.example(endsAt: .t(300)),
                author: "api:a",
                now: .t(0)
            )
            let hidden = DecidedObservation(
                finding: .example(key: "e", severity: .high),
                decision: .routed(rule: "quiet"),
                silences: [SilenceMatch(silence: silence.id, startsAt: .t(0), endsAt: .t(300))]
            )
            let position = try await store.accept(1, at: .t(3))
            try await store.roles.apply(
                [
                    DecidedEntry(
                        position: position,
                        receivedAt: .t(3),
                        events: [DecidedEvent(redeliveryKey: nil, observations: [hidden])],
                        observations: 1
                    )
                ],
                now: .t(3)
            )

            var seen: [WaitingNews] = []
            var page = Page(limit: 1)
            repeat {
                let found = try await store.roles.waiting(WaitingFilter(), page: page)
                seen += found.items
                page.cursor = found.next
            } while page.cursor != nil
            #expect(seen.map(\.dueAt) == [.t(62), .t(300), .t(601), .t(601)])
            #expect(seen.prefix(2).map(\.kind) == [.group, .silence])
            #expect(seen[0].rules == ["soon"] && seen[0].destination == "chat" && seen[0].count == 1)
            #expect(seen[0].labels == [AlertGroup.Label(name: "account", value: "1")] && seen[0].since == .t(2))
            #expect(seen[1].silence == silence.id && seen[1].reason == "being moved" && seen[1].severity == .high)
            let late = try #require(seen.first { $0.labels.first?.value == "1" && $0.rules == ["late"] })
            #expect(late.count == 2 && late.severity == .critical)

            func count(_ filter: WaitingFilter) async throws -> Int {
                try await store.roles.waiting(filter, page: Page()).items.reduce(0) { $0 + $1.count }
            }
            #expect(try await count(WaitingFilter(rule: "late")) == 3)
            #expect(try await count(WaitingFilter(rule: "quiet")) == 1)
            #expect(try await count(WaitingFilter(kind: .group)) == 4)
            #expect(try await count(WaitingFilter(kind: .digest)) == 0)
            #expect(try await count(WaitingFilter(destination: "other")) == 0)
            await #expect(throws: InvalidCursor.self) {
                try await store.roles.waiting(WaitingFilter(), page: Page(cursor: "n1"))
            }
        }
    }

    @Test(
        "findings are found by rule, product, age and a range of severities",
        arguments: [
            (FindingFilter(severities: [.high, .critical]), ["a", "b"]), (FindingFilter(severities: []), []),
            (FindingFilter(rule: "one"), ["a"]), (FindingFilter(rule: "two"), ["a", "b"]),
            (FindingFilter(rule: "none"), []), (FindingFilter(rule: "one", seenAfter: .t(50)), []),
            (FindingFilter(rule: "two", seenAfter: .t(50)), ["a"]), (FindingFilter(seenAfter: .t(20)), ["a", "c"]),
            (FindingFilter(product: "guardduty"), ["b"]), (FindingFilter(product: "Guard"), []),
            (FindingFilter(product: "guard-duty"), ["b"]), (FindingFilter(product: "Guard*"), ["b"]),
        ] as [(FindingFilter, [String])]
    )
    func filter(filter: FindingFilter, expected: [String]) async throws {
        for backend in Backend.everyPreloading {
            try await OpenStore.with(backend) { store in
                var duty = Finding.example(key: "b", severity: .critical)
                duty.product = "GuardDuty"
                try await store.take([(.example(key: "a", severity: .high), .routed(rule: "one"))], at: .t(0))
                try await store.take([(duty, .routed(rule: "two"))], at: .t(10))
                try await store.take([(.example(key: "c", severity: .low), .suppressed())], at: .t(20))
                try await store.take([(.example(key: "a", severity: .high), .routed(rule: "two"))], at: .t(100))
                let found = try await store.roles.findings(filter, page: Page())
                #expect(found.items.map(\.finding.key.rawValue).sorted() == expected)
            }
        }
    }

    @Test("a message that tells several rules' news is found by each of them", arguments: Backend.everyPreloading)
    func bundles(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "a"), Self.grouped("everything", wait: 30))])
            try await store.take([(.example(key: "b"), Self.grouped("everything", wait: 30))])
            let text = """
                { "version": 1, "destinations": { "chat": { "type": "slack", "url": { "env": "A" } } },
                  "rules": [ { "name": "everything", "when": {}, "send": ["chat"],
                               "group": { "by": ["account"], "wait": "30s" } } ] }
                """
            let table = RoutingTable(try RouteDocument.parse(Array(text.utf8), file: "r").document, version: 1)
            _ = try await store.roles.fire(now: .t(30), table: table, silences: SilenceTable([], for: table))
            let found = try await store.roles.notifications(NotificationFilter(rule: "everything"), page: Page())
            #expect(found.items.count == 1)
            #expect(try await store.roles.notifications(NotificationFilter(rule: "x"), page: Page()).items.isEmpty)
        }
    }

    @Test("ids are found by their beginning and by their end", arguments: Backend.everyPreloading)
    func shortIDs(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var ids: [String] = []
            for second in 0..<20 {
                ids += try await store.queue(1, prefix: "at \(second)", at: .t(Double(second * 100_000)))
            }
            for id in ids {
                let number = String(id.dropFirst(12).prefix(12).drop { $0 == "0" })
                for part in [
                    id, String(id.prefix(24)), number + id.suffix(8), number + id.suffix(8).dropLast(3),
                    String(id.suffix(20)), id.uppercased(),
                ] {
                    #expect(try await store.roles.notificationIDs(like: part, limit: 6) == [id], "\(part)")
                }
            }
            #expect(try await store.roles.notificationIDs(like: "0", limit: 6).count == 6)
            #expect(try await store.roles.notificationIDs(like: String(repeating: "f", count: 32), limit: 6).isEmpty)
            #expect(try await store.roles.notificationIDs(like: "g", limit: 6).isEmpty)
            #expect(
                try await store.roles.findingIDs(like: "f1", limit: 9) == ["f1", "f10", "f11", "f12", "f13", "f14"]
            )
            #expect(try await store.roles.findingIDs(like: "f1", limit: 2) == ["f1", "f10"])
            #expect(try await store.roles.findingIDs(like: "f9", limit: 9) == ["f9"])
            for part in ["", "f", "f0", "fx", "1"] {
                #expect(try await store.roles.findingIDs(like: part, limit: 9).isEmpty)
            }
        }
    }
}
