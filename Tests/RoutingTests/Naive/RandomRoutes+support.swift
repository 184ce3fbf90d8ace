import Findings
import NoroshiTestSupport

/// Whole rule sets and observations over few values: every field of `when`, patterns, `not`, `any`, `stop`, `suppress`.
struct RandomRoutes {
    private var random: RandomEvents

    init(seed: UInt64) { random = RandomEvents(seed: seed) }

    private static let words: [(key: String, words: [String])] = [
        ("severity", ["low", "HIGH", ">=medium", "<high", ">critical", "<= Low", "unknown"]),
        ("account", ["1111*", "@production", "!@production", "!222233334444", "333344445555", "*4444", "@nobody"]),
        ("region", ["us-*", "eu-west-1", "!us-east-1", "*", "*-1", "!*west*"]),
        ("product", ["GuardDuty", "!Inspector", "in*", "*D*y*", "guard-duty", "!Guard Duty", "security hub"]),
        ("type", ["TTPs/*", "!*/Impact", "ttps/discovery", "*Tool.B!DNS"]),
        ("control", ["S3.*", "!S3.8", "iam.1", "CIS.*"]),
        ("standard", ["*cis*", "PCI-DSS/v/3.2.1", "!nist*"]),
        ("resourceType", ["AwsS3*", "AWS::S3::Bucket", "aws_iam_user", "!AwsEc2Instance", "aws*"]),
        ("resource", ["arn:aws:s3:::*", "*logs*", "!*Logs"]),
        ("title", ["*bitcoin*", "S3 *", "!*ß*"]),
        ("source", ["aws.securityhub", "guardduty", "!Security-Hub", "aws.*", "!aws.guardduty"]),
        ("status", ["ACTIVE", "new", "!RESOLVED", "FAILED"]),
        ("actor", ["arn:aws:iam::*:user/*", "!*root", "*"]), ("sourceAddress", ["203.0.113.*", "!198.51.100.9"]),
        ("tag", ["env", "env=prod", "!env=dev", "*=*", "Env", "!team"]),
    ]

    /// The text of a routes.json.
    mutating func document(rules count: Int, endings: Bool) -> String {
        let rules = (0..<count).map { place -> String in
            let effect =
                switch endings ? random.number(0..<8) : 7 {
                case 0: #""suppress": "known""#
                case 1: #""send": ["mail", "soc"], "stop": true"#
                case 2, 3: #""send": ["mail"], "notify": ["opened"]"#
                default: #""send": ["soc"]"#
                }
            let off = random.isOne(in: 8) ? #""enabled": false, "# : ""
            return #"{"name": "rule \#(place)", \#(off)"when": \#(condition(depth: 0)), \#(effect)}"#
        }
        return RoutingTests.document(
            rules: "[\(rules.joined(separator: ",\n"))]",
            fallback: #"{"send": ["hook"]}"#,
            accounts: #"{"production": ["1111*", "222233334444"], "nobody": ["000000000000"]}"#
        )
    }

    private mutating func condition(depth: Int) -> String {
        var members: [String] = []
        for (key, words) in RandomRoutes.words where random.isOne(in: 9) {
            let chosen = Set((0..<random.number(1..<3)).map { _ in random.pick(words) }).sorted()
            members.append(#""\#(key)": [\#(chosen.map { "\"\($0)\"" }.joined(separator: ", "))]"#)
        }
        if random.isOne(in: 4) { members.append(#""pattern": \#(pattern())"#) }
        if depth < 3, random.isOne(in: 5) { members.append(#""not": \#(condition(depth: depth + 1))"#) }
        if depth < 3, random.isOne(in: 5) {
            let branches = (0..<random.number(1..<4)).map { _ in condition(depth: depth + 1) }
            members.append(#""any": [\#(branches.joined(separator: ", "))]"#)
        }
        return "{\(members.joined(separator: ", "))}"
    }

    private mutating func pattern() -> String {
        let pattern = random.pattern()
        return random.isOne(in: 2) ? #"{"detail": {"findings": \#(pattern)}}"# : pattern
    }

    /// An observation whose event holds several findings, of which it is one.
    mutating func observation() throws -> Observation {
        let finding = Finding(
            key: FindingKey("k"),
            source: random.pick(["aws.securityhub", "aws.guardduty", "custom"]),
            kind: .securityHub,
            id: "k",
            title: random.pick(["S3 bucket is public", "Bitcoin, ß", "İ", ""]),
            severity: random.pick(Severity.allCases),
            account: random.pick([nil, "", "111122223333", "222233334444", "333344445555"]),
            region: random.pick([nil, "us-east-1", "eu-west-1"]),
            status: random.pick(FindingStatus.allCases),
            statusText: random.pick([nil, "NEW", "NEW/FAILED"]),
            product: random.pick(["GuardDuty", "Inspector", "guardduty"]),
            types: random.pick([[], ["TTPs/Discovery"], ["TTPs/Impact", "CryptoCurrency:EC2/BitcoinTool.B!DNS"]]),
            controls: random.pick([[], ["S3.8"], ["S3.9", "IAM.1"]]),
            standards: random.pick([[], ["cis-aws-foundations-benchmark/v/1.4.0", "pci-dss/v/3.2.1"]]),
            tags: random.pick([
                [], [Tag(key: "env", value: "prod")], [Tag(key: "env", value: "dev"), Tag(key: "team", value: "")],
            ]),
            resources: random.pick([
                [],
                [Resource(id: "arn:aws:s3:::Logs", type: "AwsS3Bucket"), Resource(id: "i", type: "AwsEc2Instance")],
                [Resource(id: "arn:aws:s3:::logs", type: nil)],
            ])
        )
        let text =
            random.isOne(in: 2)
            ? random.event()
            : #"{"a": "x", "detail": {"findings": [\#(random.event()), \#(random.event())]}}"#
        return Observation(
            finding: finding,
            event: try JSONDocument.parse(text),
            findingIndex: random.pick([nil, 0, 1, 2])
        )
    }
}
