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
