import Findings
import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Testing
import Triage

@Suite("Why a destination was not told")
struct WhyNotTests {
    private static let rules = """
        {"version": 1, "destinations": {
          "secops": {"type": "slack", "url": {"env": "SECOPS_URL"}}, "guild": {"type": "slack", "url": {"env": "G"}},
          "late": {"type": "slack", "url": {"env": "L"}}, "idle": {"type": "slack", "url": {"env": "I"}},
          "off": {"type": "slack", "url": {"env": "O"}}},
        "rules": [
          {"name": "far", "when": {"severity": "low", "region": "eu-*", "product": "Nothing"}, "send": ["guild"]},
          {"name": "near", "when": {"severity": ">=high", "region": "xx-*"}, "send": ["guild"]},
          {"name": "resting", "when": {"severity": ">=high"}, "send": ["off"], "enabled": false},
          {"name": "severe", "when": {"severity": ">=high"}, "send": ["secops"], "stop": true},
          {"name": "all", "when": {}, "send": ["late"]}]}
        """

    private func operations(_ change: (inout FakeRoles.State) -> Void = { _ in }) throws -> FindingOperations {
        var state = Example.state
        change(&state)
        return try Example.operations(FakeRoles(state), rules: Self.rules).findings
    }

    @Test(
        "the nearest rule says what it wants, and what ended or hid it",
        arguments: [
            ("guild", WhyNot.Cause.condition, "near", 1), ("late", .ended, "all", 0), ("off", .off, "resting", 0),
            ("idle", .noRule, nil, 0),
        ] as [(String, WhyNot.Cause, String?, Int)]
    )
    func nearest(destination: String, cause: WhyNot.Cause, rule: String?, failures: Int) async throws {
        let answer = try await operations().whyNot("f1", told: destination)
        #expect(answer.cause == cause && answer.rule == rule && answer.failures == failures)
        #expect(answer.finding == "f1" && answer.destination == destination)
        #expect(answer.sentence.isEmpty == false)
        #expect((answer.condition?.name == "region") == (destination == "guild"))
    }

    @Test("what was told is told, with the moment")
    func told() async throws {
        let answer = try await operations().whyNot("f1", told: "secops")
        #expect(answer.cause == .told && answer.rule == "severe" && answer.at != nil)
        #expect(answer.sentence.hasPrefix("Told. "))
    }

    @Test(
        "what held a message is named, whatever it was",
        arguments: [HeldReason.silenced, .muted, .inhibited, .notInNotify, .superseded]
    )
    func held(reason: HeldReason) async throws {
        let findings = try operations { state in
            state.findings[0].notifications = []
            state.findings[0].observations[0].outcomes[0].held = reason.rawValue
            state.findings[0].observations[0].outcomes[0].heldBy = "s7"
        }
        let answer = try await findings.whyNot("f1", told: "secops")
        #expect(answer.cause == .held && answer.rule == "severe")
        #expect(answer.sentence.contains("s7"))
    }

    @Test("what waits, is paused, is tried again or was given up says so")
    func waiting() async throws {
        func cause(_ state: Notification.State, attempts: Int, lane: LaneStatus.State = .open) async throws
            -> WhyNot.Cause
        {
            try await operations { roles in
                roles.findings[0].notifications[0].state = state
                roles.findings[0].notifications[0].attempts = attempts
                roles.lanes[0].state = lane
                roles.lanes[0].reason = "maintenance"
            }.whyNot("f1", told: "secops").cause
        }
        #expect(try await cause(.pending, attempts: 0) == .queued)
        #expect(try await cause(.pending, attempts: 2) == .retrying)
        #expect(try await cause(.pending, attempts: 0, lane: .paused) == .paused)
        #expect(try await cause(.dead, attempts: 9) == .gaveUp)
        #expect(try await cause(.diverted, attempts: 9) == .diverted)
        #expect(try await cause(.folded, attempts: 0) == .told)
        let grouped = try operations { state in
            state.findings[0].notifications = []
            state.findings[0].observations[0].outcomes[0].itemState = ObservationRecord.ItemState(
                state: .waiting,
                kind: "digest",
                until: Example.now + 60,
                notification: nil
            )
        }
        let answer = try await grouped.whyNot("f1", told: "secops")
        #expect(answer.cause == .together && answer.at == Example.now + 60)
    }

