import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("What became of findings")
struct StandingContractTests {
    /// A store in which findings met every fate, and what that is by their keys.
    private func lives(_ store: OpenStore) async throws -> [String: FindingFate] {
        func take(_ key: String, _ decision: Decision, at second: Double = 0) async throws {
            try await store.take([(.example(key: key), decision)], at: .t(second))
        }
        try await take("told", .routed())
        try await take("partly", .routed(to: ["chat", "mail"]))
        try await take("handed on", .routed())
        try await take("given up", .routed())
        try await take("given up, told by the fallback", .routed())
        for notification in try await store.claim() {
            let next: Settlement.Next =
                switch notification.content.finding.key.rawValue {
                case "told", "partly": .delivered
                case "given up": .dead(reason: "gone", rendered: nil, fallback: nil)
                case "handed on":
                    .dead(
                        reason: "gone",
                        rendered: nil,
                        fallback: FallbackTarget(destination: "pager", recipients: [nil])
                    )
                default:
                    .dead(
                        reason: "gone",
                        rendered: nil,
                        fallback: FallbackTarget(destination: "sms", recipients: [nil])
                    )
                }
            try await store.roles.settle([Settlement(notification, next)])
        }
        for notification in try await store.claim("sms", at: .t(3)) {
            try await store.roles.settle([Settlement(notification, .delivered)])
        }
        try await take("queued", .routed(to: ["web"]), at: 4)
        let group = Rule.Group(by: ["account"], wait: .seconds(60), interval: .seconds(300), repeat: nil)
        try await take("grouped", .routed(to: ["web"], group: group), at: 4)
        try await take("not announced", .routed(to: ["web"], notify: [.resolved]), at: 4)
        try await take("suppressed", .suppressed(), at: 4)
        try await take("nowhere", .unrouted, at: 4)
        return [
            "told": .told, "partly": .partly, "handed on": .waiting, "given up": .failed,
            "given up, told by the fallback": .told, "queued": .waiting, "grouped": .waiting,
            "not announced": .untold, "suppressed": .suppressed, "nowhere": .unrouted,
        ]
    }

    @Test("each finding says who knows of it", arguments: Backend.available)
    func standings(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let wanted = try await lives(store)
            let records = try await store.roles.findings(FindingFilter(), page: Page(limit: 100)).items
            let standings = try await store.roles.standings(of: records.map(\.id) + ["f0", "nothing"])
            var found: [String: FindingFate] = [:]
            for record in records {
                let fate = FindingFate(disposition: record.disposition, standings: standings[record.id] ?? [])
                found[record.finding.key.rawValue] = fate
            }
            #expect(found == wanted)
            let partly = try #require(records.first { $0.finding.key.rawValue == "partly" })
            #expect(
                standings[partly.id] == [
                    AlertStanding(destination: "chat", state: .told),
                    AlertStanding(destination: "mail", state: .waiting),
                ]
            )
            let grouped = try #require(records.first { $0.finding.key.rawValue == "grouped" })
            let waits = try #require(standings[grouped.id]?.first)
            #expect(waits.waitsFor == .group && waits.until != nil && waits.silence == nil)
            #expect(standings["nothing"] == nil && standings["f0"] == nil)
        }
    }

    @Test("a filter by fate finds what has that fate, and nothing else", arguments: Backend.available)
    func filter(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let wanted = try await lives(store)
            for fate in FindingFate.allCases {
                let found = try await store.roles.findings(FindingFilter(fate: fate), page: Page(limit: 100)).items
                let keys = wanted.filter { $0.value == fate }.map(\.key).sorted()
                #expect(found.map(\.finding.key.rawValue).sorted() == keys, "\(fate)")
            }
        }
    }

    @Test("a finding that a silence hides is silenced", arguments: Backend.available)
    func silenced(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let silence = try await store.roles.create(
                try SilenceDraft.example(endsAt: .t(100)),
                author: "api:a",
                now: .t(0)
            )
            let position = try await store.accept(at: .t(1))
            let observation = DecidedObservation(
                finding: .example(key: "hidden"),
                decision: .routed(),
                silences: [SilenceMatch(silence)]
            )
            let event = DecidedEvent(redeliveryKey: nil, observations: [observation])
            let entry = DecidedEntry(position: position, receivedAt: .t(1), events: [event], observations: 1)
            _ = try await store.roles.apply([entry], now: .t(1))
            let found = try await store.roles.findings(FindingFilter(fate: .silenced), page: Page()).items
            #expect(found.map(\.finding.key.rawValue) == ["hidden"])
        }
    }
}
