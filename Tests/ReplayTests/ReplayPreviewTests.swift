import Findings
import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Testing

@Suite("What a candidate would change, while it is typed")
struct ReplayPreviewTests {
    @Test("the preview counts what a replay counts", arguments: 0..<6)
    func same(seed: Int) async throws {
        var random = RandomRules(generator: SeededGenerator(seed: UInt64(seed)))
        let past = FakePast((0..<3_000).map { _ in random.finding() })
        let (before, after) = (try RoutingTable(text: random.text()), try RoutingTable(text: random.text()))
        let recent = try await RecentObservations(past, since: FakePast.begin, until: FakePast.end)
        #expect(recent.count == 3_000 && recent.shapeCount < 1_000)
        let preview = try recent.preview(
            from: try PreviewedRules(before, on: recent),
            to: try PreviewedRules(after, on: recent),
            rule: nil
        )
        let result = try await ReplayRun(before, after, past).result()
        #expect(preview.findings == result.findings)
        #expect(preview.rule == nil && preview.leavesOutPatterns == false)
        for (kind, samples) in preview.samples {
            let severities = samples.map(\.finding.severity)
            #expect(severities == Array(result.samples.samples(of: kind).map(\.finding.severity).prefix(10)))
        }
    }

    @Test("for one rule it says how many pass each condition, what it gains and loses, and where that is told")
    func rule() async throws {
        let rules = """
            {"version":1,"destinations":{"alpha":{"type":"webhook","url":{"env":"HOOK"}},
            "beta":{"type":"webhook","url":{"env":"HOOK"}}},"rules":[
            {"name":"first","when":{"region":"eu-west-1"},"send":["beta"],"stop":true},
            {"name":"high","when":{"severity":">=high"},"send":["alpha"]},
            {"name":"rest","when":{"account":"222233334444"},"send":["beta"]}]}
            """
        let candidate = rules.replacing(
            #""when":{"severity":">=high"}"#,
            with: #""when":{"severity":">=medium","account":["111122223333"]}"#
        )
        let findings =
            (0..<10).map { Finding.example(key: "a\($0)", severity: .high, account: "111122223333") }
            + (0..<5).map { Finding.example(key: "b\($0)", severity: .medium, account: "111122223333") }
            + (0..<4).map { Finding.example(key: "c\($0)", severity: .critical, account: "222233334444") }
            + (0..<3).map { Finding.example(key: "d\($0)", severity: .high, account: "333344445555") }
            + (0..<2).map { Finding.example(key: "e\($0)", severity: .high, region: "eu-west-1") }
        let recent = try await RecentObservations(FakePast(findings), since: FakePast.begin, until: FakePast.end)
        let preview = try recent.preview(
            from: try PreviewedRules(RoutingTable(text: rules), on: recent),
            to: try PreviewedRules(RoutingTable(text: candidate), on: recent),
            rule: "high"
        )
        let rule = try #require(preview.rule)
        #expect(rule.tests.map(\.name) == ["severity", "account"])
        #expect(rule.tests.map(\.passed) == [24, 17])
        #expect(rule.endedEarlier == 2)
        #expect(rule.gained == 5 && rule.lost == 7)
        #expect(rule.stillTold.map(\.destination) == ["beta", nil])
        #expect(rule.stillTold.map(\.findings) == [4, 3])
        #expect(rule.lostSamples.first?.finding.severity == .critical)
        #expect(rule.lostSamples.first?.finding.accountName == "production")
        #expect(preview.findings[.nobody] == 3)
    }

    @Test("only the newest are held, and it is said since when")
    func newest() async throws {
        let past = FakePast((0..<5_000).map { Finding.example(key: "\($0)") })
        let recent = try await RecentObservations(past, since: FakePast.begin, until: FakePast.end, most: 3_000)
        #expect(recent.count == 3_000)
        #expect(abs(recent.since.timeIntervalSince(past.observed[2_000].receivedAt)) < 1)
    }
}