    @Test("a message that was handed on says to whom, and its fallback in whose place")
    func handedOn() async throws {
        var state = Example.state
        state.findings[0].notifications[0].state = .diverted
        var second = state.findings[0].notifications[0]
        second.id = "in-its-place"
        second.destination = "late"
        second.state = .delivered
        second.fallbackFor = state.findings[0].notifications[0].id
        state.findings[0].notifications.append(second)
        let findings = try Example.operations(FakeRoles(state), rules: Self.rules).findings
        let first = try await findings.whyNot("f1", told: "secops")
        #expect(first.cause == .diverted && first.sentence.contains("handed to late"))
        let fallback = try await findings.whyNot("f1", told: "late")
        #expect(fallback.cause == .told && fallback.sentence.contains("in place of secops"))
    }

    @Test("no moment that has passed is the next try, and a destination's rest is")
    func turns() async throws {
        func answer(due: TimeInterval, lane: LaneStatus.State, until: TimeInterval? = nil) async throws -> WhyNot {
            try await operations { roles in
                roles.findings[0].notifications[0].state = .pending
                roles.findings[0].notifications[0].dueAt = Example.now + due
                roles.lanes[0].state = lane
                roles.lanes[0].reason = "429"
                roles.lanes[0].notBefore = until.map { Example.now + $0 }
            }.whyNot("f1", told: "secops")
        }
        #expect(try await answer(due: -60, lane: .open).at == nil)
        #expect(try await answer(due: 60, lane: .open).at == Example.now + 60)
        let rests = try await answer(due: -60, lane: .waiting, until: 300)
        #expect(rests.at == Example.now + 300 && rests.sentence.contains("rest"))
        let paused = try await answer(due: -60, lane: .paused)
        #expect(paused.at == nil && paused.sentence.contains("The destination is paused: 429."))
        let broken = try await answer(due: -60, lane: .broken, until: 20)
        #expect(broken.at == Example.now + 20 && broken.sentence.contains("takes no messages now: 429"))
    }

