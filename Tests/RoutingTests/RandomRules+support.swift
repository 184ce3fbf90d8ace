import Findings
import NoroshiTestSupport
import Routing

/// Rules and findings over so few values that rules often match.
enum RandomRules {
    private static let words: [String: [String]] = [
        "severity": ["low", "HIGH", ">=medium", "<high", ">critical"],
        "account": ["1111*", "@production", "!@production", "!222233334444", "333344445555"],
        "region": ["us-*", "eu-west-1", "!us-east-1", "*"],
        "product": ["GuardDuty", "!Inspector", "in*"],
        "control": ["S3.*", "!S3.8", "IAM.1"],
        "resourceType": ["AwsS3*", "!AwsEc2Instance"],
        "tag": ["env", "env=prod", "!env=dev"],
        "status": ["ACTIVE", "new", "!RESOLVED"],
    ]

    private static let patterns = [
        #"{"source": ["aws.securityhub"]}"#,
        #"{"detail": {"findings": {"Severity": {"Label": ["HIGH", "LOW"]}}}}"#,
        #"{"detail": {"findings": {"Severity": {"Label": [{"anything-but": "HIGH"}]}, "Note": [{"exists": false}]}}}"#,
        #"{"$or": [{"detail": {"findings": {"Note": ["n"]}}}, {"source": [{"prefix": "aws.g"}]}]}"#,
    ]

    private static let events = [
        "{}",
        #"{"source": "aws.guardduty", "detail": {"severity": 8}}"#,
        #"""
        {"source": "aws.securityhub", "detail": {"findings": [
         {"Severity": {"Label": "HIGH"}}, {"Severity": {"Label": "LOW"}, "Note": "n"}, {"Severity": {"Label": "MEDIUM"}}]}}
        """#,
    ]

    static func list(of count: Int, using generator: inout SeededGenerator) -> String {
        let rules = (0..<count).map { index -> String in
            let when = condition(depth: 0, using: &generator)
            let effect =
                switch Int.random(in: 0..<8, using: &generator) {
                case 0: #""suppress": "known""#
                case 1: #""send": ["mail", "soc"], "stop": true"#
                case 2, 3: #""send": ["mail"], "notify": ["opened"]"#
                default: #""send": ["soc"]"#
                }
            return #"{"name": "rule \#(index)", "when": \#(when), \#(effect)}"#
        }
        return "[\(rules.joined(separator: ",\n"))]"
    }

    private static func condition(depth: Int, using generator: inout SeededGenerator) -> String {
        var members: [String] = []
        for key in words.keys.sorted() where Int.random(in: 0..<5, using: &generator) == 0 {
            let choices = (words[key] ?? []).shuffled(using: &generator).prefix(
                Int.random(in: 1...2, using: &generator)
            )
            members.append(#""\#(key)": [\#(choices.map { "\"\($0)\"" }.joined(separator: ", "))]"#)
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            members.append(#""pattern": \#(patterns[Int.random(in: 0..<patterns.count, using: &generator)])"#)
        }
        if depth < 3, Int.random(in: 0..<4, using: &generator) == 0 {
            members.append(#""not": \#(condition(depth: depth + 1, using: &generator))"#)
        }
        if depth < 3, Int.random(in: 0..<4, using: &generator) == 0 {
            let branches = (0..<2).map { _ in condition(depth: depth + 1, using: &generator) }
            members.append(#""any": [\#(branches.joined(separator: ", "))]"#)
        }
        return "{\(members.joined(separator: ", "))}"
    }

    static func observation(using generator: inout SeededGenerator) throws -> Observation {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
        let finding = Finding(
            key: FindingKey("k"),
            source: "aws.securityhub",
            kind: .securityHub,
            id: "k",
            title: "t",
            severity: pick(Severity.allCases),
            account: pick([nil, "111122223333", "222233334444", "333344445555"]),
            region: pick([nil, "us-east-1", "eu-west-1"]),
            status: pick(FindingStatus.allCases),
            statusText: pick([nil, "NEW", "NEW/ACTIVE"]),
            product: pick(["GuardDuty", "Inspector"]),
            controls: pick([[], ["S3.8"], ["S3.9", "IAM.1"]]),
            tags: pick([[], [Tag(key: "env", value: "prod")], [Tag(key: "env", value: "dev")]]),
            resources: pick([[], [Resource(id: "b", type: "AwsS3Bucket"), Resource(id: "i", type: "AwsEc2Instance")]])
        )
        return Observation(
            finding: finding,
            event: try JSONDocument.parse(pick(events)),
            findingIndex: pick([nil, 0, 1, 2])
        )
    }
}
