import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Rules beside those in force, as they are stored")
struct ShadowContractTests {
    private static let start = ShadowStart(author: "api:a", draft: "d1", base: 1, text: Array("{}".utf8))

    private static func differing(_ shadow: Int64) -> ShadowVerdict {
        let change = DecisionChange(from: .routed(to: ["one"]), to: .routed(to: ["two"]))
        return ShadowVerdict(shadow: shadow, outcome: .differs(change, matched: ["other"]))
    }

    private func take(
        _ finding: Finding,
        _ decision: Decision,
        _ verdict: ShadowVerdict?,
        at now: Date,
        in store: OpenStore
    ) async throws {
        let position = try await store.accept(at: now)
        var observation = DecidedObservation(finding: finding, decision: decision)
        observation.shadow = verdict
        let entry = DecidedEntry(
            position: position,
            receivedAt: now,
            events: [DecidedEvent(redeliveryKey: nil, observations: [observation])],
            observations: 1
        )
        try await store.roles.apply([entry], now: now)
    }

    @Test("one runs at a time, and is there with its counts after a restart", arguments: Backend.everyPreloading)
    func life(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            #expect(try await store.roles.shadow() == nil)
            let first = try #require(try await store.roles.startShadow(Self.start, now: .t(0)))
            #expect(try await store.roles.startShadow(Self.start, now: .t(1)) == nil)
            for (index, outcome) in [Self.differing(first.number).outcome, .same, .missed].enumerated() {
                let verdict = ShadowVerdict(shadow: first.number, outcome: outcome)
                try await take(.example(key: "k\(index)"), .routed(to: ["one"]), verdict, at: .t(10), in: store)
            }
            // Of a shadow that is over nothing is counted.
            let stranger = Self.differing(first.number + 7)
            try await take(.example(key: "x"), .routed(to: ["one"]), stranger, at: .t(11), in: store)
            try await store.restart { store in
                let record = try #require(try await store.roles.shadow())
                #expect(record.start == Self.start && record.observations == 2 && record.missed == 1)
                #expect(record.lastMissed == .t(10))
                let report = try await store.roles.shadowReport(record.number, samples: 10)
                #expect(report.classes.map(\.kind) == [.elsewhere] && report.classes.map(\.count) == [1])
                #expect(report.destinations.map(\.name) == ["one", "two"])
                #expect(report.destinations.map(\.total.lost) == [1, 0])
                #expect(report.destinations.map(\.total.gained) == [0, 1])
                #expect(report.samples.map(\.gained) == [["two"]])
                #expect(report.samples.first?.matchedAfter == ["other"])
                #expect(report.samples.first?.accountName == "production")
                try await store.roles.endShadow(record.number, because: "enough", now: .t(20))
                try await store.roles.endShadow(record.number, because: "again", now: .t(30))
                #expect(try await store.roles.shadow()?.endReason == "enough")
                try await take(
                    .example(key: "y"),
                    .routed(to: ["one"]),
                    Self.differing(record.number),
                    at: .t(21),
                    in: store
                )
                #expect(try await store.roles.shadow()?.observations == 2)
                let second = try #require(try await store.roles.startShadow(Self.start, now: .t(40)))
                #expect(second.number > record.number)
                #expect(try await store.roles.shadowReport(second.number, samples: 10) == ShadowReport())
            }
        }
    }

    @Test("the newest thousand samples are kept", arguments: Backend.available)
    func samples(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let shadow = try #require(try await store.roles.startShadow(Self.start, now: .t(0)))
            let observations = (0..<700).map { index in
                var observation = DecidedObservation(
                    finding: .example(key: "k\(index)"),
                    decision: .routed(to: ["one"])
                )
                observation.shadow = Self.differing(shadow.number)
                return observation
            }
            for round in 0..<2 {
                let position = try await store.accept(700, at: .t(Double(round)))
                let entry = DecidedEntry(
                    position: position,
                    receivedAt: .t(Double(round)),
                    events: [DecidedEvent(redeliveryKey: nil, observations: observations)],
                    observations: 700
                )
                try await store.roles.apply([entry], now: .t(Double(round)))
            }
            let report = try await store.roles.shadowReport(shadow.number, samples: 5_000)
            #expect(report.samples.count == 1_000 && report.samples.first?.receivedAt == .t(1))
            #expect(report.classes.map(\.count) == [1_400])
        }
    }

    @Test("messages, alerts and totals are the same with a shadow and without", arguments: [UInt64(1), 2, 3])
    func apart(seed: UInt64) async throws {
        func live(_ isShadowed: Bool) async throws -> (queued: [String], totals: Totals) {
            var generator = SeededGenerator(seed: seed)
            var seen: (queued: [String], totals: Totals) = ([], Totals())
            try await OpenStore.with(.sqlite) { store in
                let shadow = try await store.roles.startShadow(Self.start, now: .t(0))?.number ?? 0
                for step in 0..<60 {
                    let key = "k\(Int.random(in: 0..<8, using: &generator))"
                    let status: FindingStatus = Int.random(in: 0..<4, using: &generator) == 0 ? .resolved : .active
                    let decision: Decision = [
                        .routed(to: ["chat"]), .routed(to: ["chat", "mail"]), .unrouted, .suppressed(),
                    ][Int.random(in: 0..<4, using: &generator)]
                    let outcome: ShadowVerdict.Outcome = [Self.differing(shadow).outcome, .same, .missed][step % 3]
                    try await take(
                        .example(key: key, status: status),
                        decision,
                        isShadowed ? ShadowVerdict(shadow: shadow, outcome: outcome) : nil,
                        at: .t(Double(step)),
                        in: store
                    )
                }
                let queued = try await store.roles.notifications(NotificationFilter(), page: Page(limit: 500)).items
                seen.queued = queued.map { message in
                    "\(message.destination) \(message.content.transition) \(message.content.finding.key.rawValue)"
                }
                seen.totals = try await store.roles.totals()
            }
            return seen
        }
        let (with, without) = (try await live(true), try await live(false))
        #expect(with.queued == without.queued)
        #expect(with.totals == without.totals)
    }
}
