import Findings
import Testing

@Suite("resources, tags and callers")
struct ContextTests {
    static func guardDuty(resource: String, service: String = "{}") -> String {
        #"{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","partition":"aws","id":"g","#
            + #""arn":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/g","type":"X:Y/Z","severity":8,"#
            + #""title":"t","resource":\#(resource),"service":\#(service)}"#
    }

    @Test(
        "GuardDuty's resources of every kind are read",
        arguments: [
            (
                #"{"resourceType":"EBSRecoveryPoint","recoveryPointDetails":{"recoveryPointArn":"arn:aws:ec2:eu-west-1::snapshot/s","backupVaultName":"v"}}"#,
                "EBSRecoveryPoint arn:aws:ec2:eu-west-1::snapshot/s, BackupVault v"
            ),
            (
                #"{"resourceType":"EC2Image","ec2ImageDetails":{"imageArn":"arn:aws:ec2:eu-west-1::image/a"}}"#,
                "EC2Image arn:aws:ec2:eu-west-1::image/a"
            ),
            (#"{"resourceType":"EBSSnapshot","ebsSnapshotDetails":{"snapshotArn":"arn:s"}}"#, "EBSSnapshot arn:s"),
            (
                #"{"instanceDetails":{"instanceId":"i-1"},"ebsVolumeDetails":{"scannedVolumeDetails":[{"volumeArn":"arn:v1"}],"skippedVolumeDetails":[{"volumeArn":"arn:v2"}]}}"#,
                "Instance i-1, EBSVolume arn:v1, EBSVolume arn:v2"
            ),
            (
                #"{"eksClusterDetails":{"arn":"arn:c"},"kubernetesDetails":{"kubernetesWorkloadDetails":{"name":"web","namespace":"prod","type":"pods"}}}"#,
                "EKSCluster arn:c, KubernetesWorkload prod/web"
            ),
            (
                #"{"s3BucketDetails":[{"arn":"arn:aws:s3:::b","s3ObjectDetails":[{"objectArn":"arn:aws:s3:::b/k"}]}]}"#,
                "S3Bucket arn:aws:s3:::b, S3Object arn:aws:s3:::b/k"
            ),
            (
                #"{"ecsClusterDetails":{"arn":"arn:c","taskDetails":{"arn":"arn:t"}}}"#,
                "ECSCluster arn:c, ECSTask arn:t"
            ),
            // GetFindings spells it so.
            (#"{"EbsSnapshotDetails":{"SnapshotArn":"arn:s"}}"#, "EBSSnapshot arn:s"),
        ]
    )
    func resources(resource: String, expected: String) throws {
        let text = ContextTests.guardDuty(resource: resource)
        let found = try #require(FindingDecoder().decode(text: text).observations.first?.finding.resources)
        #expect(found.map { "\($0.type ?? "") \($0.id)" }.joined(separator: ", ") == expected)
    }

    @Test(
        "the tags of every kind of resource are read",
        arguments: [
            (
                #"{"ecsClusterDetails":{"name":"c","tags":[{"key":"a","value":"1"}],"taskDetails":{"arn":"t","tags":[{"key":"b","value":"2"}]}}}"#,
                "{}", ["a=1", "b=2"]
            ),
            (#"{"rdsDbInstanceDetails":{"dbInstanceIdentifier":"d","tags":[{"key":"a","value":"1"}]}}"#, "{}", ["a=1"]),
            (
                #"{"rdsLimitlessDbDetails":{"dbShardGroupIdentifier":"d","tags":[{"key":"a","value":""}]}}"#, "{}",
                ["a="]
            ),
            (
                #"{"resourceType":"AttackSequence"}"#,
                #"{"detection":{"sequence":{"resources":[{"uid":"i-1","tags":[{"key":"a","value":"1"}]},{"uid":"i-2","tags":[{"key":"a","value":"1"},{"key":"b","value":"2"}]}]}}}"#,
                ["a=1", "b=2"]
            ),
        ]
    )
    func tags(resource: String, service: String, expected: [String]) throws {
        let text = ContextTests.guardDuty(resource: resource, service: service)
        let found = try #require(FindingDecoder().decode(text: text).observations.first?.finding.tags)
        #expect(found.map { "\($0.key)=\($0.value)" } == expected)
    }

    @Test(
        "who called and from where stands in GuardDuty's action and sequence",
        arguments: [
            (
                #"{"accessKeyDetails":{"userName":"mia"}}"#,
                #"{"action":{"awsApiCallAction":{"remoteIpDetails":{"ipAddressV4":"203.0.113.9"}}}}"#, "mia",
                "203.0.113.9"
            ),
            (
                "{}",
                #"{"action":{"networkConnectionAction":{"connectionDirection":"OUTBOUND","remoteIpDetails":{"ipAddressV4":"203.0.113.9"}}}}"#,
                nil, nil
            ),
            (
                "{}",
                #"{"action":{"networkConnectionAction":{"connectionDirection":"INBOUND","remoteIpDetails":{"ipAddressV4":"203.0.113.9"}}}}"#,
                nil, "203.0.113.9"
            ),
            (
                "{}",
                #"{"action":{"portProbeAction":{"portProbeDetails":[{"remoteIpDetails":{"ipAddressV4":"203.0.113.9"}}]}}}"#,
                nil, "203.0.113.9"
            ),
            (
                "{}", #"{"action":{"kubernetesApiCallAction":{"sourceIPs":["203.0.113.9","10.0.0.1"]}}}"#, nil,
                "203.0.113.9"
            ),
            ("{}", #"{"action":{"kubernetesApiCallAction":{"sourceIps":["203.0.113.9"]}}}"#, nil, "203.0.113.9"),
            ("{}", #"{"Action":{"KubernetesApiCallAction":{"SourceIps":["203.0.113.9"]}}}"#, nil, "203.0.113.9"),
            (
                #"{"rdsDbUserDetails":{"user":"admin"}}"#,
                #"{"action":{"rdsLoginAttemptAction":{"remoteIpDetails":{"ipAddressV6":"2001:db8::1"}}}}"#, "admin",
                "2001:db8::1"
            ),
            (
                "{}",
                #"{"detection":{"sequence":{"actors":[{"id":"1","user":{"name":"tom"}}],"endpoints":[{"ip":"203.0.113.9"}]}}}"#,
                "tom", "203.0.113.9"
            ),
        ] as [(String, String, String?, String?)]
    )
    func callers(resource: String, service: String, actor: String?, address: String?) throws {
        let text = ContextTests.guardDuty(resource: resource, service: service)
        let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.actor == actor)
        #expect(finding.sourceAddress == address)
    }

    @Test(
        "a resource is named by the ARN that every other feed has",
        arguments: [
            (#"{"uid":"AJKSD","uid_alt":"arn:aws:iam::1:policy/p"}"#, "arn:aws:iam::1:policy/p"),
            (#"{"uid":"arn:aws:iam::1:policy/p","uid_alt":"AJKSD"}"#, "arn:aws:iam::1:policy/p"),
            (#"{"uid":"i-1","uid_alt":"other"}"#, "i-1"), (#"{"name":"n","uid_alt":"other"}"#, "n"),
            (#"{"name":"n","uid_alt":"arn:aws:s3:::b"}"#, "arn:aws:s3:::b"),
        ]
    )
    func alternative(resource: String, id: String) throws {
        let text = #"{"class_uid":2003,"finding_info":{"uid":"u","title":"t"},"resources":[\#(resource)]}"#
        #expect(try FindingDecoder().decode(text: text).observations.first?.finding.resources.map(\.id) == [id])
    }

    static func lake(product: String, unmapped: String, labels: String = "[]") -> String {
        #"{"class_uid":2001,"finding":{"uid":"u","title":"t"},"severity_id":4,"metadata":{"version":"1.0.0-rc.2","product":\#(product)},"#
            + #""resources":[{"uid":"sg-1","labels":\#(labels)}],"unmapped":\#(unmapped)}"#
    }

    @Test(
        "Security Lake's early findings have control, standard and labels in places of their own",
        arguments: [
            (
                lake(
                    product: #"{"name":"Security Hub","feature":{"uid":"cis-aws-foundations-benchmark/v/1.4.0/1.16"}}"#,
                    unmapped: "{}",
                    labels: #"["team=pay=x","bare","env:prod","aws:cloudformation:stack-name:web"]"#
                ),
                ["CIS.1.16"], ["cis-aws-foundations-benchmark/v/1.4.0"],
                ["team=pay=x", "bare=", "env=prod", "aws:cloudformation:stack-name=web"]
            ),
            (
                lake(
                    product: "{}",
                    unmapped:
                        #"{"ProductFields.ControlId":"S3.8","ProductFields.StandardsArn":"arn:aws:securityhub:::standards/pci-dss/v/3.2.1"}"#
                ),
                ["S3.8"], ["pci-dss/v/3.2.1"], []
            ),
            (lake(product: "{}", unmapped: #"{"ProductFields":{"ControlId":"S3.9"}}"#), ["S3.9"], [], []),
            (lake(product: "{}", unmapped: #"[{"name":"ProductFields.ControlId","value":"S3.7"}]"#), ["S3.7"], [], []),
            (lake(product: #"{"feature":{"uid":"arn:aws:x"}}"#, unmapped: "{}"), [], [], []),
        ]
    )
    func securityLake(text: String, controls: [String], standards: [String], tags: [String]) throws {
        let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.controls == controls)
        #expect(finding.standards == standards)
        #expect(finding.tags.map { "\($0.key)=\($0.value)" } == tags)
    }

    @Test("Macie says who opened a bucket, and tags objects too")
    func macie() throws {
        let text =
            #"{"id":"m","type":"Policy:IAMUser/S3BucketPublic","accountId":"111122223333","region":"eu-west-1","severity":{"score":3},"#
            + #""policyDetails":{"actor":{"ipAddressDetails":{"ipAddressV4":"203.0.113.9"},"userIdentity":{"type":"IAMUser","iamUser":{"arn":"arn:aws:iam::1:user/mia"},"root":null}}},"#
            + #""resourcesAffected":{"s3Bucket":{"name":"b","tags":[]},"s3Object":{"key":"k","tags":[{"key":"a","value":"1"}]}}}"#
        let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.actor == "arn:aws:iam::1:user/mia")
        #expect(finding.sourceAddress == "203.0.113.9")
        #expect(finding.tags == [Tag(key: "a", value: "1")])
    }

    @Test("OCSF's evidence and ASFF's action name the caller")
    func others() throws {
        let ocsf =
            #"{"class_uid":2004,"finding_info":{"uid":"u","title":"t"},"evidences":[{"actor":{"user":{"name":"mia"}},"src_endpoint":{"ip":"203.0.113.9"}}]}"#
        let asff =
            #"{"Id":"a","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","AwsAccountId":"1","Title":"t","#
            + #""Action":{"AwsApiCallAction":{"RemoteIpDetails":{"IpAddressV4":"203.0.113.9"}}},"Resources":[{"Id":"k","Details":{"AwsIamAccessKey":{"PrincipalName":"mia"}}}]}"#
        for text in [ocsf, asff] {
            let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
            #expect(finding.actor == "mia")
            #expect(finding.sourceAddress == "203.0.113.9")
        }
    }
}
