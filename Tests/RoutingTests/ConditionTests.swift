import Findings
import Routing
import Testing

@Suite("Conditions")
struct ConditionTests {
    private func accepts(_ when: String, _ observation: Observation, accounts: String = "{}") throws -> Bool {
        let text = document(rules: #"[{"name": "r", "when": \#(when), "send": ["soc"]}]"#, accounts: accounts)
        return RoutingTable(try parse(text), version: 1).decide(observation).matched == ["r"]
    }

    @Test(
        "each field takes a word or a list, globs and exclusions",
        arguments: [
            (#"{}"#, true),
            (#"{"severity": "HIGH"}"#, true), (#"{"severity": "high"}"#, true), (#"{"severity": "medium"}"#, false),
            (#"{"severity": ["low", "High"]}"#, true), (#"{"severity": ">=high"}"#, true),
            (#"{"severity": ">high"}"#, false), (#"{"severity": "<=high"}"#, true), (#"{"severity": "<high"}"#, false),
            (#"{"severity": ">= medium"}"#, true), (#"{"severity": ["critical", "<low"]}"#, false),
            (#"{"account": "111122223333"}"#, true), (#"{"account": "1111*"}"#, true), (#"{"account": "2*"}"#, false),
            (#"{"account": ["2*", "1*"]}"#, true), (#"{"account": "!1111*"}"#, false), (#"{"account": "!2*"}"#, true),
            (#"{"account": ["1*", "!111122223333"]}"#, false),
            (#"{"region": "us-*"}"#, true), (#"{"region": "us-west-2"}"#, false), (#"{"region": "!us-*"}"#, false),
            (#"{"product": "guardduty"}"#, true), (#"{"product": "Inspector"}"#, false),
            (#"{"type": "CryptoCurrency:*"}"#, true), (#"{"type": "ttps/*"}"#, true), (#"{"type": "TTPs"}"#, false),
            (#"{"type": "CryptoCurrency:EC2/BitcoinTool.B!DNS"}"#, true), (#"{"type": ["*", "!TTPs/*"]}"#, false),
            (#"{"control": "s3.8"}"#, true), (#"{"control": "S3.*"}"#, true), (#"{"control": "S3.9"}"#, false),
            (#"{"control": ["S3.8", "!CIS.*"]}"#, false),
            (#"{"standard": "aws-foundational-*"}"#, true), (#"{"standard": "cis-*"}"#, false),
            (#"{"resourceType": "AwsS3Bucket"}"#, true), (#"{"resourceType": "awss3*"}"#, true),
            (#"{"resourceType": "!AwsS3Bucket"}"#, false), (#"{"resourceType": "!AwsIamUser"}"#, true),
            (#"{"resource": "arn:aws:s3:::Logs"}"#, true), (#"{"resource": "arn:aws:s3:::logs"}"#, false),
            (#"{"resource": "*:instance/*"}"#, true),
            (#"{"title": "*bitcoin*"}"#, true), (#"{"title": "bitcoin"}"#, false),
            (#"{"source": "aws.guardduty"}"#, true), (#"{"source": "aws.*"}"#, true), (#"{"source": "AWS.*"}"#, false),
            (#"{"product": "guard-duty"}"#, true), (#"{"product": "Guard Duty"}"#, true),
            (#"{"product": "Amazon GuardDuty"}"#, true), (#"{"product": "!guard_duty"}"#, false),
            (#"{"product": "guard-duty*"}"#, false), (#"{"source": "guardduty"}"#, true),
            (#"{"source": "Guard-Duty"}"#, true), (#"{"source": "AWS.GuardDuty"}"#, true),
            (#"{"source": "!guardduty"}"#, false), (#"{"source": "duty"}"#, false),
            (#"{"resourceType": "AWS::S3::Bucket"}"#, true), (#"{"resourceType": "aws s3 bucket"}"#, true),
            (#"{"control": "S38"}"#, false), (#"{"control": "CIS-1.14"}"#, false),
            (#"{"status": "active"}"#, true), (#"{"status": "NEW"}"#, true), (#"{"status": "failed"}"#, true),
            (#"{"status": "RESOLVED"}"#, false), (#"{"status": "!NEW"}"#, false), (#"{"status": "NEW/FAILED"}"#, false),
            (#"{"tag": "env"}"#, true), (#"{"tag": "env=prod"}"#, true), (#"{"tag": "env=dev"}"#, false),
            (#"{"tag": "*=prod"}"#, true), (#"{"tag": "*prod"}"#, false), (#"{"tag": "team=payments"}"#, false),
            (#"{"tag": "!env=dev"}"#, true), (#"{"tag": ["team=*", "!env=prod"]}"#, false), (#"{"tag": "ENV"}"#, false),
            (#"{"severity": "high", "region": "us-*"}"#, true), (#"{"severity": "high", "region": "eu-*"}"#, false),
            (#"{"not": {"severity": "high"}}"#, false), (#"{"not": {"severity": "high", "region": "eu-*"}}"#, true),
            (#"{"not": {}}"#, false), (#"{"any": [{"severity": "low"}, {"region": "us-*"}]}"#, true),
            (#"{"any": [{"severity": "low"}, {"region": "eu-*"}]}"#, false),
            (#"{"any": [{"severity": "low"}, {}]}"#, true),
            (#"{"not": {"any": [{"not": {"severity": "high"}}]}}"#, true),
            (#"{"severity": "low", "any": [{}]}"#, false),
        ]
    )
    func fields(when: String, matches: Bool) throws {
        #expect(try accepts(when, observation()) == matches)
    }

    @Test(
        "who did it and from where can be asked for",
        arguments: [
            (#"{"actor": "arn:aws:iam::*:user/mia"}"#, true), (#"{"actor": ["*tom", "*mia"]}"#, true),
            (#"{"actor": "!*mia"}"#, false), (#"{"actor": "ARN:*"}"#, false),
            (#"{"sourceAddress": "203.0.113.*"}"#, true), (#"{"sourceAddress": "203.0.113.9"}"#, true),
            (#"{"sourceAddress": "203.0.113.0/24"}"#, true), (#"{"sourceAddress": "203.0.113.77/24"}"#, true),
            (#"{"sourceAddress": "203.0.113.9/32"}"#, true), (#"{"sourceAddress": "203.0.113.8/30"}"#, true),
            (#"{"sourceAddress": "203.0.113.12/30"}"#, false), (#"{"sourceAddress": "0.0.0.0/0"}"#, true),
            (#"{"sourceAddress": "192.*"}"#, false), (#"{"sourceAddress": "::/0"}"#, false),
            (#"{"sourceAddress": "!203.0.0.0/16"}"#, false), (#"{"sourceAddress": "!198.51.100.0/24"}"#, true),
            (#"{"sourceAddress": "!203.0.113.*"}"#, false), (#"{"sourceAddress": "198.51.100.*"}"#, false),
        ]
    )
    func context(when: String, matches: Bool) throws {
        let observation = try observation { finding in
            finding.actor = "arn:aws:iam::111122223333:user/mia"
            finding.sourceAddress = "203.0.113.9"
        }
        #expect(try accepts(when, observation) == matches)
    }

    @Test(
        "a resource type of CloudFormation is also known as ASFF spells it",
        arguments: [
            (#"{"resourceType": "AwsIamPolicy"}"#, true), (#"{"resourceType": "AWS::IAM::Policy"}"#, true),
            (#"{"resourceType": "AWS::IAM::*"}"#, true), (#"{"resourceType": "!AwsIam*"}"#, false),
            (#"{"resourceType": "AwsIamUser"}"#, false),
        ]
    )
    func resourceTypes(when: String, matches: Bool) throws {
        let observation = try observation { $0.resources = [Resource(id: "p", type: "AWS::IAM::Policy")] }
        #expect(try accepts(when, observation) == matches)
    }

    @Test(
        "a field that the finding does not have is accepted by exclusions alone",
        arguments: [
            "account", "region", "type", "control", "standard", "resourceType", "resource", "tag", "actor",
            "sourceAddress",
        ]
    )
    func missing(field: String) throws {
        let bare = try observation { finding in
            finding.account = nil
            finding.region = nil
            finding.types = []
            finding.controls = []
            finding.standards = []
            finding.resources = []
            finding.tags = []
        }
        #expect(try accepts(#"{"\#(field)": "*"}"#, bare) == false)
        #expect(try accepts(#"{"\#(field)": ["*", "!1*"]}"#, bare) == false)
        #expect(try accepts(#"{"\#(field)": "!1*"}"#, bare))
    }

    @Test("what stands between two digits counts in a name")
    func digits() throws {
        let finding = try observation { $0.controls = ["CIS 1-14"] }
        #expect(try accepts(#"{"control": "cis_1_14"}"#, finding))
        #expect(try accepts(#"{"control": "cis114"}"#, finding) == false)
        #expect(try accepts(#"{"control": "cis11-4"}"#, finding) == false)
    }

    @Test("a source of one's own is not taken for that of AWS")
    func customSource() throws {
        let custom = try observation { $0.source = "guardduty" }
        #expect(try accepts(#"{"source": "guardduty"}"#, custom))
        #expect(try accepts(#"{"source": "aws.guardduty"}"#, custom) == false)
    }

    @Test("an empty text is as good as none")
    func emptyText() throws {
        let untitled = try observation { $0.title = "" }
        #expect(try accepts(#"{"title": "*"}"#, untitled) == false)
        #expect(try accepts(#"{"title": "!*"}"#, untitled))
    }

    @Test(
        "UNKNOWN is the lowest severity",
        arguments: [
            ("<=low", true), ("<informational", true), (">=informational", false), ("unknown", true),
            (">unknown", false),
        ]
    )
    func unknown(word: String, matches: Bool) throws {
        #expect(try accepts(#"{"severity": "\#(word)"}"#, observation { $0.severity = .unknown }) == matches)
    }

    @Test(
        "@group stands for its members, and !@group excludes them",
        arguments: [
            (#""@production""#, true), (#"["@production"]"#, true), (#"["!@production"]"#, false),
            (#"["@sandbox"]"#, false), (#"["!@sandbox"]"#, true), (#"["@sandbox", "1111*"]"#, true),
            (#"["@sandbox", "@production"]"#, true), (#"["*", "!@production"]"#, false),
        ]
    )
    func groups(words: String, matches: Bool) throws {
        let accounts = #"{"production": ["111122223333", "4444*"], "sandbox": ["9999*"]}"#
        #expect(try accepts(#"{"account": \#(words)}"#, observation(), accounts: accounts) == matches)
    }
}
