import Testing

@testable import Findings

@Suite("identity")
struct IdentityTests {
    @Test(
        "one finding has one key over every feed that reports it",
        arguments: [
            (
                [
                    "guardduty/member", "guardduty/administrator", "guardduty/get-findings",
                    "guardduty/bare-without-arn",
                    "securityhub/guardduty", "ocsf/guardduty",
                ],
                "arn:aws:guardduty:eu-west-1:444455556666:detector/12abc34d567e8fa901bc2d34e56789f0/finding/"
                    + "5cb1a2b3c4d5e6f708192a3b4c5d6e7f"
            ),
            (
                ["macie/sensitive-data", "securityhub/macie", "ocsf/macie"],
                "arn:aws:macie2:us-east-1:444455556666:finding/5be50fce24526e670df77bc00e0f1a2b"
            ),
            (
                ["inspector/package", "inspector/list-findings", "securityhub/inspector"],
                "arn:aws:inspector2:eu-central-1:444455556666:finding/0123456789abcdef0123456789abcdef"
            ),
            (
                ["cloudwatch/alarm", "cloudwatch/alarm-over-sns"],
                "arn:aws:cloudwatch:us-east-1:444455556666:alarm:Server CPU & memory"
            ),
            (
                ["config/noncompliant", "config/compliant-bare"],
                "arn:aws:config:ap-southeast-2:444455556666:config-rule/config-rule-abc123/AWS::EC2::Volume/"
                    + "vol-0a1b2c3d4e5f67890"
            ),
            (
                ["accessanalyzer/external", "accessanalyzer/deleted"],
                "access-analyzer/22222222-dcba-4444-dcba-000000000001"
            ),
            (
                ["health/organisation", "health/closed"],
                "arn:aws:health:ap-southeast-2::event/EC2/AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED/"
                    + "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED_0001/444455556666/ap-southeast-2"
            ),
        ]
    )
    func sameKey(fixtures: [String], key: String) throws {
        for fixture in fixtures { #expect(try Fixture.finding(fixture).key.rawValue == key, "\(fixture)") }
    }

    @Test("different findings have different keys")
    func differentKeys() throws {
        let names = [
            "guardduty/member", "guardduty/attack-sequence", "securityhub/control", "securityhub/legacy-2020",
            "securityhub/batch-import", "securityhub/insight", "ocsf/compliance", "ocsf/third-party",
            "inspector/package",
            "inspector/closed-2021", "macie/get-findings", "accessanalyzer/external", "accessanalyzer/error",
            "accessanalyzer/internal", "accessanalyzer/unused", "config/noncompliant", "health/organisation",
            "health/abuse",
            "cloudwatch/alarm", "cloudwatch/contributor", "trustedadvisor/exposed-keys", "trustedadvisor/idle-database",
            "cloudtrail/root-api-call", "cloudtrail/sign-in-failure", "event/instance-state", "sns/text",
        ]
        let keys = try names.flatMap { try Fixture.findings($0).map(\.key) }
        #expect(Set(keys).count == keys.count)
    }

    @Test(
        "an id that is no ARN of AWS's own is told apart by product and account",
        arguments: [
            (
                "scan/1", "arn:aws:securityhub:us-east-1:1:product/1/default",
                "arn:aws:securityhub:us-east-1:1:product/1/default/9/scan/1"
            ),
            (
                "x", "arn:aws:securityhub:us-east-1::productv2/acme/tool",
                "arn:aws:securityhub:us-east-1::product/acme/tool/9/x"
            ),
            (
                "arn:aws:s3:::bucket", "arn:aws:securityhub:us-east-1::product/acme/tool",
                "arn:aws:securityhub:us-east-1::product/acme/tool/9/arn:aws:s3:::bucket"
            ),
            (
                "arn:aws:guardduty:r:1:detector/d/finding/f", "arn:aws:securityhub:r::product/aws/guardduty",
                "arn:aws:guardduty:r:1:detector/d/finding/f"
            ),
            (
                "arn:aws:guardduty:r:1:detector/d/finding/f", "arn:aws:securityhub:r::product/acme/tool",
                "arn:aws:securityhub:r::product/acme/tool/9/arn:aws:guardduty:r:1:detector/d/finding/f"
            ),
            (
                "arn:aws:config:r:9:config-rule/c/finding/f", "arn:aws:securityhub:r::product/aws/config",
                "arn:aws:securityhub:r::product/aws/config/arn:aws:config:r:9:config-rule/c/finding/f"
            ),
            (
                "arn:aws:health:r::event/EC2/x", "arn:aws:securityhub:r::product/aws/health",
                "arn:aws:securityhub:r::product/aws/health/9/arn:aws:health:r::event/EC2/x"
            ),
            (
                "abc", "arn:aws-cn:securityhub:cn-north-1::product/aws/macie",
                "arn:aws-cn:macie2:cn-north-1:9:finding/abc"
            ),
            ("prowler-1", "prowler", "product:prowler///9/prowler-1"), ("plain", nil, "product:unknown/9/plain"),
        ] as [(String, String?, String)]
    )
    func productScope(id: String, product: String?, expected: String) {
        let maker = Maker(uid: product, product: product.flatMap(Product.init(arn:)), vendor: nil, name: nil)
        let key = FindingKey(id: id, idARN: ARN(id), maker: maker, account: "9", region: nil, resource: nil)
        #expect(key.rawValue == expected)
    }

    @Test(
        "an ARN tells its Region and account only where it has them",
        arguments: [
            ("arn:aws:s3:::bucket", nil, nil), ("arn:aws:iam::1:root", nil, "1"),
            ("arn:aws:sns:eu-west-1:1:t", "eu-west-1", "1"),
            ("arn:aws:cloudwatch:us-east-1:1:alarm:a:b", "us-east-1", "1"),
        ] as [(String, String?, String?)]
    )
    func arnParts(text: String, region: String?, account: String?) throws {
        let arn = try #require(ARN(text))
        #expect(arn.region == region)
        #expect(arn.account == account)
        #expect(Resource(named: text).region == region)
    }

    @Test(
        "what is no ARN is none",
        arguments: ["", "arn:", "arn:aws:s3", "arn:aws::::x", "arn:aws:s3:::", "urn:aws:s3:::b"]
    )
    func notARN(text: String) { #expect(ARN(text) == nil) }

    @Test("keys are bounded, and ids that differ in their last character stay different")
    func bounded() {
        let long = String(repeating: "x", count: 200_000)
        let (one, other) = (FindingKey(bounding: long + "1"), FindingKey(bounding: long + "2"))
        #expect(one != other)
        #expect(one == FindingKey(bounding: long + "1"))
        #expect(one.rawValue.utf8.count <= FindingKey.maximumLength)
        #expect(FindingKey(bounding: "a/1").rawValue == "a/1")
    }

    @Test("Trusted Advisor tells namesakes of two Regions apart, and records of streams are told apart by their stream")
    func namesakes() throws {
        func advised(_ resource: String, _ region: String) throws -> FindingKey {
            let text =
                #"{"detail-type":"Trusted Advisor Check Item Refresh Notification","source":"aws.trustedadvisor","id":"e","#
                + #""account":"111122223333","region":"us-east-1","detail":{"check-name":"Idle databases","#
                + #""check-item-detail":{"Region":"\#(region)"},"status":"WARN","resource_id":"\#(resource)","uuid":"u"}}"#
            return try #require(FindingDecoder().decode(text: text).observations.first?.finding.key)
        }
        let (one, other) = (try advised("orders", "eu-west-1"), try advised("orders", "eu-west-2"))
        #expect(one != other)
        #expect(one.former == other.former && one.former != nil)
        #expect(try advised("arn:aws:rds:eu-west-1:1:db:orders", "eu-west-1").former == nil)
        func changed(_ table: String) throws -> FindingKey {
            let text =
                #"{"Records":[{"eventSource":"aws:dynamodb","eventVersion":"1.1","eventID":"1","eventName":"INSERT","#
                + #""awsRegion":"eu-west-1","dynamodb":{},"#
                + #""eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/\#(table)/stream/1"}]}"#
            return try #require(FindingDecoder().decode(text: text).observations.first?.finding.key)
        }
        #expect(try changed("a") != changed("b"))
        #expect(try changed("a").former == "event/1")
    }

    @Test("findings without an id are told apart by what they are about")
    func withoutID() throws {
        let body =
            #"[{"AwsAccountId":"1","Title":"a"},{"AwsAccountId":"1","Title":"b"},{"AwsAccountId":"1","Title":"a"}]"#
        let keys = try FindingDecoder().decode(text: body).observations.map(\.finding.key)
        #expect(keys.count == 3)
        #expect(keys[0] == keys[2] && keys[0] != keys[1])
    }
}
