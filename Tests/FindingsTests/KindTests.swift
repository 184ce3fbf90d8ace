import Findings
import Testing

@Suite("kinds of findings")
struct KindTests {
    /// What one fixture is understood as; the resources, types and controls are joined by spaces.
    struct Expectation: Sendable, CustomTestStringConvertible {
        var fixture: String
        var kind: FindingKind
        var source: String
        var product: String
        var severity: Severity
        var status: FindingStatus
        var account: String?
        var region: String?
        var title: String
        var resources: String
        var types: String = ""
        var controls: String = ""
        var updatedAt: String?

        var testDescription: String { fixture }
    }

    static let expectations: [Expectation] = [
        .init(
            fixture: "guardduty/administrator",
            kind: .guardDuty,
            source: "aws.guardduty",
            product: "GuardDuty",
            severity: .high,
            status: .active,
            account: "444455556666",
            region: "eu-west-1",
            title: "EC2 instance i-0a1b2c3d4e5f67890 is querying a command & control server.",
            resources: "i-0a1b2c3d4e5f67890",
            types: "Backdoor:EC2/C&CActivity.B!DNS",
            updatedAt: "2026-03-02T08:10:02.541Z"
        ),
        .init(
            fixture: "guardduty/get-findings",
            kind: .guardDuty,
            source: "aws.guardduty",
            product: "GuardDuty",
            severity: .high,
            status: .active,
            account: "444455556666",
            region: "eu-west-1",
            title: "EC2 instance i-0a1b2c3d4e5f67890 is querying a command & control server.",
            resources: "i-0a1b2c3d4e5f67890",
            types: "Backdoor:EC2/C&CActivity.B!DNS",
            updatedAt: "2026-03-02T08:10:02.541Z"
        ),
        .init(
            fixture: "guardduty/attack-sequence",
            kind: .guardDuty,
            source: "aws.guardduty",
            product: "GuardDuty",
            severity: .critical,
            status: .resolved,
            account: "444455556666",
            region: "us-east-1",
            title: "Potential data compromise of 1 S3 bucket.",
            resources: "arn:aws:s3:::payroll-archive AKIAIOSFODNN7EXAMPLE",
            types: "AttackSequence:S3/CompromisedData",
            updatedAt: "2026-03-02T07:30:00Z"
        ),
        .init(
            fixture: "securityhub/control",
            kind: .securityHub,
            source: "aws.securityhub",
            product: "Security Hub",
            severity: .high,
            status: .active,
            account: "777788889999",
            region: "ap-northeast-1",
            title: "S3 general purpose buckets should block public access",
            resources: "arn:aws:s3:::noroshi-demo AWS::::Account:777788889999",
            types: "Software and Configuration Checks/Industry and Regulatory Standards",
            controls: "S3.8",
            updatedAt: "2026-03-02T08:00:00.500Z"
        ),
        .init(
            fixture: "securityhub/legacy-2020",
            kind: .securityHub,
            source: "aws.securityhub",
            product: "Security Hub",
            severity: .informational,
            status: .resolved,
            account: "777788889999",
            region: "us-west-2",
            title: "1.14 Ensure hardware MFA is enabled for the \"root\" account",
            resources: "AWS::::Account:777788889999",
            types: "Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark",
            controls: "CIS.1.14",
            updatedAt: "2020-02-16T16:25:00Z"
        ),
        .init(
            fixture: "securityhub/insight",
            kind: .securityHubInsight,
            source: "aws.securityhub",
            product: "Security Hub",
            severity: .informational,
            status: .active,
            account: "111122223333",
            region: "us-east-1",
            title: "Buckets with public access",
            resources: "arn:aws:securityhub:us-east-1:111122223333:insight/111122223333/custom/a1b2c3",
            types: "ResourceId",
            updatedAt: "2026-03-02T08:15:00Z"
        ),
        .init(
            fixture: "ocsf/compliance",
            kind: .ocsf,
            source: "aws.securityhub",
            product: "Security Hub",
            severity: .critical,
            status: .active,
            account: "777788889999",
            region: "us-east-1",
            title: "2.5 AWS Config should be enabled",
            resources: "AWS::::Account:777788889999",
            types: "Software and Configuration Checks",
            controls: "Config.1",
            updatedAt: "2025-11-03T07:31:57.235Z"
        ),
        .init(
            fixture: "ocsf/security-finding-2001",
            kind: .ocsf,
            source: "aws.securityhub",
            product: "Security Hub",
            severity: .critical,
            status: .active,
            account: "522536594833",
            region: "us-east-1",
            title: "Old class",
            resources: "",
            updatedAt: "2022-08-04T18:09:19.100Z"
        ),
        .init(
            fixture: "inspector/package",
            kind: .inspector,
            source: "aws.inspector2",
            product: "Inspector",
            severity: .critical,
            status: .active,
            account: "444455556666",
            region: "eu-central-1",
            title: "CVE-2026-12345 - libexample",
            resources: "arn:aws:lambda:eu-central-1:444455556666:function:checkout:$LATEST",
            types: "PACKAGE_VULNERABILITY CVE-2026-12345",
            updatedAt: "2026-02-04T17:00:01Z"
        ),
        .init(
            fixture: "inspector/closed-2021",
            kind: .inspector,
            source: "aws.inspector2",
            product: "Inspector",
            severity: .unknown,
            status: .resolved,
            account: "444455556666",
            region: "us-east-2",
            title: "CVE-2026-12345 - libexample",
            resources: "arn:aws:ecr:us-east-2:444455556666:repository/app/sha256:36c7b282",
            types: "PACKAGE_VULNERABILITY CVE-2026-12345",
            updatedAt: "2021-12-04T00:00:05Z"
        ),
        .init(
            fixture: "macie/sensitive-data",
            kind: .macie,
            source: "aws.macie",
            product: "Macie",
            severity: .high,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "The S3 object contains credentials data",
            resources: "arn:aws:s3:::demo-uploads demo-uploads/2026/keys.csv",
            types: "SensitiveData:S3Object/Credentials",
            updatedAt: "2026-02-20T18:19:10Z"
        ),
        .init(
            fixture: "accessanalyzer/external",
            kind: .accessAnalyzer,
            source: "aws.access-analyzer",
            product: "IAM Access Analyzer",
            severity: .medium,
            status: .active,
            account: "444455556666",
            region: "us-west-2",
            title: "AWS::S3::Bucket arn:aws:s3:::shared-reports allows external access",
            resources: "arn:aws:s3:::shared-reports",
            types: "ExternalAccess",
            updatedAt: "2026-02-21T01:14:07Z"
        ),
        .init(
            fixture: "accessanalyzer/deleted",
            kind: .accessAnalyzer,
            source: "aws.access-analyzer",
            product: "IAM Access Analyzer",
            severity: .medium,
            status: .resolved,
            account: "444455556666",
            region: "us-west-2",
            title: "AWS::S3::Bucket arn:aws:s3:::shared-reports allows external access",
            resources: "arn:aws:s3:::shared-reports",
            types: "ExternalAccess",
            updatedAt: "2026-02-21T01:14:07Z"
        ),
        .init(
            fixture: "accessanalyzer/error",
            kind: .accessAnalyzer,
            source: "aws.access-analyzer",
            product: "IAM Access Analyzer",
            severity: .low,
            status: .active,
            account: "444455556666",
            region: "us-west-2",
            title: "AWS::S3::Bucket arn:aws:s3:::shared-reports could not be analyzed: ACCESS_DENIED",
            resources: "arn:aws:s3:::shared-reports",
            types: "ExternalAccess",
            updatedAt: "2026-02-21T01:14:07Z"
        ),
        .init(
            fixture: "accessanalyzer/internal",
            kind: .accessAnalyzer,
            source: "aws.access-analyzer",
            product: "IAM Access Analyzer",
            severity: .low,
            status: .resolved,
            account: "444455556666",
            region: "us-east-1",
            title: "AWS::S3::Bucket arn:aws:s3:::critical-data allows internal access",
            resources: "arn:aws:s3:::critical-data",
            types: "InternalAccess",
            updatedAt: "2026-02-08T03:22:12.655Z"
        ),
        .init(
            fixture: "accessanalyzer/unused",
            kind: .accessAnalyzer,
            source: "aws.access-analyzer",
            product: "IAM Access Analyzer",
            severity: .low,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "AWS::IAM::Role arn:aws:iam::444455556666:role/old-deployer has unused access: UnusedIAMRole",
            resources: "arn:aws:iam::444455556666:role/old-deployer",
            types: "UnusedIAMRole",
            updatedAt: "2026-02-08T03:22:12.654Z"
        ),
        .init(
            fixture: "config/noncompliant",
            kind: .config,
            source: "aws.config",
            product: "Config",
            severity: .medium,
            status: .active,
            account: "444455556666",
            region: "ap-southeast-2",
            title: "encrypted-volumes: AWS::EC2::Volume vol-0a1b2c3d4e5f67890 is NON_COMPLIANT",
            resources: "vol-0a1b2c3d4e5f67890",
            controls: "encrypted-volumes",
            updatedAt: "2026-03-01T10:00:05.123Z"
        ),
        .init(
            fixture: "config/compliant-bare",
            kind: .config,
            source: "aws.config",
            product: "Config",
            severity: .informational,
            status: .resolved,
            account: "444455556666",
            region: "ap-southeast-2",
            title: "encrypted-volumes: AWS::EC2::Volume vol-0a1b2c3d4e5f67890 is COMPLIANT",
            resources: "vol-0a1b2c3d4e5f67890",
            controls: "encrypted-volumes",
            updatedAt: "2026-03-01T10:00:05.123Z"
        ),
        .init(
            fixture: "config/custom-rule-input",
            kind: .event,
            source: "aws.config",
            product: "Config",
            severity: .unknown,
            status: .active,
            account: "444455556666",
            region: nil,
            title: "Config asks the custom rule own-rule for a verdict",
            resources: "arn:aws:config:us-east-1:444455556666:config-rule/config-rule-xyz",
            controls: "own-rule"
        ),
        .init(
            fixture: "health/organisation",
            kind: .health,
            source: "aws.health",
            product: "Health",
            severity: .low,
            status: .active,
            account: "444455556666",
            region: "ap-southeast-2",
            title: "EC2: AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED",
            resources: "i-0fedcba9876543210",
            types: "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED",
            updatedAt: "2026-03-01T05:30:57Z"
        ),
        .init(
            fixture: "health/abuse",
            kind: .health,
            source: "aws.health",
            product: "Health",
            severity: .high,
            status: .active,
            account: "444455556666",
            region: "global",
            title: "ABUSE: AWS_ABUSE_DOS_REPORT",
            resources: "arn:aws:ec2:us-east-1:444455556666:instance/i-0a1b2c3d4e5f67890",
            types: "AWS_ABUSE_DOS_REPORT",
            updatedAt: "2026-03-02T08:15:00Z"
        ),
        .init(
            fixture: "cloudwatch/alarm",
            kind: .cloudWatchAlarm,
            source: "aws.cloudwatch",
            product: "CloudWatch",
            severity: .medium,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "Server CPU & memory is ALARM",
            resources: "arn:aws:cloudwatch:us-east-1:444455556666:alarm:Server CPU & memory i-0a1b2c3d4e5f67890",
            updatedAt: "2026-03-02T17:04:40.985Z"
        ),
        .init(
            fixture: "cloudwatch/alarm-over-sns",
            kind: .cloudWatchAlarm,
            source: "aws.cloudwatch",
            product: "CloudWatch",
            severity: .informational,
            status: .resolved,
            account: "444455556666",
            region: "us-east-1",
            title: "Server CPU & memory is OK",
            resources: "arn:aws:cloudwatch:us-east-1:444455556666:alarm:Server CPU & memory i-0a1b2c3d4e5f67890",
            updatedAt: "2026-03-02T18:04:40.985Z"
        ),
        .init(
            fixture: "cloudwatch/contributor",
            kind: .cloudWatchAlarm,
            source: "aws.cloudwatch",
            product: "CloudWatch",
            severity: .informational,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "Server CPU & memory (TableName orders) is INSUFFICIENT_DATA",
            resources: "arn:aws:cloudwatch:us-east-1:444455556666:alarm:Server CPU & memory i-0a1b2c3d4e5f67890",
            updatedAt: "2026-03-02T17:04:40.985Z"
        ),
        .init(
            fixture: "trustedadvisor/exposed-keys",
            kind: .trustedAdvisor,
            source: "aws.trustedadvisor",
            product: "Trusted Advisor",
            severity: .medium,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "Exposed Access Keys",
            resources: "",
            controls: "Exposed Access Keys",
            updatedAt: "2026-03-02T08:15:00Z"
        ),
        .init(
            fixture: "trustedadvisor/idle-database",
            kind: .trustedAdvisor,
            source: "aws.trustedadvisor",
            product: "Trusted Advisor",
            severity: .informational,
            status: .resolved,
            account: "444455556666",
            region: "us-east-1",
            title: "Amazon RDS Idle DB Instances",
            resources: "arn:aws:rds:eu-west-1:444455556666:db:reports",
            controls: "Amazon RDS Idle DB Instances",
            updatedAt: "2026-03-02T08:15:00Z"
        ),
        .init(
            fixture: "cloudtrail/root-api-call",
            kind: .cloudTrail,
            source: "aws.s3",
            product: "CloudTrail",
            severity: .high,
            status: .active,
            account: "444455556666",
            region: "us-west-2",
            title: "PutBucketPolicy by the root user",
            resources: "demo",
            types: "s3.amazonaws.com/PutBucketPolicy",
            updatedAt: "2026-03-02T01:09:13Z"
        ),
        .init(
            fixture: "cloudtrail/sign-in-failure",
            kind: .cloudTrail,
            source: "aws.signin",
            product: "CloudTrail",
            severity: .medium,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "ConsoleLogin by alice (Failure)",
            resources: "demo",
            types: "signin.amazonaws.com/ConsoleLogin",
            updatedAt: "2026-03-02T01:09:13Z"
        ),
        .init(
            fixture: "cloudtrail/denied-call-bare",
            kind: .cloudTrail,
            source: "aws.cloudtrail",
            product: "CloudTrail",
            severity: .informational,
            status: .active,
            account: "444455556666",
            region: "us-west-2",
            title: "PutBucketPolicy by arn:aws:sts::444455556666:assumed-role/deploy/ci (AccessDenied)",
            resources: "demo",
            types: "s3.amazonaws.com/PutBucketPolicy",
            updatedAt: "2026-03-02T01:09:13Z"
        ),
        .init(
            fixture: "event/instance-state",
            kind: .event,
            source: "aws.ec2",
            product: "aws.ec2",
            severity: .unknown,
            status: .active,
            account: "444455556666",
            region: "us-east-1",
            title: "EC2 Instance State-change Notification (aws.ec2)",
            resources: "arn:aws:ec2:us-east-1:444455556666:instance/i-0a1b2c3d4e5f67890",
            updatedAt: "2026-03-02T08:15:00Z"
        ),
        .init(
            fixture: "sns/text",
            kind: .text,
            source: "aws.sns",
            product: "SNS",
            severity: .unknown,
            status: .active,
            account: nil,
            region: nil,
            title: "Budget Alert",
            resources: "arn:aws:sns:us-east-1:111122223333:alerts",
            updatedAt: "2026-03-02T18:04:41Z"
        ),
    ]

