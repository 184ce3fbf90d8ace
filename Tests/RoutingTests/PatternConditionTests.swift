import Findings
import Routing
import Testing

@Suite("Conditions with an event pattern")
struct PatternConditionTests {
    private let event = """
        {"source": "aws.securityhub", "detail": {"findings": [
          {"Severity": {"Label": "HIGH"}, "Resources": [{"Type": "AwsS3Bucket"}]},
          {"Severity": {"Label": "LOW"}, "Resources": [{"Type": "AwsIamUser"}]}]}}
        """

    private func table(_ pattern: String) throws -> RoutingTable {
        let rules = #"[{"name": "r", "when": {"severity": "high", "pattern": \#(pattern)}, "send": ["soc"]}]"#
        return RoutingTable(try parse(document(rules: rules)), version: 1)
    }

    private func observation(index: Int?) throws -> Observation {
        let finding = try RoutingTests.observation().finding
        return Observation(finding: finding, event: try JSONDocument.parse(event), findingIndex: index)
    }

    @Test(
        "the pattern sees the one finding of a batch and nothing of the others",
        arguments: [
            (0, #"{"detail": {"findings": {"Resources": {"Type": ["AwsS3Bucket"]}}}}"#, true),
            (1, #"{"detail": {"findings": {"Resources": {"Type": ["AwsS3Bucket"]}}}}"#, false),
            (0, #"{"detail": {"findings": {"Severity": {"Label": ["LOW"]}}}}"#, false),
            (nil, #"{"detail": {"findings": {"Severity": {"Label": ["LOW"]}}}}"#, true),
            (7, #"{"detail": {"findings": {"Severity": {"Label": ["LOW"]}}}}"#, true),
            (
                1,
                #"{"source": [{"prefix": "aws."}], "detail": {"findings": {"Severity": {"Label": [{"anything-but": "HIGH"}]}}}}"#,
                true
            ),
            (0, #"{"source": ["aws.guardduty"]}"#, false),
        ] as [(Int?, String, Bool)]
    )
    func narrowing(index: Int?, pattern: String, matches: Bool) throws {
        let observation = try observation(index: index)
        #expect(try table(pattern).decide(observation).matched == (matches ? ["r"] : []))
        #expect(try table(pattern).explain(observation).decision == table(pattern).decide(observation))
    }

    @Test("the explanation shows every field of the pattern beside what the event has")
    func explanation() throws {
        let pattern =
            #"{"source": ["aws.securityhub"], "detail": {"findings": {"Severity": {"Label": ["LOW"]}, "Note": [{"exists": true}]}}}"#
        let reading = try #require(table(pattern).explain(observation(index: 0)).rules.first)
        #expect(reading.firstFailure?.name == "pattern")
        #expect(
            reading.firstFailure?.parts == [
                .init(name: "source", expected: #"["aws.securityhub"]"#, actual: #""aws.securityhub""#, holds: true),
                .init(
                    name: "detail.findings[0].Severity.Label",
                    expected: #"["LOW"]"#,
                    actual: #""HIGH""#,
                    holds: false
                ),
                .init(
                    name: "detail.findings[0].Note",
                    expected: #"[{"exists": true}]"#,
                    actual: "missing",
                    holds: false
                ),
            ]
        )
        #expect(reading.reason == #"detail.findings[0].Severity.Label is "HIGH", the pattern wants ["LOW"]"#)
    }

    @Test(
        "missing, empty and wrong-type values are told apart",
        arguments: [
            (#"{}"#, #"["x"]"#, "missing"), (#"{"a": []}"#, #"["x"]"#, "an empty list"),
            (#"{"a": {}}"#, #"["x"]"#, "an empty object"), (#"{"a": {"b": 1}}"#, #"["x"]"#, "an object, not a value"),
            (#"{"a": ""}"#, #"["x"]"#, "the empty string"), (#"{"a": "y"}"#, #"["x"]"#, #""y""#),
            (#"{"a": 5}"#, #"["x", {"prefix": "y"}]"#, "5, a number where a string is wanted"),
            (#"{"a": "5"}"#, #"[{"numeric": [">", 1]}]"#, #""5", a string where a number is wanted"#),
            (#"{"a": null}"#, #"["x", 1]"#, "null where a string or a number is wanted"),
            (#"{"a": [1, "y"]}"#, #"["x"]"#, #"1, "y""#), (#"{"a": "x"}"#, #"[{"anything-but": "x"}]"#, #""x""#),
            (#"{"a": "x", "a": 5}"#, #"["x"]"#, "5, a number where a string is wanted"),
            (#"{"a": [{"b": 1}]}"#, #"["x"]"#, "an object, not a value"),
        ]
    )
    func absence(event: String, alternatives: String, actual: String) throws {
        let finding = try RoutingTests.observation().finding
        let observation = Observation(finding: finding, event: try JSONDocument.parse(event))
        let failure = try #require(
            table(#"{"a": \#(alternatives)}"#).explain(observation).rules.first?.firstFailure?.parts.first
        )
        #expect(failure.holds == false)
        #expect(failure.actual == actual)
    }

    @Test("fields that hold in different elements of a list are told apart from a match")
    func arrayConsistency() throws {
        let pattern =
            #"{"detail": {"findings": {"Severity": {"Label": ["LOW"]}, "Resources": {"Type": ["AwsS3Bucket"]}}}}"#
        let failure = try #require(table(pattern).explain(observation(index: nil)).rules.first?.firstFailure)
        #expect(failure.parts.map(\.holds) == [true, true, false])
        #expect(failure.parts.last?.name == "one element")
    }

    @Test("alternatives of $or are explained one by one")
    func alternatives() throws {
        let pattern = #"{"$or": [{"source": ["aws.macie"]}, {"source": ["aws.securityhub"]}]}"#
        let reading = try #require(table(pattern).explain(observation(index: 0)).rules.first)
        #expect(reading.conditions.last?.parts.map(\.holds) == [false, true])
    }

    @Test("what is wrong in a pattern is named with its place in the file")
    func faults() {
        let rules = """
            [{"name": "r", "send": ["soc"], "when": {"pattern": {"detail": {
            "state": [{"prefx": "a"}]}}}}]
            """
        let found = diagnostics(document(rules: rules))
        #expect(found.map(\.pointer) == ["/rules/0/when/pattern/detail/state/0"])
        #expect(found.first?.position.line == 8)
        #expect(found.first?.suggestion == "prefix")
        #expect(found.first?.message.contains("detail.state") == true)
    }
}
