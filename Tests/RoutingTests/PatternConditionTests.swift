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
                .init(name: "detail.findings.Severity.Label", expected: #"["LOW"]"#, actual: #""HIGH""#, holds: false),
                .init(name: "detail.findings.Note", expected: #"[{"exists": true}]"#, actual: "nothing", holds: false),
            ]
        )
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
