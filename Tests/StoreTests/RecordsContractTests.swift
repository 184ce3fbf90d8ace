import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Records")
struct RecordsContractTests {
    @Test(
        "notifications are listed newest first, page by page, whatever is added meanwhile",
        arguments: Backend.available
    )
    func pages(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let ids = try await store.queue(7)
            var seen: [String] = []
            var page = Page(limit: 3)
            repeat {
                let found = try await store.roles.notifications(NotificationFilter(), page: page)
                seen += found.items.map(\.id)
                page.cursor = found.next
                try await store.queue(1, prefix: "meanwhile \(seen.count)")
            } while page.cursor != nil
            #expect(seen == ids.reversed())
        }
    }

    @Test("the last page has no cursor, even when it is full", arguments: Backend.available)
    func lastPage(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(4)
            let first = try await store.roles.notifications(NotificationFilter(), page: Page(limit: 2))
            let last = try await store.roles.notifications(
                NotificationFilter(),
                page: Page(limit: 2, cursor: first.next)
            )
            #expect(first.next != nil && last.items.count == 2 && last.next == nil)
            #expect(try await store.roles.findings(FindingFilter(), page: Page(limit: 4)).next == nil)
        }
    }

    @Test("findings are listed last seen first, page by page", arguments: Backend.available)
    func findings(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (index, key) in ["a", "b", "c", "d", "e"].enumerated() {
                // Two of one moment, so that the order needs more than the date.
                try await store.take([(.example(key: key), .unrouted)], at: .t(Double(index / 2)))
            }
            try await store.take([(.example(key: "a"), .unrouted)], at: .t(10))
            var seen: [String] = []
            var page = Page(limit: 2)
            repeat {
                let found = try await store.roles.findings(FindingFilter(), page: page)
                seen += found.items.map(\.finding.key.rawValue)
                page.cursor = found.next
            } while page.cursor != nil
            #expect(seen == ["a", "e", "d", "c", "b"])
        }
    }

    @Test("limits are kept within 1 and 500", arguments: Backend.available, [-1, 0, 1])
    func limits(backend: Backend, limit: Int) async throws {
        try await OpenStore.with(backend) { store in
            try await store.queue(2)
            #expect(try await store.roles.findings(FindingFilter(), page: Page(limit: limit)).items.count == 1)
            #expect(try await store.roles.findings(FindingFilter(), page: Page(limit: .max)).items.count == 2)
        }
    }

    @Test(
        "a cursor that the listing did not give out is refused",
        arguments: [
            "", "x", "n", "n-", "n1-", "n0x1", "nFF", "n01", "n1-2-3", "f1", "q1", String(repeating: "n", count: 99),
        ]
    )
    func nonsense(cursor: String) async throws {
        for backend in Backend.available {
            try await OpenStore.with(backend) { store in
                let page = Page(cursor: cursor)
                await #expect(throws: InvalidCursor.self) {
                    try await store.roles.notifications(NotificationFilter(), page: page)
                }
                await #expect(throws: InvalidCursor.self) {
                    try await store.roles.findings(FindingFilter(), page: page)
                }
                await #expect(throws: InvalidCursor.self) { try await store.roles.revisions(page: page) }
            }
        }
    }

    @Test(
        "findings are selected by what is asked for",
        arguments: [
            (FindingFilter(), ["a", "b", "c"]), (FindingFilter(account: "222222222222"), ["b"]),
            (FindingFilter(region: "eu-west-1"), ["b", "c"]), (FindingFilter(severities: [.low]), ["c"]),
            (FindingFilter(status: .resolved), ["c"]), (FindingFilter(kind: .guardDuty), ["b"]),
            (FindingFilter(disposition: "suppressed"), ["b"]), (FindingFilter(disposition: "routed"), ["a"]),
            (FindingFilter(text: "ÜBER"), ["b"]), (FindingFilter(text: "100%"), ["c"]), (FindingFilter(text: "_"), []),
            (FindingFilter(text: "\0"), []), (FindingFilter(destination: "none"), []),
            (FindingFilter(destination: "chat"), ["a"]), (FindingFilter(account: "none", destination: "chat"), []),
            (FindingFilter(region: "eu-west-1", text: "über"), ["b"]), (FindingFilter(account: "none"), []),
            (FindingFilter(accounts: []), []), (FindingFilter(accounts: ["222222222222", "none"]), ["b"]),
            (FindingFilter(accounts: ["2222*"]), ["b"]), (FindingFilter(accounts: ["*"]), ["a", "b"]),
            (FindingFilter(accounts: ["?*", "[0-9]*", "%", "_*", "\\*"]), []),
            (.without(FindingFilter(accounts: ["2*"])), ["a", "c"]),
            (.without(FindingFilter(account: "222222222222")), ["a", "c"]),
            (.without(FindingFilter(severities: [.low])), ["a", "b"]),
            (.without(FindingFilter(severities: [])), ["a", "b", "c"]),
            (.without(FindingFilter(region: "eu-west-1")), ["a"]), (.without(FindingFilter(status: .active)), ["c"]),
            (.without(FindingFilter(kind: .guardDuty), FindingFilter(status: .resolved)), ["a"]),
            (.without(FindingFilter(text: "über")), ["a", "c"]), (.without(FindingFilter(text: "")), ["a", "b", "c"]),
            (.without(FindingFilter(product: "guard duty")), ["a", "b", "c"]),
            (.without(FindingFilter(product: "*")), []),
            (.without(FindingFilter(region: "none", text: "über")), ["a", "b", "c"]),
            (.without(FindingFilter(region: "eu-west-1", text: "open")), ["a", "b"]),
            (.without(FindingFilter(destination: "chat")), ["b", "c"]),
            (.without(FindingFilter(rule: "everything")), ["b", "c"]),
            (.without(FindingFilter(fate: .suppressed)), ["a", "c"]),
            (.without(FindingFilter(fate: .waiting)), ["b", "c"]),
            (.without(FindingFilter(seenBefore: .t(0))), ["a", "b", "c"]), (FindingFilter(seenBefore: .t(0)), []),
        ] as [(FindingFilter, [String])]
    )
    func filter(filter: FindingFilter, expected: [String]) async throws {
        for backend in Backend.available {
            try await OpenStore.with(backend) { store in
                try await store.take([
                    (.example(key: "a"), .routed()),
                    (
                        .example(
                            key: "b",
                            kind: .guardDuty,
                            title: "Daten über Port 25",
                            account: "222222222222",
                            region: "eu-west-1"
                        ), .suppressed()
                    ),
                    (
                        .example(
                            key: "c",
                            title: "100% open",
                            severity: .low,
                            account: nil,
                            region: "eu-west-1",
                            status: .resolved
                        ), .unrouted
                    ),
                ])
                let found = try await store.roles.findings(filter, page: Page())
                #expect(found.items.map(\.finding.key.rawValue).sorted() == expected)
            }
        }
    }

    @Test("an account keeps the name that its newest finding with a name has", arguments: Backend.available)
    func seen(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            #expect(try await store.roles.seen() == SeenValues())
            func named(_ key: String, _ name: String?, kind: FindingKind = .securityHub) -> Finding {
                var finding = Finding.example(key: key, kind: kind, account: "222222222222", region: "eu-west-1")
                finding.accountName = name
                return finding
            }
            try await store.take([(named("a", "old"), .unrouted)], at: .t(1))
            try await store.take([(named("b", "Payments"), .unrouted)], at: .t(2))
            try await store.take([(named("c", nil, kind: .guardDuty), .unrouted)], at: .t(3))
            try await store.take([(.example(key: "d", account: nil), .unrouted)], at: .t(4))
            let seen = try await store.roles.seen()
            #expect(seen.accountNames == ["222222222222": "Payments"] && seen.accounts == ["222222222222"])
            #expect(seen.regions.contains("eu-west-1") && seen.products.isEmpty == false)
        }
    }

    @Test("a finding is told by its record id and by its key", arguments: Backend.available)
    func story(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let finding = Finding.example(updatedAt: .t(-1))
            try await store.take([(finding, .routed(version: 3))], at: .t(1))
            try await store.take([(.example(key: "other"), .routed())], at: .t(2))
            let record = try #require(
                try await store.roles.findings(FindingFilter(), page: Page()).items.first { $0.finding == finding }
            )
            #expect(record.firstSeenAt == .t(1) && record.lastSeenAt == .t(1) && record.observations == 1)
            let story = try #require(try await store.roles.finding(record.id))
            #expect(story.record == record)
            #expect(try await store.roles.finding(finding.key.rawValue) == story)
            let notification = try #require(story.notifications.first)
            #expect(
                story.observations == [
                    ObservationRecord(
                        position: 1,
                        receivedAt: .t(1),
                        severity: .high,
                        status: .active,
                        version: 3,
                        matched: ["everything"],
                        disposition: "routed",
                        outcomes: [
                            ObservationRecord.Outcome(
                                destination: "chat",
                                rule: "everything",
                                transition: .opened,
                                held: nil,
                                notifications: [notification.id]
                            )
                        ]
                    )
                ]
            )
            for unknown in ["", "f", "f0", "f99", "fzz", "f01", "nothing"] {
                #expect(try await store.roles.finding(unknown) == nil)
            }
        }
    }

    @Test("a stale observation is counted and leaves the record as it was", arguments: Backend.available)
    func stale(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let newest = Finding.example(severity: .critical, updatedAt: .t(10))
            try await store.take([(newest, .routed())], at: .t(20))
            try await store.take([(.example(status: .resolved, updatedAt: .t(5)), .routed())], at: .t(30))
            let story = try #require(try await store.roles.finding(newest.key.rawValue))
            #expect(story.record.finding == newest)
            #expect(story.record.observations == 2 && story.record.lastSeenAt == .t(20))
            #expect(story.observations.flatMap(\.outcomes).map(\.held) == [nil, "stale"])
            #expect(try await store.roles.totals().held == [.stale: 1])
        }
    }

    @Test("notifications are selected by state, destination and error class", arguments: Backend.available)
    func notificationFilter(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let ids = try await store.queue(3)
            let claimed = try await store.claim(limit: 2)
            try await store.roles.settle([
                Settlement(claimed[0], .delivered),
                Settlement(claimed[1], .retry(at: .t(9), isMinimal: false), errorClass: "timeout"),
            ])
            func list(_ filter: NotificationFilter) async throws -> [String] {
                try await store.roles.notifications(filter, page: Page()).items.map(\.id)
            }
            #expect(try await list(NotificationFilter(states: [.delivered])) == [ids[0]])
            #expect(try await list(NotificationFilter(states: [.pending])) == [ids[2], ids[1]])
            #expect(try await list(NotificationFilter(states: [.pending, .delivered])).count == 3)
            #expect(try await list(NotificationFilter(errorClass: "timeout")) == [ids[1]])
            #expect(try await list(NotificationFilter(destination: "mail")).isEmpty)
            #expect(try await list(NotificationFilter(finding: FindingKey("finding-2"))) == [ids[2]])
            func without(_ filters: NotificationFilter...) async throws -> [String] {
                try await list(NotificationFilter(without: filters))
            }
            #expect(try await without(NotificationFilter(states: [.delivered])) == [ids[2], ids[1]])
            #expect(try await without(NotificationFilter(errorClass: "timeout")) == [ids[2], ids[0]])
            #expect(try await without(NotificationFilter(destination: "chat")).isEmpty)
            #expect(try await without(NotificationFilter(rule: "none")).count == 3)
            #expect(try await without(NotificationFilter(finding: FindingKey("finding-2"))) == [ids[1], ids[0]])
            #expect(
                try await without(NotificationFilter(states: [.delivered]), NotificationFilter(errorClass: "timeout"))
                    == [ids[2]]
            )
            #expect(try await store.roles.notification("nothing") == nil)
        }
    }

    @Test("quarantined items are listed newest first", arguments: Backend.available)
    func quarantine(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for number in 0..<3 {
                _ = try await store.roles.accept(
                    IntakeRequest(
                        receivedAt: .t(Double(number)),
                        source: "token",
                        requestID: nil,
                        body: [],
                        observations: 0,
                        quarantine: [QuarantinedItem(reason: "reason \(number)", bytes: [UInt8(number)])]
                    )
                )
            }
            let first = try await store.roles.quarantine(page: Page(limit: 2))
            #expect(first.items.map(\.reason) == ["reason 2", "reason 1"])
            #expect(first.items.map(\.receivedAt) == [.t(2), .t(1)])
            let last = try await store.roles.quarantine(page: Page(limit: 2, cursor: first.next))
            #expect(last.items.map(\.bytes) == [[0]] && last.next == nil)
        }
    }
}

extension FindingFilter {
    fileprivate static func without(_ filters: FindingFilter...) -> FindingFilter { FindingFilter(without: filters) }
}
