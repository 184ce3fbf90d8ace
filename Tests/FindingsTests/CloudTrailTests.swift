import Findings
import Testing

@Suite("CloudTrail")
struct CloudTrailTests {
    /// A record with the given members beside those that all have.
    private static func record(_ members: String) -> String {
        """
        {"eventVersion":"1.11","eventTime":"2026-03-02T09:14:00Z","awsRegion":"eu-west-1","eventID":"e-1",\
        "sourceIPAddress":"203.0.113.9","recipientAccountId":"111122223333",\(members)}
        """
    }

    /// The record bare, in a log file, in an EventBridge event, and as a message of CloudWatch Logs.
    private static func forms(_ record: String, detailType: String) -> [String] {
        [
            record, #"{"Records":[\#(record)]}"#,
            #"{"version":"0","id":"x","detail-type":"\#(detailType)","source":"aws.x","account":"999999999999","detail":\#(record)}"#,
            JSONValue.object([
                .init("messageType", "DATA_MESSAGE"), .init("owner", "999999999999"), .init("logGroup", "trail"),
                .init("logStream", "999999999999_CloudTrail_us-east-1"),
                .init("logEvents", [["id": "1", "message": .string(record)]]),
            ]).text,
        ]
    }

    private static func finding(_ text: String) throws -> Finding {
        try #require(FindingDecoder().decode(text: text).observations.first?.finding)
    }

    static let signIns: [(members: String, title: String, hasFailed: Bool)] = [
        (
            #""eventSource":"signin.amazonaws.com","eventName":"CheckMfa","eventType":"AwsConsoleSignIn","#
                + #""userIdentity":{"type":"IAMUser","userName":"mia"},"responseElements":{"CheckMfa":"Failure"}"#,
            "CheckMfa by mia (Failure)", true
        ),
        (
            #""eventSource":"signin.amazonaws.com","eventName":"SwitchRole","eventType":"AwsConsoleSignIn","#
                + #""userIdentity":{"type":"IAMUser","userName":"mia"},"responseElements":{"SwitchRole":"Failure"}"#,
            "SwitchRole by mia (Failure)", true
        ),
        (
            #""eventSource":"signin.amazonaws.com","eventName":"PasswordUpdated","eventType":"AwsConsoleSignIn","#
                + #""userIdentity":{"type":"IAMUser","userName":"mia"},"responseElements":{"PasswordUpdated":"Failure"}"#,
            "PasswordUpdated by mia (Failure)", true
        ),
        (
            #""eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","eventType":"AwsServiceEvent","#
                + #""userIdentity":{"type":"Unknown","arn":"","userName":"tom"},"responseElements":null,"#
                + #""serviceEventDetails":{"CredentialVerification":"Failure"}"#,
            "CredentialVerification by tom (Failure)", true
        ),
        (
            #""eventSource":"sso.amazonaws.com","eventName":"UserAuthentication","eventType":"AwsServiceEvent","#
                + #""userIdentity":{"type":"IdentityCenterUser","onBehalfOf":{"userId":"u-7"}},"#
                + #""serviceEventDetails":{"UserAuthentication":"failure","LoginTo":"https://example.awsapps.com/start"}"#,
            "UserAuthentication by u-7 (Failure)", true
        ),
        (
            #""eventSource":"signin.amazonaws.com","eventName":"UserAuthentication","eventType":"AwsServiceEvent","#
                + #""userIdentity":{"type":"Unknown","userName":"tom"},"serviceEventDetails":{"UserAuthentication":"Success"}"#,
            "UserAuthentication by tom", false
        ),
        (
            #""eventSource":"ecs.amazonaws.com","eventName":"ServiceDeploymentStateChange","eventType":"AwsServiceEvent","#
                + #""userIdentity":{"invokedBy":"ecs.amazonaws.com"},"serviceEventDetails":{"state":"Failure"}"#,
            "ServiceDeploymentStateChange by ecs.amazonaws.com", false
        ),
    ]

    @Test("every step of a sign-in says when it failed, whatever it came in", arguments: signIns.indices)
    func signIn(index: Int) throws {
        let expected = CloudTrailTests.signIns[index]
        for form in CloudTrailTests.forms(
            CloudTrailTests.record(expected.members),
            detailType: "AWS Service Event via CloudTrail"
        ) {
            let finding = try CloudTrailTests.finding(form)
            #expect(finding.title == expected.title)
            #expect(finding.severity == (expected.hasFailed ? .medium : .informational))
            #expect(finding.statusText == (expected.hasFailed ? "Failure" : nil))
        }
    }

