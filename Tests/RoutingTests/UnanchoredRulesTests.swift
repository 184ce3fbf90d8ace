import Findings
import NoroshiTestSupport
import Routing
import Testing

/// Rules that nothing exact leads to: suffixes, exclusions, absence, presence, ranges.
@Suite("Rules without an exact condition")
struct UnanchoredRulesTests {
    private func alternatives(_ place: Int) -> String {
        switch place % 8 {
        case 0: #"{"wildcard": "*x\#(place)*"}"#
        case 1: #"{"anything-but": ["v\#(place)", "v1"]}"#
        case 2: #"{"exists": false}"#
        case 3: #"{"suffix": "\#(place % 10)"}"#
        case 4: #"{"numeric": [">", \#(place)]}"#
        case 5: #"{"anything-but": {"prefix": "v\#(place % 7)"}}"#
        case 6: #"{"exists": true}"#
        default: #"{"prefix": {"equals-ignore-case": "V\#(place)"}}"#
        }
    }

    @Test("three thousand patterns in one table have the verdicts that each has alone")
    func patterns() throws {
        let patterns = try (0..<3_000).map { place in
            let text = #"{"f\#(place % 3)": [\#(alternatives(place))], "g": [\#(alternatives(place * 7 + 1))]}"#
            return try EventPattern(JSONDocument.parse(text))
        }
        let table = PatternTable(patterns)
        let values = [#""v1""#, #""V2999""#, #""ax8x""#, "1500", "null", #"["v3", 7]"#, "{}"]
        for value in values {
            for other in [#""v5""#, "0.5", "[]"] {
                let event = try JSONDocument.parse(#"{"f0": \#(value), "f1": \#(other), "g": \#(value)}"#)
                #expect(table.matches(event) == patterns.indices.filter { patterns[$0].matches(event) })
            }
        }
    }

    @Test("two thousand rules decide as each does alone")
    func rules() throws {
        let rules = (0..<2_000).map { place in
            let when =
                switch place % 5 {
                case 0: #"{"title": "*x\#(place)*"}"#
                case 1: #"{"not": {"severity": "low", "title": "*\#(place % 9)*"}}"#
                case 2: #"{"region": ["!us-east-1", "!eu-*"]}"#
                case 3: #"{"any": [{"account": "*\#(place % 10)"}, {"tag": "!env"}]}"#
                default: #"{"pattern": {"detail": {"n": [\#(alternatives(place))]}}}"#
                }
            return #"{"name": "r\#(place)", "when": \#(when), "send": ["soc"]}"#
        }
        let text = document(rules: "[\(rules.joined(separator: ",\n"))]")
        let table = RoutingTable(try parse(text), version: 1)
        let naive = NaiveRules(try JSONDocument.parse(text))
        for (title, value) in [("x5", "5"), ("a x1000 b", #""v1""#), ("12", "[]"), ("", #"{"m": 1}"#)] {
            let finding = try observation { $0.title = title }.finding
            let event = try JSONDocument.parse(#"{"detail": {"n": \#(value)}}"#)
            let observation = Observation(finding: finding, event: event)
            #expect(table.decide(observation).matched == naive.verdict(naive.holds(observation)).matched)
        }
    }
}
