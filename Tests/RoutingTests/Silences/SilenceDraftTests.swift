import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing

@Suite("Drafts of silences")
struct SilenceDraftTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000.5)
    private let now = SilenceDraftTests.now

    private func faults(_ draft: SilenceDraft) -> [String] {
        draft.faults(at: now, destinations: ["secops", "mail"]).map { "\($0.pointer) \($0.reason)" }
    }

    @Test("a draft with a condition, an owner, a reason and an end to come is good")
    func good() throws {
        #expect(faults(try .example(endsAt: now + 60)) == [])
        #expect(faults(try .example(destinations: ["mail", "secops"], startsAt: now - 60, endsAt: now + 60)) == [])
        #expect(faults(try .example(startsAt: now + 60, endsAt: now + 60 + 400 * 86_400)) == [])
    }

    @Test(
        "a condition that says nothing is refused",
        arguments: [
            "{}", #"{"title": "*"}"#, #"{"severity": ">=unknown"}"#, #"{"any": [{"region": "us-*"}, {}]}"#,
            #"{"not": {"severity": ">critical"}}"#, #"{"region": ["us-*", "*"], "account": "**"}"#,
            #"{"not": {"any": [{"not": {}}]}}"#,
        ]
    )
    func everything(json: String) throws {
        let found = faults(try .example(when: json, endsAt: now + 60))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("/when ") == true)
    }

    @Test(
        "a condition that leaves something out is taken",
        arguments: [
            #"{"title": ["*", "!Test*"]}"#, #"{"severity": ">unknown"}"#, #"{"any": [{"region": "us-*"}]}"#,
            #"{"not": {"region": "*"}}"#, #"{"pattern": {"source": ["aws.health"]}}"#,
        ]
    )
    func something(json: String) throws {
        #expect(faults(try .example(when: json, endsAt: now + 60)) == [])
    }

    @Test("everything that is wrong is told at once")
    func all() throws {
        let draft = try SilenceDraft.example(
            when: "{}",
            owner: " ",
            reason: "a\nb",
            destinations: ["sceops", "mail"],
            endsAt: now
        )
        let found = draft.faults(at: now, destinations: ["secops", "mail"])
        #expect(found.map(\.pointer) == ["/when", "/owner", "/reason", "/destinations", "/endsAt"])
        #expect(found.compactMap(\.suggestion) == ["secops"])
    }

    @Test(
        "times that cannot be are refused",
        arguments: [
            (nil, 0, "/endsAt expected a moment to come"), (nil, -60, "/endsAt expected a moment to come"),
            (120, 60, "/endsAt expected a moment after the start"),
            (60, 60, "/endsAt expected a moment after the start"),
            (nil, 400 * 86_400 + 60, "/endsAt a silence lasts at most 400 days"),
        ] as [(Double?, Double, String)]
    )
    func times(start: Double?, end: Double, fault: String) throws {
        #expect(faults(try .example(startsAt: start.map { now + $0 }, endsAt: now + end)) == [fault])
    }

    @Test("a start in the past is moved to now, in whole seconds")
    func start() throws {
        let silence = Silence(try .example(startsAt: now - 3_600, endsAt: now + 60), id: "s1", author: "api:a", at: now)
        #expect(silence.startsAt == Date(timeIntervalSince1970: 1_790_000_000))
        #expect(silence.endsAt == Date(timeIntervalSince1970: 1_790_000_060))
        #expect(silence.state(at: now) == .active)
    }
}
