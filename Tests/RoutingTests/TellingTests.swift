import Findings
import FoundationEssentials
import Routing
import Testing

/// When destinations would be told, by an injected clock that stands at 04:00 UTC on Saturday, 5 December 2026.
@Suite("When a destination would be told")
struct TellingTests {
    private static let now = Date(timeIntervalSince1970: 1_796_443_200)

    private func telling(
        _ terms: String,
        _ change: (inout Finding) -> Void = { _ in }
    ) throws -> Telling? {
        try explanation(terms, change).timing?.tellings.first
    }

    private func explanation(_ terms: String, _ change: (inout Finding) -> Void = { _ in }) throws -> Explanation {
        try table(terms).explain(observation(change), at: TellingTests.now, silences: nil)
    }

    private func table(_ terms: String) throws -> RoutingTable {
        let text = """
            {"version": 1,
             "windows": {"nights": {"timeZone": "Europe/Berlin", "times": ["20:00-07:00"]},
                         "weekends": {"weekdays": ["saturday", "sunday"]}},
             "destinations": {"soc": {"type": "slack", "url": {"env": "A"}}},
             "rules": [{"name": "r", "when": {}, "send": ["soc"]\(terms.isEmpty ? "" : ", \(terms)")}]}
            """
        return RoutingTable(try parse(text), version: 1)
    }

    @Test(
        "it says how and when",
        arguments: [
            ("", Telling.How.now, 0, "at once"),
            (#""group": {"by": "all", "wait": "0s"}"#, .now, 0, "at once"),
            (#""group": {"by": ["account"], "wait": "2m"}"#, .group, 120, "with its group after 2 min"),
            (#""group": {"by": ["account"], "wait": "90s"}"#, .group, 90, "with its group after 90 s"),
            (
                #""digest": {"at": ["08:30"], "weekdays": ["monday-friday"], "timeZone": "Europe/Berlin"}"#, .digest,
                185_400, "in the digest of Monday 08:30 (Europe/Berlin)"
            ),
            (#""digest": {"at": ["08:30"]}"#, .digest, 16_200, "in the digest of Saturday 08:30 (UTC)"),
            (
                #""mute": [{"during": ["nights"], "reason": "asleep"}]"#, .held, 7_200,
                "held until 07:00 (Europe/Berlin) (asleep)"
            ),
            (
                #""mute": [{"during": ["weekends"], "reason": "free"}]"#, .held, 158_400,
                "held until Monday 00:00 (UTC) (free)"
            ),
            (
                #""mute": [{"during": ["nights"], "severity": "<=low", "reason": "asleep"}]"#, .now, 0, "at once"
            ),
            (
                #""group": {"by": "all", "wait": "3h"}, "mute": [{"during": ["nights"], "reason": "asleep"}]"#, .group,
                10_800, "with its group after 3 h"
            ),
        ] as [(String, Telling.How, Double, String)]
    )
    func when(terms: String, how: Telling.How, after: Double, text: String) throws {
        let telling = try #require(try telling(terms))
        #expect(telling.how == how)
        #expect(telling.text == text)
        #expect(telling.at == TellingTests.now.addingTimeInterval(after))
    }

    @Test(
        "it says why nobody is told",
        arguments: [
            (
                #""mute": [{"during": ["nights"], "then": "drop", "reason": "noise"}]"#, FindingStatus.active,
                Telling.How.dropped
            ),
            (#""notify": ["resolved"]"#, .active, .unannounced), ("", .resolved, .unannounced),
            ("", .acknowledged, .unannounced),
        ]
    )
    func never(terms: String, status: FindingStatus, how: Telling.How) throws {
        let telling = try #require(try telling(terms) { $0.status = status })
        #expect(telling.how == how)
        #expect(telling.at == nil)
    }

    @Test("what is not known from the rules is said as a condition")
    func conditions() throws {
        let unless = #""unless": {"equal": ["account", "resource"]}"#
        #expect(
            try telling(unless)?.conditions == [
                "not while something more severe about the same account, resource is open"
            ]
        )
        let group = #""group": {"by": ["account"], "wait": "2m", "interval": "1h"}"#
        #expect(
            try telling(group)?.conditions == [
                "if its group was told of within the last 1 h, with that group's next message"
            ]
        )
    }

    @Test("a silence that hides it is named, and what the rule makes of it then is said")
    func silences() throws {
        let condition = try WrittenCondition.read(JSONDocument.parse(#"{"severity": ">=low"}"#), groups: []).condition
        let silence = Silence(
            id: "s1",
            when: condition,
            owner: "Ana",
            reason: "test",
            startsAt: TellingTests.now.addingTimeInterval(-60),
            endsAt: TellingTests.now.addingTimeInterval(3_600),
            createdAt: TellingTests.now,
            updatedAt: TellingTests.now,
            createdBy: "api:x"
        )
        let table = try table(#""digest": {"at": ["08:30"], "weekdays": ["monday-friday"]}"#)
        let timing = try table.explain(
            observation(),
            at: TellingTests.now,
            silences: SilenceTable([silence], for: table)
        ).timing
        let telling = try #require(timing?.tellings.first)
        #expect(timing?.knowsSilences == true)
        #expect(telling.how == .silenced)
        #expect(
            telling.text
                == "hidden by silence s1 until 05:00 (UTC); told then if it is still open, in the digest of Monday 08:30 (UTC)"
        )
    }

    @Test("text and JSON say it")
    func shown() throws {
        let explanation = try explanation(#""group": {"by": ["account"], "wait": "2m"}"#)
        #expect(explanation.text.contains("\n  with its group after 2 min\n"))
        #expect(explanation.text.contains("silences are a running server's and are not known here"))
        let json = try JSONDocument.parse(explanation.json.text)
        #expect(json["at"]?.string == "2026-12-05T04:00:00Z")
        #expect(json["silencesKnown"]?.bool == false)
        let told = json["destinations"]?.elements.first?["told"]
        #expect(told?["how"]?.string == "group")
        #expect(told?["at"]?.string == "2026-12-05T04:02:00Z")
        #expect(told?["text"]?.string == "with its group after 2 min")
    }
}