    @Test(
        "a call that manages who may sign in is no sign-in, and keeps its error",
        arguments: [
            ("sso", "CreatePermissionSet", "AccessDenied"),
            ("identitystore", "DescribeUser", "ResourceNotFoundException"),
            ("sso-directory", "CreateUser", "ConflictException"), ("sso-oauth", "CreateToken", "ExpiredTokenException"),
            ("signin", "CreateOAuth2Token", "AccessDenied"),
        ]
    )
    func administration(service: String, name: String, error: String) throws {
        let record = CloudTrailTests.record(
            #""eventSource":"\#(service).amazonaws.com","eventName":"\#(name)","eventType":"AwsApiCall","#
                + #""userIdentity":{"type":"IAMUser","userName":"mia"},"errorCode":"\#(error)","errorMessage":"no""#
        )
        for form in CloudTrailTests.forms(record, detailType: "AWS API Call via CloudTrail") {
            let finding = try CloudTrailTests.finding(form)
            #expect(finding.title == "\(name) by mia (\(error))")
            #expect(finding.severity == .informational)
            #expect(finding.statusText == error)
        }
    }

    @Test("a step of a sign-in that says by its error alone that it failed, failed, and the error is told")
    func error() throws {
        let finding = try CloudTrailTests.finding(
            CloudTrailTests.record(
                #""eventSource":"sso.amazonaws.com","eventName":"Federate","eventType":"AwsServiceEvent","#
                    + #""userIdentity":{"type":"IdentityCenterUser","userName":"mia"},"errorCode":"AccessDenied","#
                    + #""serviceEventDetails":{"role_name":"Admin"}"#
            )
        )
        #expect(finding.title == "Federate by mia (Failure)")
        #expect(finding.severity == .medium)
        #expect(finding.description.contains("Error: AccessDenied"))
    }

    static func insight(_ state: String, error: String = "") -> String {
        #"{"eventVersion":"1.09","eventTime":"2026-03-02T09:14:00Z","awsRegion":"eu-west-1","eventID":"e-\#(state)","#
            + #""eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"shared-1","#
            + #""insightDetails":{"state":"\#(state)","eventSource":"iam.amazonaws.com","eventName":"CreateUser",\#(error)"#
            + #""insightType":"ApiErrorRateInsight","insightContext":{"statistics":{"baseline":{"average":0.1},"#
            + #""insight":{"average":12}},"attributions":[{"attribute":"userIdentityArn","insight":[{"value":"#
            + #""arn:aws:iam::111122223333:user/mia","average":12}],"baseline":[]}]}},"eventCategory":"Insight"}"#
    }

    @Test("the start and the end of unusual activity are one alert, in events and in log files")
    func insights() throws {
        let start = CloudTrailTests.insight("Start", error: #""errorCode":"AccessDenied","#)
        let starts = try CloudTrailTests.forms(start, detailType: "AWS Insight via CloudTrail")
            .map(CloudTrailTests.finding)
        let ends = try CloudTrailTests.forms(CloudTrailTests.insight("End"), detailType: "AWS Insight via CloudTrail")
            .map(CloudTrailTests.finding)
        #expect(Set((starts + ends).map(\.key)).count == 1)
        #expect(starts[0].key.rawValue.contains("shared-1"))
        #expect(starts.allSatisfy { $0.status == .active } && ends.allSatisfy { $0.status == .resolved })
        #expect(
            Set(starts.map(\.title)) == ["ApiErrorRateInsight: unusual CreateUser of iam.amazonaws.com (AccessDenied)"]
        )
        #expect(Set(starts.map(\.product)) == ["CloudTrail"])
        #expect(Set(starts.map(\.account)) == ["111122223333"])
        #expect(Set(starts.map(\.region)) == ["eu-west-1"])
        #expect(Set(starts.map(\.severity)) == [.medium])
        #expect(starts[0].actor == "arn:aws:iam::111122223333:user/mia")
    }

