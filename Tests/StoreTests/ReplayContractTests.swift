import Findings
import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Testing

@Suite("Replays on a store")
struct ReplayContractTests {
    private static func table(_ least: Severity) -> RoutingTable {
        let chat = Destination(name: "chat", transport: .slack(SlackSettings(url: .environment("U"))))
        let severities = Set(Severity.allCases.filter { $0 >= least })
        let when = Condition(tests: [.severity(severities, words: [">=\(least.label)"])])
        return RoutingTable(
            RouteDocument(destinations: [chat], rules: [Rule(name: "some", when: when, send: ["chat"])]),
            version: 1
        )
    }

    @Test("a replay finds the findings of its time, and each sample leads to its finding", arguments: Backend.available)
    func decisions(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "old"), .routed())], at: .t(0))
            for number in 0..<30 {
                let severity = Severity.allCases[number % Severity.allCases.count]
                let finding = Finding.example(key: "\(number)", severity: severity)
                try await store.take([(finding, .routed())], at: .t(100 + Double(number)))
            }
            try await store.take([(.example(key: "7"), .routed())], at: .t(150))
            let question = ReplayQuestion(
                before: Self.table(.medium),
                after: Self.table(.critical),
                since: .t(105),
                until: .t(151),
                depth: .messages
            )
            let run = ReplayRun(
                question,
                history: store.roles,
                silences: store.roles,
                elapsed: { .zero }
            )
            let result = try await run.result { _ in }
            #expect(result.observations == 26 && result.cuts.isEmpty)
            #expect(result.findingCount == 25)
            let lost = result.samples.samples(of: .nobody)
            #expect(lost.isEmpty == false && lost.count == result.findings[.nobody])
            for sample in lost {
                let id = try #require(sample.findingID)
                #expect(try await store.roles.finding(id)?.record.finding.key == sample.finding.key)
            }
            // The first observation of each, those before the time aside.
            let messages = try #require(result.messages?.destinations.first).messages.total
            #expect(messages.before > messages.after && messages.after > 0)
        }
    }

    @Test("the history says under which number a finding is stored, and since when", arguments: Backend.available)
    func first(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "a"), .routed())], at: .t(1))
            try await store.take([(.example(key: "b"), .routed())], at: .t(2))
            try await store.take([(.example(key: "a"), .routed())], at: .t(3))
            let found = try await store.roles.observations(before: nil, since: .t(0), limit: 10, reading: .outcomes)
            #expect(found.map(\.firstSeenAt) == [.t(1), .t(2), .t(1)])
            #expect(found.map(\.findingNumber) == [1, 2, 1])
            #expect(found.map(\.destinations.isEmpty) == [true, false, false])
            // The same without what came of them.
            var bare = found
            for index in bare.indices { bare[index].destinations = [] }
            let plain = try await store.roles.observations(before: nil, since: .t(0), limit: 10, reading: .finding)
            #expect(plain == bare)
            // The same without what no rule looks at.
            for index in bare.indices {
                let text = bare[index].finding.storedForm.text
                bare[index].finding = try Finding(storedForm: JSONDocument.parse(text), reading: .decided)
            }
            #expect(bare.map(\.finding) != plain.map(\.finding))
            let decided = try await store.roles.observations(before: nil, since: .t(0), limit: 10, reading: .decided)
            #expect(decided == bare)
            let newest = try await store.roles.observations(before: nil, since: .t(2), limit: 10, reading: .finding)
            #expect(newest == Array(plain.prefix(2)))
        }
    }
}
