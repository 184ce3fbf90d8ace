import Findings
import Testing

@Suite("products of others")
struct ThirdPartyTests {
    static func falco(_ priority: String, uuid: String = "u-1", pod: String = "api-1") -> String {
        #"{"uuid":"\#(uuid)","output":"09:15:02: \#(priority) A shell was spawned","priority":"\#(priority)","#
            + #""rule":"Terminal shell in container","time":"2026-03-02T09:15:02.123456789Z","output_fields":{"container.id":"3ad7","#
            + #""k8s.ns.name":"prod","k8s.pod.name":"\#(pod)","user.name":"root","evt.time":1763625600123456789},"#
            + #""source":"syscall","tags":["T1059","shell"],"hostname":"node-1"}"#
    }

    static func cloudEvent(_ data: String, _ attributes: String = "") -> String {
        #"{"specversion":"1.0","id":"c-1","source":"falco.org","type":"falco.rule.output.v1","#
            + #""time":"2026-03-02T09:15:02Z",\#(attributes)"data":\#(data)}"#
    }

    @Test(
        "Falco's alerts are read bare and as CloudEvents",
        arguments: [
            ("Emergency", Severity.critical), ("Alert", .critical), ("Critical", .critical), ("Error", .high),
            ("Warning", .medium), ("Notice", .low), ("Informational", .informational), ("Debug", .informational),
            ("critical", .critical),
        ]
    )
    func falco(priority: String, severity: Severity) throws {
        let bare = ThirdPartyTests.falco(priority)
        let findings = try [bare, ThirdPartyTests.cloudEvent(bare, #""priority":"\#(priority)","#)].map { text in
            try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        }
        for finding in findings {
            #expect(finding.severity == severity)
            #expect(finding.title == "Terminal shell in container")
            #expect(finding.product == "Falco")
            #expect(finding.description.hasSuffix("A shell was spawned"))
            #expect(finding.resources.map(\.id) == ["prod/api-1", "3ad7", "node-1"])
            #expect(finding.actor == "root")
            #expect(finding.updatedAt?.iso8601 == "2026-03-02T09:15:02.123Z")
        }
        #expect(findings[0].key == findings[1].key)
    }

    @Test("two alerts of one rule about one pod are one problem, and about two pods two")
    func identity() throws {
        func event(_ text: String) throws -> Event { try #require(FindingDecoder().decode(text: text).events.first) }
        let first = try event(ThirdPartyTests.falco("Error"))
        let again = try event(ThirdPartyTests.falco("Error", uuid: "u-2"))
        let other = try event(ThirdPartyTests.falco("Error", uuid: "u-3", pod: "api-2"))
        #expect(first.observations[0].finding.key == again.observations[0].finding.key)
        #expect(first.observations[0].finding.key != other.observations[0].finding.key)
        #expect([first, again, other].map(\.redeliveryKey) == ["falco:u-1", "falco:u-2", "falco:u-3"])
    }

    @Test("alerts of two accounts, or of two Regions of one, are two problems, though each names the same")
    func clusters() throws {
        func logged(_ account: String, _ alert: String) -> String {
            JSONValue.object([
                .init("messageType", "DATA_MESSAGE"), .init("owner", .string(account)), .init("logGroup", "falco"),
                .init("logStream", "s"), .init("logEvents", [["id": "1", "message": .string(alert)]]),
            ]).text
        }
        func key(_ text: String) throws -> FindingKey {
            try #require(FindingDecoder().decode(text: text).observations.first?.finding.key)
        }
        func audited(_ region: String, user: String = "mia") -> String {
            #"{"output":"o","priority":"Critical","rule":"Trail stopped","time":"2026-03-02T09:15:02Z","#
                + #""output_fields":{"ct.user":"\#(user)","ct.region":"\#(region)"}}"#
        }
        let texts = [
            logged("111122223333", ThirdPartyTests.falco("Critical")),
            logged("444455556666", ThirdPartyTests.falco("Critical")),
            ThirdPartyTests.falco("Critical"), audited("eu-west-1"), audited("eu-west-2"),
            logged("111122223333", audited("eu-west-1")),
        ]
        let keys = try texts.map(key)
        #expect(Set(keys).count == texts.count)
        // What a data directory has of them is found again.
        #expect(Set(keys.prefix(3).map(\.former)).count == 1 && Set(keys.suffix(3).map(\.former)).count == 1)
        #expect(keys.allSatisfy { $0.former != nil })
        #expect(try key(audited("a", user: "b/c")) != key(audited("a/b", user: "c")))
    }

    @Test(
        "the priority of a CloudEvent is the severity of what has no other",
        arguments: [
            (#""priority":"Warning","#, Severity.medium), (#""severity":"CRITICAL","#, .critical),
            (#""priority":"7","#, .unknown), ("", .unknown),
        ]
    )
    func priority(attributes: String, severity: Severity) throws {
        let text = ThirdPartyTests.cloudEvent(#"{"state":"failed"}"#, attributes)
        #expect(try FindingDecoder().decode(text: text).observations.map(\.finding.severity) == [severity])
    }

    @Test("Cloud Custodian's compressed messages are read")
    func custodian() throws {
        let decoded = try Fixture.decode("custodian/notice")
        let finding = try #require(decoded.observations.first?.finding)
        #expect(decoded.events.map(\.redeliveryKey) == ["sns:c7n-1"])
        #expect(finding.title == "Unencrypted volumes in payments")
        #expect(finding.description == "2 volumes are not encrypted\nThey will be deleted on Friday")
        #expect(finding.severity == .high)
        #expect(finding.account == "444455556666")
        #expect(finding.accountName == "payments")
        #expect(finding.region == "ap-south-1")
        #expect(finding.product == "Cloud Custodian")
        #expect(finding.controls == ["ebs-unencrypted"])
        #expect(finding.resources.map(\.id) == ["vol-0a1", "vol-0b2"])
        #expect(finding.tags == [Tag(key: "team", value: "pay")])
    }

    @Test("a compressed message that grows a thousandfold is refused before it has grown")
    func bomb() throws {
        let request = try JSONDocument.parse(Fixture.bytes("firehose/bomb"))
        let data = try #require(request["records"]?.elements.first?["data"]?.string)
        let message = JSONValue.object([
            .init("Type", "Notification"), .init("MessageId", "m"), .init("TopicArn", "arn:aws:sns:eu-west-1:1:t"),
            .init("Message", .string(data)),
        ])
        let error = #expect(throws: FindingDecodingError.self) { try FindingDecoder().decode(text: message.text) }
        #expect(error?.description.contains("compressed data that grows past") == true)
    }

    @Test(
        "words that only begin like compressed data stay words",
        arguments: ["eJust a word to everybody", "x^2 + y^2 = z^2"]
    )
    func words(text: String) throws {
        let message = JSONValue.object([
            .init("Type", "Notification"), .init("MessageId", "m"), .init("TopicArn", "arn:aws:sns:eu-west-1:1:t"),
            .init("Message", .string(text)),
        ])
        #expect(try FindingDecoder().decode(text: message.text).observations.map(\.finding.title) == [text])
    }

    @Test("a check that a person has to make has not failed")
    func manual() throws {
        func ocsf(_ word: String) -> String {
            #"{"class_uid":2004,"severity_id":4,"severity":"High","status":"New","status_id":1,"status_code":"\#(word)","#
                + #""metadata":{"event_code":"iam_root_mfa","product":{"name":"Prowler","vendor_name":"Prowler"}},"#
                + #""finding_info":{"uid":"p-1","title":"t"},"cloud":{"account":{"uid":"111122223333"}}}"#
        }
        let manual = try #require(FindingDecoder().decode(text: ocsf("MANUAL")).observations.first?.finding)
        #expect(manual.severity == .high)
        #expect(manual.status == .acknowledged)
        #expect(manual.statusText == "New/MANUAL")
        let failed = try #require(FindingDecoder().decode(text: ocsf("FAIL")).observations.first?.finding)
        #expect(failed.severity == .high)
        #expect(failed.status == .active)
        let asff = try #require(
            FindingDecoder().decode(
                text:
                    #"{"Id":"p","ProductArn":"arn:aws:securityhub:eu-west-1::product/prowler/prowler","AwsAccountId":"1","#
                    + #""Title":"t","Severity":{"Label":"CRITICAL"},"Compliance":{"Status":"NOT_AVAILABLE"},"RecordState":"ACTIVE"}"#
            ).observations.first?.finding
        )
        #expect(asff.severity == .critical)
        #expect(asff.status == .acknowledged)
    }

    @Test(
        "a scan is as severe as the worst that it found",
        arguments: [
            (#"{"CRITICAL":2,"LOW":40}"#, Severity.critical, FindingStatus.active, "2 critical, 40 low"),
            (#"{"LOW":1,"HIGH":0,"MEDIUM":3,"TOTAL":4}"#, .medium, .active, "3 medium, 1 low"),
            (#"{"INFORMATIONAL":7,"UNDEFINED":1}"#, .informational, .active, "7 informational, 1 undefined"),
            (#"{"UNDEFINED":3}"#, .unknown, .active, "3 undefined"),
            (#"{}"#, .informational, .resolved, "nothing found"),
            (#"{"CRITICAL":0,"TOTAL":0}"#, .informational, .resolved, "nothing found"),
            (#"{"CRITICAL":"2","HIGH":"0"}"#, .critical, .active, "2 critical"),
            (#"{"CRITICAL":"many","HIGH":1}"#, .critical, .active, "some critical, 1 high"),
            (#"{"HIGH":null}"#, .high, .active, "some high"), (#"{"TOTAL":5}"#, .unknown, .active, "5 total"),
        ]
    )
    func scan(counts: String, severity: Severity, status: FindingStatus, words: String) throws {
        func event(_ source: String, _ type: String, _ state: String) -> String {
            #"{"version":"0","id":"s-1","detail-type":"\#(type)","source":"\#(source)","account":"111122223333","region":"us-gov-west-1","#
                + #""resources":["arn:aws-us-gov:ecr:us-gov-west-1:111122223333:repository/shop/api"],"detail":{"scan-status":"\#(state)","#
                + #""repository-name":"shop/api","finding-severity-counts":\#(counts),"image-digest":"sha256:1","image-tags":["v2"]}}"#
        }
        for (source, type, state, product) in [
            ("aws.ecr", "ECR Image Scan", "COMPLETE", "ECR"),
            ("aws.inspector2", "Inspector2 Scan", "INITIAL_SCAN_COMPLETE", "Inspector"),
        ] {
            let finding = try #require(
                FindingDecoder().decode(text: event(source, type, state)).observations.first?.finding
            )
            #expect(finding.severity == severity)
            #expect(finding.status == status)
            #expect(finding.title == "Scan of shop/api:v2: \(words)")
            #expect(finding.product == product)
        }
    }

    @Test(
        "a scan that is complete and says nothing of what it found clears nobody",
        arguments: ["null", "[]", #""none""#]
    )
    func silentScan(counts: String) throws {
        let finding = try ThirdPartyTests.scan(region: "eu-west-1", counts: counts)
        #expect(finding.status == .active)
        #expect(finding.severity == .unknown)
        #expect(finding.title == "Scan of shop/api: COMPLETE")
    }

    @Test("a repository that is named without its ARN has a namesake in every Region")
    func namesakes() throws {
        let one = try ThirdPartyTests.scan(region: "eu-west-1")
        let other = try ThirdPartyTests.scan(region: "eu-central-1")
        #expect(one.key != other.key)
        #expect(one.key.former == other.key.former && one.key.former != nil)
        let arn = "arn:aws:ecr:eu-west-1:111122223333:repository/shop/api"
        #expect(try ThirdPartyTests.scan(region: "eu-west-1", resources: [arn]).key.former == nil)
    }

    private static func scan(region: String, resources: [String] = [], counts: String = #"{"HIGH":1}"#) throws
        -> Finding
    {
        let listed = resources.map { #""\#($0)""# }.joined(separator: ",")
        let text =
            #"{"version":"0","id":"s-1","detail-type":"ECR Image Scan","source":"aws.ecr","account":"111122223333","#
            + #""region":"\#(region)","resources":[\#(listed)],"detail":{"scan-status":"COMPLETE","#
            + #""repository-name":"shop/api","image-digest":"sha256:1","finding-severity-counts":\#(counts)}}"#
        return try #require(FindingDecoder().decode(text: text).observations.first).finding
    }

    @Test("a scan that failed says so, and an image is named without the words of its ARN")
    func failedScan() throws {
        let repository = "arn:aws:ecr:eu-west-1:111122223333:repository/shop/api"
        let finding = try #require(
            FindingDecoder().decode(
                text:
                    #"{"version":"0","id":"s-1","detail-type":"ECR Image Scan","source":"aws.ecr","account":"111122223333","#
                    + #""region":"eu-west-1","resources":["\#(repository)"],"detail":{"scan-status":"FAILED","#
                    + #""repository-name":"\#(repository)","image-tags":["v2"]}}"#
            ).observations.first?.finding
        )
        #expect(finding.title == "Scan of shop/api:v2: FAILED")
        #expect(finding.severity == .low && finding.status == .active)
    }

    @Test(
        "a result of a malware scan says what was found in which object, and a clean one ends it",
        arguments: [
            (
                #""scanResultStatus":"THREATS_FOUND","threats":[{"name":"EICAR"}]"#, Severity.high,
                FindingStatus.active,
                "Malware found in uploads/in/a b.pdf"
            ),
            (
                #""scanResultStatus":"NO_THREATS_FOUND","threats":null"#, .informational, .resolved,
                "No malware found in uploads/in/a b.pdf"
            ),
            (
                #""scanResultStatus":"ACCESS_DENIED","statusReasons":["ACCESS_DENIED"]"#, .low, .active,
                "uploads/in/a b.pdf was not scanned for malware: ACCESS_DENIED"
            ),
        ]
    )
    func malwareScan(result: String, severity: Severity, status: FindingStatus, title: String) throws {
        func finding(version: String) throws -> Finding {
            let detail =
                #"{"schemaVersion":"1.0","scanStatus":"COMPLETED","resourceType":"S3_OBJECT","#
                + #""s3ObjectDetails":{"bucketName":"uploads","objectKey":"in/a b.pdf","eTag":"e","versionId":"\#(version)"},"#
                + #""scanResultDetails":{\#(result)}}"#
            let plan = "arn:aws-us-gov:guardduty:us-gov-west-1:111122223333:malware-protection-plan/b4"
            let event =
                #"{"version":"0","id":"m-1","detail-type":"GuardDuty Malware Protection Object Scan Result","#
                + #""source":"aws.guardduty","account":"111122223333","time":"2026-02-28T01:01:01Z","#
                + #""region":"us-gov-west-1","resources":["\#(plan)"],"detail":\#(detail)}"#
            return try #require(FindingDecoder().decode(text: event).observations.first?.finding)
        }
        let found = try finding(version: "v1")
        #expect(found.severity == severity)
        #expect(found.status == status)
        #expect(found.title == title)
        #expect(found.product == "GuardDuty")
        #expect(found.account == "111122223333")
        #expect(found.resources.map(\.id) == ["arn:aws-us-gov:s3:::uploads/in/a b.pdf"])
        #expect(try finding(version: "v1").key == found.key)
        #expect(try finding(version: "v2").key != found.key)
    }
}
