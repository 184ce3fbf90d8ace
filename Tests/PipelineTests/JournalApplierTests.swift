import Findings
import FoundationEssentials
import Logging
import NoroshiTestSupport
import Routing
import ServiceLifecycleTestKit
import Store
import Testing
import Triage

@testable import Pipeline

@Suite("JournalApplier")
struct JournalApplierTests {
    private struct Trouble: Error {}

    private let intake = RecordingIntake()
    private let handOver = HandOver()
    private let clock = RecordedClock()
    /// Its clock stands still, so that a report never grows old while a test waits for a core.
    private let reports = WorkReports(now: { [instant = ContinuousClock.now] in instant })
    private let routes = ActiveRoutes(
        RoutingTable(RouteDocument(fallback: RouteDocument.Fallback(send: ["secops"])), version: 7)
    )

    private var applier: JournalApplier {
        JournalApplier(
            intake: intake,
            setAside: intake,
            reports: reports,
            routes: routes,
            handOver: handOver,
            metrics: ApplyMetrics(),
            logger: Logger(label: "test"),
            clock: clock,
            now: { Date.sample }
        )
    }

    private func accept(_ body: String, observations: Int = 1, requestID: String? = nil) async throws -> Int64 {
        try await intake.accept(
            IntakeRequest(
                receivedAt: Date.sample,
                source: "token",
                requestID: requestID,
                body: Array(body.utf8),
                observations: observations
            )
        )
    }

    /// Applies what is there and returns when the journal has no more to say.
    private func run() async throws {
        intake.endWakes()
        try await applier.run()
    }

    @Test("what was accepted before the start is decided by the rules in force, in order")
    func decides() async throws {
        let count = JournalApplier.batchEntries + 100
        for index in 0..<count { _ = try await accept(event(id: "e\(index)")) }
        try await run()
        let applied = intake.now.applied
        #expect(applied.map(\.position) == (1...count).map(Int64.init))
        #expect(applied.map { $0.events.first?.redeliveryKey } == (0..<count).map { "eventbridge:e\($0)" })
        #expect(intake.now.batches.max() == JournalApplier.batchEntries)
        let decision = applied.first?.events.first?.observations.first?.decision
        #expect(decision?.version == 7)
        guard case .routed(let routed) = decision?.verdict else {
            Issue.record("not routed")
            return
        }
        #expect(routed.map(\.destination) == ["secops"])
    }

    @Test("an observation comes with the silences that match it")
    func silences() async throws {
        let draft = try SilenceDraft.example(
            when: #"{"account": "*"}"#,
            destinations: ["secops"],
            endsAt: Date.sample + 60
        )
        let silence = Silence(draft, id: "s1", author: "api:a", at: Date.sample)
        let other = Silence(
            try .example(when: #"{"account": "000000000000"}"#, endsAt: Date.sample + 60),
            id: "s2",
            author: "api:a",
            at: Date.sample
        )
        _ = try await accept(eventText)
        intake.endWakes()
        try await JournalApplier(
            intake: intake,
            setAside: intake,
            reports: reports,
            routes: routes,
            silences: ActiveSilences([silence, other]),
            handOver: handOver,
            metrics: ApplyMetrics(),
            logger: Logger(label: "test"),
            clock: clock,
            now: { Date.sample }
        ).run()
        let found = intake.now.applied.first?.events.first?.observations.first?.silences
        #expect(
            found == [
                SilenceMatch(
                    silence: "s1",
                    startsAt: silence.startsAt,
                    endsAt: silence.endsAt,
                    destinations: ["secops"]
                )
            ]
        )
    }

    @Test(
        "rules beside those in force are asked of the same observation, unless applying has fallen behind",
        arguments: [(0.0, 1, false), (5.0, 1, false), (6.0, 1, true), (0.0, 7, nil)]
    )
    func shadow(lag: Double, base: Int, isMissed: Bool?) async throws {
        let shadow = ActiveShadow()
        shadow.replace(
            with: .init(
                number: 3,
                table: RoutingTable(RouteDocument(), version: 0),
                base: base + routes.table.version - 1,
                endsAt: Date.sample + 1
            )
        )
        _ = try await accept(eventText)
        intake.endWakes()
        try await JournalApplier(
            intake: intake,
            setAside: intake,
            reports: reports,
            routes: routes,
            shadow: shadow,
            handOver: handOver,
            metrics: ApplyMetrics(),
            logger: Logger(label: "test"),
            clock: clock,
            now: { Date.sample + lag }
        ).run()
        let verdict = intake.now.applied.first?.events.first?.observations.first?.shadow
        switch (isMissed, verdict?.outcome) {
        case (nil, nil), (true, .missed): break
        case (false, .differs(let change, let matched)):
            #expect(verdict?.shadow == 3 && change.kind == .nobody && change.lost == ["secops"] && matched.isEmpty)
        default: Issue.record("\(String(describing: verdict))")
        }
    }

