import Findings
import FoundationEssentials
import GRDB
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@testable import SQLiteStore

@Suite("Counts by the hour")
struct StatisticsContractTests {
    /// A moment so many hours after the midnight that is day 20,000.
    private static func at(_ hours: Double) -> Date { Date(timeIntervalSince1970: 20_000 * 86_400 + hours * 3_600) }

    private static func matched(_ rules: [String], first: String? = nil, isEnded: Bool = false) -> Decision {
        let routed = Decision.Routed(destination: "secops", rule: first ?? rules[0], terms: Rule.Terms())
        return Decision(version: 1, matched: rules, verdict: .routed([routed]), isEnded: isEnded)
    }

    @Test(
        "every rule that matched is counted, the one that ended the reading, and the one that named a destination first",
        arguments: Backend.everyPreloading
    )
    func counted(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take(
                [
                    (.example(key: "a"), Self.matched(["one", "two"], isEnded: true)),
                    (.example(key: "b"), Self.matched(["two"], first: "two")),
                    (.example(key: "c"), .unrouted),
                ],
                at: Self.at(1)
            )
            try await store.take([(.example(key: "a"), Self.matched(["one"]))], at: Self.at(1.5))
            try await store.take([(.example(key: "a"), Self.matched(["one"]))], at: Self.at(25))
            let days = try await store.roles.ruleDays(of: ["one", "two", "fallback", "none"], since: Self.at(0))
            #expect(
                days == [
                    "one": [
                        RuleDay(day: 20_000, counts: RuleCounts(matched: 2, ended: 0, first: 2)),
                        RuleDay(day: 20_001, counts: RuleCounts(matched: 1, ended: 0, first: 1)),
                    ],
                    "two": [RuleDay(day: 20_000, counts: RuleCounts(matched: 2, ended: 1, first: 1))],
                    "fallback": [RuleDay(day: 20_000, counts: RuleCounts(matched: 1))],
                ]
            )
            let later = try await store.roles.ruleDays(of: ["one"], since: Self.at(2))
            #expect(later["one"]?.map(\.day) == [20_001])
            try await store.restart { store in
                let again = try await store.roles.ruleDays(of: ["one", "two", "fallback"], since: Self.at(0))
                #expect(again == days)
            }
        }
    }

    @Test("an event that was applied before is not counted again", arguments: Backend.available)
    func redelivered(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for _ in 0..<3 {
                try await store.take([(.example(), Self.matched(["one"]))], at: Self.at(1), redeliveryKey: "sns:1")
            }
            let days = try await store.roles.ruleDays(of: ["one"], since: Self.at(0))
            #expect(days["one"]?.map(\.counts.matched) == [1])
        }
    }

    @Test("what is older than what is kept goes", arguments: Backend.available)
    func prune(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for hours in [0.0, 30, 60] {
                try await store.take([(.example(), Self.matched(["one"]))], at: Self.at(hours))
            }
            try await store.roles.prune(before: Self.at(30.5))
            let days = try await store.roles.ruleDays(of: ["one"], since: Self.at(0))["one"]
            #expect(days?.map(\.day) == [20_001, 20_002])
        }
    }

    @Test(
        "findings are counted by account, Region and severity, each as it was seen last",
        arguments: Backend.available
    )
    func places(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            #expect(try await store.roles.placeCounts(since: Self.at(0)).isEmpty)
            try await store.take([(.example(key: "old", severity: .low), .unrouted)], at: Self.at(1))
            let seen: [Finding] = [
                .example(key: "a"), .example(key: "b"), .example(key: "c", severity: .critical),
                .example(key: "d", account: nil, region: nil), .example(key: "e", region: "eu-west-1"),
            ]
            for finding in seen { try await store.take([(finding, .unrouted)], at: Self.at(3)) }
            // It is not HIGH any more, and it is one finding.
            try await store.take([(.example(key: "b", severity: .medium), .unrouted)], at: Self.at(4))
            let counts = try await store.roles.placeCounts(since: Self.at(2))
            func count(_ account: String?, _ region: String?, _ severity: Severity) -> PlaceCount {
                PlaceCount(account: account, region: region, severity: severity, count: 1)
            }
            let account = "111122223333"
            #expect(
                Set(counts) == [
                    count(account, "us-east-1", .high), count(account, "us-east-1", .medium),
                    count(account, "us-east-1", .critical), count(nil, nil, .high), count(account, "eu-west-1", .high),
                ]
            )
            #expect(counts.count == 5)
        }
    }

    @Test(
        "open findings are counted by account, the worst first, under the name that was seen last",
        arguments: Backend.available
    )
    func openAccounts(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            func named(_ key: String, _ severity: Severity, _ account: String?, _ name: String?) -> Finding {
                var finding = Finding.example(key: key, severity: severity, account: account)
                finding.accountName = name
                return finding
            }
            let seen = [
                named("a", .high, "111122223333", "old"), named("b", .high, "111122223333", "payments"),
                named("c", .critical, "444455556666", nil), named("d", .low, nil, nil),
                .example(key: "e", severity: .critical, account: "777788889999", status: .resolved),
            ]
            for (place, finding) in seen.enumerated() {
                try await store.take([(finding, .unrouted)], at: Self.at(Double(place)))
            }
            let open = try await store.roles.openAccounts(limit: 2, changedSince: Self.at(0))
            #expect(
                open.accounts == [
                    .init(account: "444455556666", name: nil, counts: [.critical: 1], change: 1),
                    .init(account: "111122223333", name: "payments", counts: [.high: 2], change: 2),
                ]
            )
            #expect(open.others == 1)
            let all = try await store.roles.openAccounts(limit: 20, changedSince: Self.at(0))
            #expect(
                all.accounts.last == .init(account: nil, name: nil, counts: [.low: 1], change: 1) && all.others == 0
            )
        }
    }

    @Test("how many more findings are open than a day ago is told by account", arguments: Backend.available)
    func openChange(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            func take(_ key: String, _ status: FindingStatus, hour: Double, account: String? = "111122223333")
                async throws
            {
                let finding = Finding.example(key: key, account: account, status: status)
                try await store.take([(finding, .unrouted)], at: Self.at(hour))
            }
            func change(since hour: Double) async throws -> [String?: Int] {
                let open = try await store.roles.openAccounts(limit: 20, changedSince: Self.at(hour))
                return Dictionary(uniqueKeysWithValues: open.accounts.map { ($0.account, $0.change) })
            }
            for key in ["a", "b", "c"] { try await take(key, .active, hour: 1) }
            try await take("none", .active, hour: 1, account: nil)
            // Closed before it was ever open: nothing was opened.
            try await take("d", .resolved, hour: 2)
            // Seen again, and closed twice over.
            try await take("a", .active, hour: 30)
            try await take("b", .resolved, hour: 30)
            try await take("b", .resolved, hour: 31)
            #expect(try await change(since: 0) == ["111122223333": 2, nil: 1])
            #expect(try await change(since: 2) == ["111122223333": -1, nil: 0])
            #expect(try await change(since: 31) == ["111122223333": 0, nil: 0])
            // Opened again, with one more beside it.
            try await take("b", .active, hour: 40)
            try await take("e", .active, hour: 40)
            #expect(try await change(since: 2) == ["111122223333": 1, nil: 0])
            try await store.roles.prune(before: Self.at(35))
            #expect(try await change(since: 0) == ["111122223333": 2, nil: 0])
        }
    }

    @Test("a data directory of before there were counts opens, and counts from then on")
    func migrated() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let queue = try DatabaseQueue(path: directory + "/noroshi.sqlite")
            try Schema.migrator().migrate(queue, upTo: "0013 drafts, audit")
            try queue.close()
            let store = try SQLiteStore(directory: directory, options: .small)
            let position = try await store.accept(.plain)
            let decided = [(finding: Finding.example(), decision: Self.matched(["one"]))]
            try await store.apply([DecidedEntry(position: position, receivedAt: Self.at(1), decided)], now: Self.at(1))
            let days = try await store.ruleDays(of: ["one"], since: Self.at(0))
            #expect(days["one"]?.map(\.counts.matched) == [1])
            try await store.close()
        }
    }
}