    @Test("what could be tried sooner is offered to be, and not while its destination rests")
    func tryNow() throws {
        func delivery(
            _ state: Notification.State,
            due: TimeInterval = 60,
            lane: LaneStatus.State = .open
        ) throws -> String? {
            var story = try #require(Example.state.findings.first)
            story.notifications[0].state = state
            story.notifications[0].dueAt = Example.now + due
            var status = LaneStatus(destination: "secops", type: "slack", lane: "1", state: lane)
            status.notBefore = lane == .open ? nil : Example.now + 300
            let summary = ToldSummary(
                story: story,
                ToldSummary.Surroundings(lanes: [status], deliveries: [], now: Example.now),
                explanation: nil,
                destinations: []
            )
            return summary.lines.first { $0.destination == "secops" }?.delivery
        }
        let id = Example.state.findings.first?.notifications.first?.id
        #expect(try delivery(.pending) == id && id != nil)
        #expect(try delivery(.dead) == id)
        for state in [Notification.State.delivered, .sending, .folded, .diverted] {
            #expect(try delivery(state) == nil)
        }
        #expect(try delivery(.pending, due: -1) == nil)
        for lane in [LaneStatus.State.waiting, .broken, .paused] { #expect(try delivery(.pending, lane: lane) == nil) }
    }

    @Test("news that a later observation made needless does not wait")
    func withdrawn() async throws {
        let findings = try operations { state in
            state.findings[0].notifications = []
            state.findings[0].observations[0].outcomes[0].itemState = ObservationRecord.ItemState(
                state: .withdrawn,
                kind: "group",
                until: nil,
                notification: nil
            )
        }
        #expect(try await findings.whyNot("f1", told: "secops").cause == .held)
    }

    /// Findings and rules over so few values that conditions often hold.
    private struct Chances {
        var generator: SeededGenerator

        static let values = [
            ("severity", ["low", "medium", "high", "critical"]),
            ("account", ["111122223333", "222233334444", "333344445555"]),
            ("region", ["us-east-1", "us-west-2", "eu-west-1"]),
            ("title", ["Public bucket", "Open port", "Root login"]),
        ]

        private mutating func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: 0..<values.count, using: &generator)]
        }

        mutating func conditions() -> [(field: String, value: String)] {
            let fields = Chances.values.shuffled(using: &generator).prefix(pick([1, 2, 3, 4]))
            return fields.map { ($0.0, pick($0.1)) }
        }

        mutating func finding() -> [String: String] {
            Dictionary(uniqueKeysWithValues: Chances.values.map { ($0.0, pick($0.1)) })
        }
    }

    private typealias Conditions = [(field: String, value: String)]

    private static let places = ["a", "b", "c"]

    private func answer(_ rules: [Conditions], _ finding: [String: String], told place: String) async throws -> WhyNot {
        let written = rules.enumerated().map { index, conditions in
            let when = conditions.map { #""\#($0.field)": "\#($0.value)""# }.joined(separator: ", ")
            return #"{"name": "\#(index)", "when": {\#(when)}, "send": ["\#(Self.places[index % 3])"]}"#
        }
        let destinations = Self.places.map { #""\#($0)": {"type": "webhook", "url": {"env": "HOOK"}}"# }
        let text = """
            {"version": 1, "destinations": {\(destinations.joined(separator: ", "))},
            "rules": [\(written.joined(separator: ", "))]}
            """
        var state = Example.state
        state.revisions[0].text = Array(text.utf8)
        state.journal = []
        state.findings[0].notifications = []
        state.findings[0].observations[0].outcomes = []
        state.findings[0].record.finding = .example(
            title: finding["title"] ?? "",
            severity: try #require(Severity(label: finding["severity"] ?? "")),
            account: finding["account"],
            region: finding["region"]
        )
        return try await Example.operations(FakeRoles(state), rules: text).findings.whyNot("f1", told: place)
    }

    @Test(
        "a rule that wants what the finding has, in place of what was named, comes one condition nearer",
        arguments: 1...5
    )
    func oneFewer(seed: UInt64) async throws {
        var chances = Chances(generator: SeededGenerator(seed: seed))
        var pairs = 0
        for _ in 0..<20 {
            let rules = (0..<6).map { _ in chances.conditions() }
            for _ in 0..<4 {
                let finding = chances.finding()
                for place in Self.places {
                    let first = try await answer(rules, finding, told: place)
                    guard first.cause == .condition else { continue }
                    pairs += 1
                    let index = try #require(first.rule.flatMap(Int.init))
                    let named = try #require(first.condition?.name)
                    let failing = rules.enumerated().filter { $0.offset % 3 == Self.places.firstIndex(of: place) }
                        .map { $0.element.count { finding[$0.field] != $0.value } }
                    #expect(first.failures == failing.min() && first.failures > 0)
                    var eased = rules
                    let at = try #require(eased[index].firstIndex { $0.field == named })
                    #expect(eased[index][at].value != finding[named], "\(named) is not in the way")
                    eased[index][at].value = finding[named] ?? ""
                    #expect(try await answer(eased, finding, told: place).failures == first.failures - 1)
                }
            }
        }
        // Over all seeds 500 at the least.
        #expect(pairs >= 100)
    }

    @Test("an unknown destination is answered with the nearest name, an unknown finding with that")
    func unknown() async throws {
        let findings = try operations()
        let error = await #expect(throws: UnknownName.self) { try await findings.whyNot("f1", told: "gild") }
        #expect(error?.nearest == "guild")
        await #expect(throws: FindingRefusal.self) { try await findings.whyNot("nothing", told: "guild") }
    }

    @Test("a destination that is gone from the rules is still answered for as long as the finding's story names it")
    func gone() async throws {
        let findings = try operations { state in
            state.findings[0].observations[0].outcomes[0].destination = "old"
        }
        #expect(try await findings.whyNot("f1", told: "old").destination == "old")
    }
}
