import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing

@Suite("Silences asked about observations")
struct SilenceTableTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func silence(_ json: String, id: String = "s1") throws -> Silence {
        Silence(try .example(when: json, endsAt: now + 60), id: id, author: "api:a", at: now)
    }

    private func routes(accounts: String = "{}", version: Int = 1) throws -> RoutingTable {
        let rules = #"[{"name": "all", "when": {"severity": "high", "tag": "env"}, "send": ["soc"]}]"#
        return RoutingTable(try parse(document(rules: rules, accounts: accounts)), version: version)
    }

    private func matches(_ json: String, accounts: String = "{}") throws -> Bool {
        let table = SilenceTable([try silence(json)], for: try routes(accounts: accounts))
        return try table.matches(observation()).isEmpty == false
    }

    @Test(
        "a silence matches as a rule with its condition does",
        arguments: [
            (#"{"account": "111122223333"}"#, true), (#"{"account": "1111*", "severity": "<=medium"}"#, false),
            (#"{"control": "s3.8", "resource": "arn:aws:s3:::Logs"}"#, true), (#"{"region": "!us-*"}"#, false),
            (#"{"any": [{"region": "eu-*"}, {"tag": "team=Payments"}]}"#, true), (#"{"tag": "team=Other"}"#, false),
            (#"{"pattern": {"source": ["aws.health"]}}"#, false), (#"{"not": {"product": "Macie"}}"#, true),
        ]
    )
    func conditions(json: String, holds: Bool) throws {
        #expect(try matches(json) == holds)
        let rule = #"[{"name": "a", "when": \#(json), "send": ["soc"]}]"#
        let decision = RoutingTable(try parse(document(rules: rule)), version: 1).decide(try observation())
        #expect((decision.matched == ["a"]) == holds)
    }

    @Test("account groups are those of the rules; without its group a silence matches nothing")
    func groups() throws {
        #expect(try matches(#"{"account": "@prod"}"#, accounts: #"{"prod": ["1111*"]}"#))
        #expect(try matches(#"{"account": "@prod"}"#, accounts: #"{"prod": ["2222*"]}"#) == false)
        #expect(try matches(#"{"account": "!@prod"}"#, accounts: #"{"prod": ["2222*"]}"#))
        #expect(try matches(#"{"account": "!@prod"}"#) == false)
    }

    @Test("decisions are the same with and without silences")
    func decisions() throws {
        let routes = try routes()
        let table = SilenceTable(
            [try silence(#"{"title": "EC2*"}"#), try silence(#"{"region": "eu-*"}"#, id: "s2")],
            for: routes
        )
        let (decision, silences) = routes.decide(try observation(), silences: table)
        #expect(decision == routes.decide(try observation()))
        #expect(decision.matched == ["all"])
        #expect(silences.map(\.id) == ["s1"])
        let none = routes.decide(try observation(), silences: SilenceTable([], for: routes))
        #expect(none.decision == decision && none.silences.isEmpty)
    }

    @Test("a change of the silences or of the rules is seen at once")
    func active() throws {
        let active = ActiveSilences()
        let first = try routes(accounts: #"{"prod": ["2222*"]}"#)
        #expect(try active.table(for: first).matches(observation()).isEmpty)
        active.replace(with: [try silence(#"{"account": "@prod"}"#)], ticket: active.ticket())
        #expect(try active.table(for: first).matches(observation()).isEmpty)
        let second = try routes(accounts: #"{"prod": ["1111*"]}"#, version: 2)
        #expect(try active.table(for: second).matches(observation()).map(\.id) == ["s1"])
        active.replace(with: [], ticket: active.ticket())
        #expect(try active.table(for: second).matches(observation()).isEmpty)
    }

    @Test("of two readings at once the later one stands")
    func tickets() throws {
        let active = ActiveSilences()
        let routes = try routes()
        let (early, late) = (active.ticket(), active.ticket())
        active.replace(with: [try silence(#"{"account": "1111*"}"#)], ticket: late)
        active.replace(with: [], ticket: early)
        #expect(active.table(for: routes).isEmpty == false)
    }
}
