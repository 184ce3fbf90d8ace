import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("What became of observations")
struct FateContractTests {
    private func fates(
        _ store: OpenStore,
        by part: CountedPart = .all,
        since: Date = .t(0),
        limit: Int = 100
    ) async throws -> [String: Fates] {
        let report = try await store.roles.fates(FateQuestion(part, since: since, bucketHours: 1, limit: limit))
        let parts = report.parts + [report.others].compactMap(\.self)
        return Dictionary(uniqueKeysWithValues: parts.map { ($0.name ?? "others", $0.total) })
    }

    @Test(
        "each observation counts once, and moves on with its messages",
        arguments: Backend.everyPreloading
    )
    func moves(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take(
                [
                    (.example(key: "a"), .routed(to: ["one", "two"])), (.example(key: "b"), .routed(to: ["one"])),
                    (.example(key: "c"), .unrouted), (.example(key: "d"), .suppressed(reason: "noise")),
                ],
                at: .t(10)
            )
            #expect(try await fates(store)[""] == Fates(pending: 2, suppressed: 1, unrouted: 1))
            var claimed = try await store.roles.claim(destinations: ["one", "two"], limit: 10, by: nil, now: .t(11))
            claimed.sort { $0.destination < $1.destination }
            // Everything but one of the first finding's two messages.
            let dead = try #require(claimed.last)
            try await store.roles.settle(claimed.dropLast().map { Settlement($0, .delivered) })
            #expect(try await fates(store)[""] == Fates(delivered: 1, pending: 1, suppressed: 1, unrouted: 1))
            try await store.roles.settle([Settlement(dead, .dead(reason: "x", rendered: nil, fallback: nil))])
            #expect(try await fates(store)[""] == Fates(delivered: 1, suppressed: 1, unrouted: 1, dead: 1))
            let destinations = try await fates(store, by: .destination)
            #expect(destinations == ["one": Fates(delivered: 2), "two": Fates(dead: 1)])
            // The same again is no news anywhere.
            try await store.take([(.example(key: "b"), .routed(to: ["one"]))], at: .t(20))
            #expect(try await fates(store)[""]?.held == 1)
            try await store.expectBalance()
        }
    }

    @Test("what was taken back while it waited counts as held", arguments: Backend.everyPreloading)
    func withdrawn(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let terms = Rule.Terms(group: .init(by: [], wait: .seconds(60), interval: .seconds(60), repeat: nil))
            let routed = Decision.Routed(destination: "one", rule: "r", terms: terms)
            let decision = Decision(version: 1, matched: ["r"], verdict: .routed([routed]))
            try await store.take([(.example(key: "a"), decision)], at: .t(10))
            #expect(try await fates(store)[""] == Fates(pending: 1))
            try await store.take([(.example(key: "a", status: .resolved), decision)], at: .t(20))
            #expect(try await fates(store)[""] == Fates(held: 2))
            #expect(try await fates(store, by: .destination)["one"] == Fates(held: 2))
            try await store.expectBalance()
        }
    }

    @Test(
        "they are told apart by source and account, the most first and the rest together",
        arguments: Backend.available
    )
    func parts(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (count, account) in [(1, "111111111111"), (3, "222222222222"), (2, "333333333333")] {
                for index in 0..<count {
                    var finding = Finding.example(key: "\(account)-\(index)")
                    finding.account = account
                    try await store.take([(finding, .routed(to: ["one"]))], at: .t(10))
                }
            }
            let accounts = try await fates(store, by: .account, limit: 2)
            #expect(
                accounts == [
                    "222222222222": Fates(pending: 3), "333333333333": Fates(pending: 2), "others": Fates(pending: 1),
                ]
            )
            let sources = try await fates(store, by: .source)
            #expect(sources.values.map(\.pending) == [6])
            #expect(try await fates(store, since: .t(7_200)).isEmpty)
        }
    }
}
