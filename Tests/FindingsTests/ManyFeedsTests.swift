import Findings
import Testing

/// One problem as the feeds of different products and services tell it.
@Suite("findings of many feeds")
struct ManyFeedsTests {
    private func finding(_ text: String) throws -> Finding {
        try #require(FindingDecoder().decode(text: text).observations.first?.finding)
    }

    private func imported(_ generator: String, _ fields: String) -> String {
        #"{"SchemaVersion":"2018-10-08","Id":"CVE-2026-1","AwsAccountId":"111122223333","GeneratorId":"\#(generator)","#
            + #""ProductArn":"arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default","#
            + #""ProductName":"Default","CompanyName":"Personal","ProductFields":{\#(fields)},"Title":"t","#
            + #""Severity":{"Label":"HIGH"},"Resources":[{"Type":"Container","Id":"img:1"}],"RecordState":"ACTIVE"}"#
    }

    @Test(
        "what an account imports under its own ARN is told apart by the tool, however its template names it",
        arguments: [
            (("g", #""Product Name":"Trivy""#), ("g", #""Product Name":"Grype""#)),
            (("g", #""ProviderName":"Trivy""#), ("g", #""ProviderName":"Grype""#)),
            (("Trivy/CVE-2026-1", ""), ("Grype/CVE-2026-1", "")),
            (("g", #""aws/securityhub/ProductName":"Trivy""#), ("g", #""aws/securityhub/ProductName":"Grype""#)),
        ]
    )
    func tools(one: (String, String), other: (String, String)) throws {
        let key = try finding(imported(one.0, one.1)).key
        #expect(try finding(imported(other.0, other.1)).key != key)
        #expect(try finding(imported(one.0, one.1)).key == key)
    }

    private func ocsf(_ members: String, class number: Int = 2004) -> String {
        #"{"class_uid":\#(number),"severity_id":5,"status_id":1,"time":1772442000000,"metadata":{"version":"1.5.0","#
            + #""product":{"name":"P","vendor_name":"V"}},"cloud":{"account":{"uid":"111122223333"},"region":"eu-west-1"},"#
            + members + "}"
    }

    @Test("an incident has the title of what it is made of, its own text, and a key that is no finding's")
    func incident() throws {
        let list = #""finding_info_list":[{"uid":"a","title":"Ransomware on web-1"}],"desc":"An incident""#
        let incident = try finding(ocsf(list, class: 2005))
        #expect(incident.title == "Ransomware on web-1")
        #expect(incident.description == "An incident")
        #expect(incident.severity == .critical)
        #expect(incident.key != (try finding(ocsf(#""finding_info":{"uid":"a","title":"Ransomware on web-1"}"#)).key))
    }

    @Test(
        "Security Lake's findings have the controls and standards of ASFF",
        arguments: [
            (
                #"{"ProductFields.RuleId":"1.14","ProductFields.StandardsGuideArn":"arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"}"#,
                "CIS.1.14", ["cis-aws-foundations-benchmark/v/1.2.0"]
            ),
            (
                #"{"ProductFields.RuleId":"1.14","ProductFields.StandardsArn":"arn:aws:securityhub:::standards/pci-dss/v/3.2.1"}"#,
                "1.14", ["pci-dss/v/3.2.1"]
            ),
            (
                #"{"Compliance.SecurityControlId":"S3.1","Compliance.AssociatedStandards[].StandardsId":"standards/pci-dss/v/3.2.1, standards/nist-800-53/v/5.0.0"}"#,
                "S3.1", ["pci-dss/v/3.2.1", "nist-800-53/v/5.0.0"]
            ),
            (
                #"{"Compliance":{"SecurityControlId":"S3.1","AssociatedStandards":[{"StandardsId":"standards/pci-dss/v/3.2.1"},{"StandardsId":"standards/nist-800-53/v/5.0.0"}]}}"#,
                "S3.1", ["pci-dss/v/3.2.1", "nist-800-53/v/5.0.0"]
            ),
            (
                #"[{"name":"Compliance.SecurityControlId","value":"S3.1"},{"name":"Compliance.AssociatedStandards[].StandardsId","value":"standards/pci-dss/v/3.2.1"}]"#,
                "S3.1", ["pci-dss/v/3.2.1"]
            ),
        ]
    )
    func securityLake(unmapped: String, control: String, standards: [String]) throws {
        let finding = try finding(
            ocsf(#""finding":{"uid":"a","title":"t"},"state_id":1,"unmapped":\#(unmapped)"#, class: 2001)
        )
        #expect(finding.controls == [control])
        #expect(finding.standards == standards)
    }

    @Test(
        "tags of OCSF are read with one value, with several and with none",
        arguments: [
            (#"{"name":"team","value":"pay"}"#, [Findings.Tag(key: "team", value: "pay")]),
            (#"{"key":"team","value":"pay"}"#, [Findings.Tag(key: "team", value: "pay")]),
            (
                #"{"name":"team","values":["pay","ops"]}"#,
                [Findings.Tag(key: "team", value: "pay"), Findings.Tag(key: "team", value: "ops")]
            ),
            (#"{"name":"only"}"#, [Findings.Tag(key: "only", value: "")]),
        ]
    )
    func tags(tag: String, expected: [Findings.Tag]) throws {
        let text = ocsf(#""finding_info":{"uid":"a","title":"t"},"resources":[{"uid":"r","tags":[\#(tag)]}]"#)
        #expect(try finding(text).tags == expected)
    }

    @Test("a vulnerability's remedy is that of the finding, and commands among the references are no link")
    func remedy() throws {
        let remedy = #"{"desc":"Update","references":["aws s3api put-bucket-acl","https://example.com/fix"]}"#
        let found = try finding(
            ocsf(
                #""finding_info":{"uid":"a","title":"t"},"status_detail":"Bucket b is open.","vulnerabilities":"#
                    + #"[{"cve":{"uid":"CVE-2026-1"},"remediation":\#(remedy)}]"#
            )
        )
        #expect(found.remediation == Remediation(text: "Update", url: "https://example.com/fix"))
        #expect(found.types == ["CVE-2026-1"])
        #expect(found.description == "Bucket b is open.")
    }

    @Test("a device is a resource, and two devices are two problems")
    func device() throws {
        func found(_ name: String) throws -> Finding {
            try finding(
                ocsf(#""finding_info":{"uid":"a","title":"t"},"device":{"hostname":"\#(name)","type":"Server"}"#)
            )
        }
        #expect(try found("web-1").resources == [Resource(id: "web-1", type: "Server")])
        #expect(try found("web-1").key != found("web-2").key)
    }

    @Test("projects and named accounts of other clouds are told apart", arguments: ["project_uid", "name"])
    func projects(member: String) throws {
        func found(_ value: String) throws -> Finding {
            let cloud = member == "name" ? #"{"account":{"name":"\#(value)"}}"# : #"{"project_uid":"\#(value)"}"#
            return try finding(
                #"{"class_uid":2004,"metadata":{"product":{"name":"P","vendor_name":"V"}},"cloud":\#(cloud),"#
                    + #""finding_info":{"uid":"u1","title":"t"}}"#
            )
        }
        #expect(try found("a").key != found("b").key)
    }

    @Test("the source of a connection that went out is nobody's address", arguments: [(1, "10.0.0.1"), (2, nil)])
    func outbound(direction: Int, expected: String?) throws {
        let text = ocsf(
            #""finding_info":{"uid":"a","title":"t"},"evidences":[{"src_endpoint":{"ip":"10.0.0.1"},"#
                + #""connection_info":{"direction_id":\#(direction)}}]"#
        )
        #expect(try finding(text).sourceAddress == expected)
    }

    @Test("an alarm that names its Region in words has that of its topic, and alarms of two Regions are two")
    func alarm() throws {
        func message(_ region: String, _ words: String) -> String {
            let alarm =
                #"{\"AlarmName\":\"cpu\",\"AWSAccountId\":\"111122223333\",\"NewStateValue\":\"ALARM\",\"Region\":\"\#(words)\","#
                + #"\"Trigger\":{\"Metrics\":[{\"MetricStat\":{\"Metric\":{\"Dimensions\":[{\"name\":\"LoadBalancer\",\"value\":\"app/lb/1\"}]}}}]}}"#
            return
                #"{"Type":"Notification","MessageId":"m-\#(region)","TopicArn":"arn:aws-eusc:sns:\#(region):111122223333:t","#
                + #""Message":"\#(alarm)","Timestamp":"2026-03-02T09:15:00.000Z","SignatureVersion":"1","Signature":"s","#
                + #""SigningCertURL":"https://sns.\#(region).amazonaws.eu/x.pem","UnsubscribeURL":"https://x"}"#
        }
        let found = try finding(message("eusc-de-east-1", "Europe (Germany)"))
        #expect(found.region == "eusc-de-east-1")
        #expect(found.id == "arn:aws-eusc:cloudwatch:eusc-de-east-1:111122223333:alarm:cpu")
        #expect(found.url?.contains("console.amazonaws-eusc.eu") == true)
        #expect(found.resources.map(\.id) == [found.id, "app/lb/1"])
        func bare(_ words: String) throws -> FindingKey {
            try finding(
                #"{"AlarmName":"cpu","AWSAccountId":"111122223333","NewStateValue":"ALARM","Region":"\#(words)"}"#
            ).key
        }
        #expect(try bare("EU (Ireland)") != bare("US East (N. Virginia)"))
    }

    @Test("what a message brings without a date happened when it was sent")
    func messageTime() throws {
        let text =
            #"{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","#
            + #""Message":"{\"scanResultStatus\":\"THREATS_FOUND\",\"resourceArn\":\"arn:aws:ec2:eu-west-1::snapshot/s\"}","#
            + #""Timestamp":"2026-03-02T09:15:00.000Z","SignatureVersion":"1","Signature":"s","#
            + #""SigningCertURL":"https://sns.eu-west-1.amazonaws.com/x.pem","UnsubscribeURL":"https://x"}"#
        let found = try finding(text)
        #expect(found.title == "Malware found in arn:aws:ec2:eu-west-1::snapshot/s")
        #expect(found.occurredAt?.iso8601.hasPrefix("2026-03-02T09:15:00") == true)
    }

    private func signIn(_ members: String) -> String {
        #"{"eventVersion":"1.08","eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","#
            + #""eventID":"e","eventTime":"2026-03-02T09:15:00Z","awsRegion":"eu-west-1","recipientAccountId":"111122223333","#
            + members + "}"
    }

    @Test(
        "a failed sign-in says so and names the person, wherever the record has them",
        arguments: [
            (
                #""userIdentity":{"type":"Unknown","principalId":"111122223333","arn":"","userName":""},"#
                    + #""additionalEventData":{"UserName":"alice@example.com"},"#
                    + #""serviceEventDetails":{"CredentialVerification":"Failure"}"#, "alice@example.com"
            ),
            (
                #""userIdentity":{"type":"IAMUser","userName":"bob"},"responseElements":null,"#
                    + #""errorMessage":"Failed authentication""#, "bob"
            ),
            (
                #""userIdentity":{"type":"IAMUser","userName":"bob"},"errorCode":"x","#
                    + #""responseElements":{"ConsoleLogin":"Failure"}"#, "bob"
            ),
        ]
    )
    func failures(members: String, person: String) throws {
        let found = try finding(signIn(members))
        #expect(found.title == "CredentialVerification by \(person) (Failure)")
        #expect(found.actor == person)
        #expect(found.severity == .medium)
    }
}