    @Test("what comes in later is applied when the journal wakes it")
    func wakes() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await applier.run() }
            _ = try await accept(eventText)
            intake.endWakes()
            try await group.waitForAll()
        }
        #expect(intake.now.applied.count == 1)
    }

    @Test(
        "while the store is at fault nothing is set aside: one entry at a time is tried, with growing pauses",
        arguments: StoreTrouble.Kind.allCases
    )
    func retries(kind: StoreTrouble.Kind) async throws {
        for index in 0..<3 { _ = try await accept(event(id: "e\(index)")) }
        intake.change { $0.applyErrors = Array(repeating: StoreTrouble(kind), count: 12) }
        try await run()
        // Those that failed together are tried one by one.
        #expect(intake.now.batches == [1, 1, 1])
        #expect(intake.now.applied.map(\.position) == [1, 2, 3])
        #expect(intake.now.aside.isEmpty)
        let expected = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30]
        #expect(clock.slept == expected.map { Duration.milliseconds(Int($0 * 1_000)) })
        #expect(reports.problem(of: .applier) == nil)
    }

    @Test(
        "an entry that goes on failing by itself is set aside and holds up no other",
        arguments: [1, 2, 5, 8] as [Int64]
    )
    func aside(bad: Int64) async throws {
        for index in 0..<8 { _ = try await accept(event(id: "e\(index)")) }
        intake.change { $0.bad = [bad] }
        try await run()
        #expect(intake.now.aside.map(\.position) == [bad])
        #expect(intake.now.applied.map(\.position) == (1...8).filter { $0 != bad })
        #expect(reports.problem(of: .applier) == nil)
    }

    @Test(
        "what stands aside is tried again when somebody wants it, and stays when it fails again",
        arguments: [true, false]
    )
    func again(isMended: Bool) async throws {
        for index in 0..<2 { _ = try await accept(event(id: "e\(index)")) }
        intake.change { $0.bad = [1] }
        try await run()
        intake.change { state in
            if isMended { state.bad = [] }
            state.aside[0].isWanted = true
        }
        // Each start looks.
        try await applier.run()
        #expect(intake.now.aside.map(\.retries) == (isMended ? [] : [1]))
        #expect(intake.now.applied.map(\.position) == (isMended ? [2, 1] : [2]))
    }

    @Test(
        "when nothing at all can be applied, or set aside, entries wait and the reason is reported",
        arguments: [true, false]
    )
    func nothingWorks(canSetAside: Bool) async throws {
        let count: Int64 = 40
        for index in 0..<count { _ = try await accept(event(id: "e\(index)")) }
        intake.change { state in
            state.bad = Set(1...count)
            if canSetAside == false { state.asideError = StoreTrouble(.ioError) }
        }
        clock.onSleep = { [intake] in
            // After so many pauses somebody mends it.
            if $0 == 100 { intake.change { $0.bad = [] } }
        }
        try await run()
        #expect(intake.now.aside.count == (canSetAside ? JournalApplier.mostAside : 0))
        #expect(intake.now.applied.count == Int(count) - intake.now.aside.count)
        #expect(clock.slept.count == 100)
    }

    @Test("a redelivery key that the body lacks comes from the request's id")
    func requestID() async throws {
        let nameless = eventText.replacing("\"id\":\"0b1c\",", with: "")
        _ = try await accept(nameless, requestID: "sns:m-1")
        try await run()
        #expect(intake.now.applied.first?.events.first?.redeliveryKey == "sns:m-1")
    }

    @Test(
        "an entry that can no longer be read does not block: stand-ins keep the count and are routed",
        arguments: [("no longer json {", 2, 2), (eventText, 3, 3), (eventText, 1, 1)]
    )
    func unreadable(body: String, accepted: Int, found: Int) async throws {
        _ = try await accept(body, observations: accepted)
        _ = try await accept(event(id: "next"))
        try await run()
        let applied = intake.now.applied
        #expect(applied.map(\.position) == [1, 2])
        #expect(applied.first?.observations == accepted)
        let observations = applied.first?.events.flatMap(\.observations) ?? []
        #expect(observations.count == found)
        for observation in observations {
            guard case .routed = observation.decision.verdict else {
                Issue.record("not routed")
                return
            }
        }
        if body.hasPrefix("no longer") {
            #expect(observations.first?.finding.title == "An accepted event can no longer be read")
            #expect(observations.first?.finding.key == FindingKey("noroshi:journal/1"))
        }
    }

    @Test("an entry of a version that took the beginning of a body, or more than is taken now, is applied as accepted")
    func acceptedOtherwise() async throws {
        let body = "[" + Array(repeating: eventText, count: 10_500).joined(separator: ",") + "]"
        _ = try await accept(body, observations: 10_000)
        _ = try await accept(body, observations: 10_400)
        try await run()
        let applied = intake.now.applied
        #expect(applied.map { $0.events.flatMap(\.observations).count } == [10_000, 10_400])
        #expect(applied.allSatisfy { $0.events.allSatisfy { $0.redeliveryKey == "eventbridge:0b1c" } })
    }

    @Test("what was handed over is used as it is, unless the severities have changed since")
    func handedOver() async throws {
        let position = try await accept("was decoded when it was accepted")
        let decoded = try FindingDecoder().decode(Array(eventText.utf8))
        handOver.put(HandOver.Decoded(body: decoded, defaults: .documented, bytes: 10), at: position)
        let other = try await accept(event(id: "other"))
        let outdated = SeverityDefaults(values: [.alarm: .critical])
        let wrong = try FindingDecoder().decode(Array(event(id: "outdated").utf8))
        handOver.put(HandOver.Decoded(body: wrong, defaults: outdated, bytes: 10), at: other)
        try await run()
        let keys = intake.now.applied.map { $0.events.first?.redeliveryKey }
        #expect(keys == ["eventbridge:0b1c", "eventbridge:other"])
    }

    @Test("at shutdown the service ends, even out of a pause after a failure")
    func shutdown() async throws {
        _ = try await accept(eventText)
        intake.change { $0.applyErrors = [Trouble()] }
        let still = ManualClock()
        let applier = JournalApplier(
            intake: intake,
            setAside: intake,
            reports: reports,
            routes: routes,
            handOver: handOver,
            metrics: ApplyMetrics(),
            logger: Logger(label: "test"),
            clock: still
        )
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await applier.run() }
                await still.sleepers()
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(intake.now.applied.isEmpty)
    }

    @Test("at shutdown the service ends while it waits for work")
    func idleShutdown() async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await applier.run() }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(intake.now.applied.isEmpty)
    }
}