    @Test("each kind has its own title, severity, account, Region, resources and status", arguments: expectations)
    func understood(expected: Expectation) throws {
        let finding = try Fixture.finding(expected.fixture)
        #expect(finding.kind == expected.kind)
        #expect(finding.source == expected.source)
        #expect(finding.product == expected.product)
        #expect(finding.severity == expected.severity)
        #expect(finding.status == expected.status)
        #expect(finding.account == expected.account)
        #expect(finding.region == expected.region)
        #expect(finding.title == expected.title)
        #expect(finding.resources.map(\.id).joined(separator: " ") == expected.resources)
        #expect(finding.types.joined(separator: " ") == expected.types)
        #expect(finding.controls.joined(separator: " ") == expected.controls)
        #expect(finding.updatedAt?.iso8601 == expected.updatedAt)
    }

    @Test("every kind has an expectation here")
    func complete() {
        #expect(Set(KindTests.expectations.map(\.kind)) == Set(FindingKind.allCases))
    }

    @Test("what a finding carries beside its main fields is kept")
    func details() throws {
        let control = try Fixture.finding("securityhub/control")
        #expect(control.accountName == "sandbox-7")
        #expect(control.statusText == "NEW/ACTIVE/FAILED")
        #expect(
            control.standards == [
                "aws-foundational-security-best-practices/v/1.0.0", "cis-aws-foundations-benchmark/v/1.2.0",
            ]
        )
        #expect(control.tags == [Tag(key: "owner", value: "web")])
        #expect(control.lastSeenAt?.iso8601 == "2026-03-02T08:00:00.123Z")
        let guardDuty = try Fixture.finding("guardduty/member")
        #expect(guardDuty.count == 17)
        #expect(guardDuty.tags == [Tag(key: "team", value: "payments"), Tag(key: "stage", value: "prod")])
        #expect(try Fixture.finding("ocsf/guardduty").tags == guardDuty.tags)
        #expect(
            try Fixture.finding("health/organisation").description
                == "Your instance will be retired.\nPlease stop it before."
        )
        #expect(try Fixture.finding("trustedadvisor/idle-database").resources.first?.region == "eu-west-1")
        let policy = try Fixture.findings("macie/get-findings")[1]
        #expect(policy.severity == .medium)
        #expect(policy.status == .resolved)
        #expect(policy.count == 4)
        let prowler = try Fixture.findings("ocsf/third-party")
        #expect(prowler.map(\.severity) == [.high, .low])
        #expect(prowler.map(\.status) == [.active, .resolved])
        #expect(prowler.map(\.controls) == [["s3_bucket_public_access"], ["iam_root_mfa"]])
        #expect(prowler.map(\.source) == ["ocsf", "ocsf"])
    }

    @Test("root's name on what AWS does by itself is not use of the root user")
    func rootByService() throws {
        let text = try Fixture.text("cloudtrail/root-api-call")
            .replacing("\"type\": \"Root\",", with: "\"type\": \"Root\", \"invokedBy\": \"autoscaling.amazonaws.com\",")
        let finding = try #require(try FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.severity == .informational)
    }
}