    @Test(
        "who did it and from where are fields of their own",
        arguments: [
            (#"{"type":"IAMUser","arn":"arn:aws:iam::1:user/mia","userName":"mia"}"#, "arn:aws:iam::1:user/mia"),
            (
                #"{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/Ops/tom"}"#,
                "arn:aws:sts::1:assumed-role/Ops/tom"
            ),
            (#"{"type":"AWSService","invokedBy":"autoscaling.amazonaws.com"}"#, "autoscaling.amazonaws.com"),
            (#"{"type":"AWSAccount","principalId":"AIDA7","accountId":"222233334444"}"#, "AIDA7"),
            (#"{"type":"IdentityCenterUser","onBehalfOf":{"userId":"u-7"}}"#, "u-7"),
            (
                #"{"type":"Unknown","userName":"HIDDEN_DUE_TO_SECURITY_REASONS","arn":""}"#,
                "HIDDEN_DUE_TO_SECURITY_REASONS"
            ),
            ("null", nil),
        ] as [(String, String?)]
    )
    func actor(identity: String, actor: String?) throws {
        let text = CloudTrailTests.record(
            #""eventSource":"iam.amazonaws.com","eventName":"CreateUser","userIdentity":\#(identity)"#
        )
        let finding = try CloudTrailTests.finding(text)
        #expect(finding.actor == actor)
        #expect(finding.sourceAddress == "203.0.113.9")
    }

    @Test(
        "the request names the resources where the record lists none",
        arguments: [
            (
                "s3", #""requestParameters":{"bucketName":"logs","Host":"s3.amazonaws.com","x-amz-acl":"private"}"#,
                ["AWS::S3::Bucket logs"]
            ),
            (
                "ec2",
                #""requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[{"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}"#,
                ["AWS::EC2::SecurityGroup sg-1"]
            ),
            (
                "ec2",
                #""requestParameters":{"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]},"force":false}"#,
                ["AWS::EC2::Instance i-1", "AWS::EC2::Instance i-2"]
            ),
            (
                "iam",
                #""requestParameters":{"userName":"mia","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}"#,
                ["AWS::IAM::User mia", "AWS::IAM::Policy arn:aws:iam::aws:policy/AdministratorAccess"]
            ),
            ("cloudtrail", #""requestParameters":{"name":"main"}"#, ["AWS::CloudTrail::Trail main"]),
            (
                "sts",
                #""requestParameters":{"roleArn":"arn:aws:iam::1:role/Ops","roleSessionName":"tom","externalId":"x"}"#,
                ["AWS::IAM::Role arn:aws:iam::1:role/Ops"]
            ),
            (
                "kms",
                #""requestParameters":{"keyId":"k-1"},"resources":[{"ARN":"arn:aws:kms:eu-west-1:1:key/k-1","type":"AWS::KMS::Key"}]"#,
                ["AWS::KMS::Key arn:aws:kms:eu-west-1:1:key/k-1"]
            ),
            ("iam", #""requestParameters":null"#, []),
            ("ssm", #""requestParameters":{"target":"i-1"}"#, ["AWS::EC2::Instance i-1"]),
            ("ssm", #""requestParameters":{"target":"ecs:shop_1_2"}"#, ["target ecs:shop_1_2"]),
            ("events", #""requestParameters":{"target":"t"}"#, []),
            (
                "ssm", #""requestParameters":{"names":["/db/user","/db/password"]}"#,
                ["name /db/user", "name /db/password"]
            ),
            (
                "ec2", #""requestParameters":{"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-1"}}}"#,
                ["AWS::EC2::FlowLog fl-1"]
            ),
            (
                "ec2",
                #""requestParameters":{"DeleteVpcEndpointsRequest":{"VpcEndpointId":[{"tag":1,"content":"vpce-1"},{"tag":2,"content":"vpce-2"}]}}"#,
                ["AWS::EC2::VPCEndpoint vpce-1", "AWS::EC2::VPCEndpoint vpce-2"]
            ),
            (
                "ec2",
                #""requestParameters":{"CreateFlowLogsRequest":{"ResourceType":"VPC","ResourceId":{"tag":1,"content":"vpc-1"},"LogGroupName":"flows"}}"#,
                ["AWS::EC2::VPC vpc-1", "AWS::Logs::LogGroup flows"]
            ),
            (
                "ec2",
                #""requestParameters":{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"userId":"999988887777"}]}}}"#,
                ["AWS::EC2::Snapshot snap-1"]
            ),
            (
                "ecr", #""requestParameters":{"registryId":"111122223333","repositoryName":"shop"}"#,
                ["repositoryName shop"]
            ),
            (
                "lambda", #""requestParameters":{"functionName":"f","statementId":"open","principal":"*"}"#,
                ["AWS::Lambda::Function f"]
            ),
            (
                "glue", #""requestParameters":{"jobName":"nightly","clientToken":"t","accountId":"1"}"#,
                ["jobName nightly"]
            ),
        ]
    )
    func resources(service: String, members: String, expected: [String]) throws {
        let text = CloudTrailTests.record(
            #""eventSource":"\#(service).amazonaws.com","eventName":"X","userIdentity":{"type":"Root"},\#(members)"#
        )
        let found = try CloudTrailTests.finding(text).resources
        #expect(found.map { "\($0.type ?? "") \($0.id)" } == expected)
    }

    @Test("a request that names thousands lists the first")
    func many() throws {
        let items = (0..<5_000).map { #"{"instanceId":"i-\#($0)"}"# }.joined(separator: ",")
        let text = CloudTrailTests.record(
            #""eventSource":"ec2.amazonaws.com","eventName":"StopInstances","#
                + #""requestParameters":{"instancesSet":{"items":[\#(items)]}}"#
        )
        #expect(try CloudTrailTests.finding(text).resources.count == 32)
    }
}
