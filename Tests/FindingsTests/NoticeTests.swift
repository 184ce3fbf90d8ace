import Findings
import Testing

@Suite("notices of other services")
struct NoticeTests {
    static func s3(key: String, event: String = "ObjectCreated:Put", source: String = "aws:s3") -> String {
        #"{"eventVersion":"2.1","eventSource":"\#(source)","awsRegion":"eu-west-1","eventTime":"2026-03-02T09:15:00.000Z","#
            + #""eventName":"\#(event)","userIdentity":{"principalId":"AWS:AIDA7"},"#
            + #""requestParameters":{"sourceIPAddress":"203.0.113.9"},"s3":{"s3SchemaVersion":"1.0","#
            + #""bucket":{"name":"team-logs","arn":"arn:aws:s3:::team-logs"},"object":{"key":"\#(key)","size":1,"sequencer":"5"}}}"#
    }

    static let key = "AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2026/03/02/a%3Db+c.json.gz"

    @Test("a notice of an S3 object is not a call, and says that it is only a pointer", arguments: [0, 1, 2, 3])
    func object(form: Int) throws {
        let records = #"{"Records":[\#(NoticeTests.s3(key: NoticeTests.key))]}"#
        let text = [
            records, NoticeTests.s3(key: NoticeTests.key),
            JSONValue.object([
                .init("Records", [["messageId": "m", "eventSource": "aws:sqs", "body": .string(records)]])
            ]).text,
            JSONValue.object([
                .init("Type", "Notification"), .init("MessageId", "m"), .init("TopicArn", "arn:aws:sns:eu-west-1:1:t"),
                .init("Message", .string(records)),
            ]).text,
        ][form]
        let findings = try FindingDecoder().decode(text: text).observations.map(\.finding)
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.kind == .event)
        #expect(finding.product == "S3")
        #expect(finding.source == "aws.s3")
        #expect(finding.severity == .informational)
        #expect(
            finding.title
                == "ObjectCreated:Put: s3://team-logs/AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2026/03/02/a=b c.json.gz"
        )
        #expect(finding.description.contains("only a pointer"))
        #expect(finding.account == "111122223333")
        #expect(finding.region == "eu-west-1")
        #expect(finding.sourceAddress == "203.0.113.9")
    }

    @Test("an object that S3 tells EventBridge of is such a notice too")
    func eventBridge() throws {
        let text = """
            {"version":"0","id":"e-1","detail-type":"Object Created","source":"aws.s3","account":"111122223333",
             "time":"2026-03-02T09:15:00Z","region":"eu-west-1","resources":["arn:aws:s3:::team-logs"],
             "detail":{"version":"0","bucket":{"name":"team-logs"},"object":{"key":"a+b","size":5,"sequencer":"1"},
             "requester":"111122223333","source-ip-address":"203.0.113.9","reason":"PutObject"}}
            """
        let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.title == "Object Created: s3://team-logs/a+b")
        #expect(finding.severity == .informational)
        #expect(finding.description.contains("only a pointer"))
    }

    @Test("S3's test of a notification is nothing to tell")
    func test() throws {
        let text = #"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-02T09:15:00Z","Bucket":"b"}"#
        #expect(try FindingDecoder().decode(text: text).nothings.count == 1)
    }

    @Test("what stands in a Kinesis record is read")
    func kinesis() throws {
        let event = #"{"detail-type":"X","source":"my.app","id":"e-7","detail":{}}"#
        let data = Array(event.utf8)
        let text =
            #"{"Records":[{"kinesis":{"data":"\#(base64(data))","partitionKey":"p"},"eventSource":"aws:kinesis","#
            + #""eventVersion":"1.0","eventID":"shard:1","eventName":"aws:kinesis:record","awsRegion":"eu-west-1","#
            + #""eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/s"}]}"#
        let decoded = try FindingDecoder().decode(text: text)
        #expect(decoded.events.map(\.redeliveryKey) == ["eventbridge:e-7"])
        #expect(decoded.observations.map(\.finding.title) == ["X (my.app)"])
        #expect(decoded.observations.map(\.finding.account) == ["111122223333"])
    }

    @Test(
        "no record of a source of Lambda is taken for a call",
        arguments: [
            (
                #"{"eventSource":"aws:ses","eventVersion":"1.0","ses":{"mail":{"messageId":"m-1","source":"a@example.com","timestamp":"2026-03-02T09:15:00.000Z","destination":["b@example.com"],"commonHeaders":{"subject":"Hello"}},"receipt":{}}}"#,
                "aws.ses", "Mail received: Hello"
            ),
            (
                #"{"eventSource":"aws:dynamodb","eventVersion":"1.1","eventID":"d-1","eventName":"INSERT","awsRegion":"eu-west-1","dynamodb":{},"eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/1"}"#,
                "aws.dynamodb", "INSERT (aws.dynamodb)"
            ),
        ]
    )
    func others(record: String, source: String, title: String) throws {
        let finding = try #require(
            FindingDecoder().decode(text: #"{"Records":[\#(record)]}"#).observations.first?.finding
        )
        #expect(finding.kind == .event)
        #expect(finding.source == source)
        #expect(finding.title == title)
    }
}

/// Base64 of the bytes.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var out = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            out.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : "=")
        }
    }
    return out
}
