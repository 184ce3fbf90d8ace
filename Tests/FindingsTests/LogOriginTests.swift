import Findings
import Testing

@Suite("records out of logs and streams")
struct LogOriginTests {
    /// A subscription payload with one message.
    static func payload(
        _ message: String,
        group: String = "/app/prod",
        stream: String = "web",
        extracted: JSONValue? = nil
    ) -> String {
        JSONValue.compact([
            "messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": .string(group),
            "logStream": .string(stream), "subscriptionFilters": ["all"],
            "logEvents": [
                .compact(["id": "l-1", "timestamp": 1, "message": .string(message), "extractedFields": extracted])
            ],
        ]).text
    }

    static let call =
        #"{"eventVersion":"1.11","eventSource":"iam.amazonaws.com","eventName":"CreateUser","eventID":"e-1"}"#

    static func firehose(_ records: [String], head: String = "") -> String {
        let data = records.map { #"{"data":"\#(base64(Array($0.utf8)))"}"# }.joined(separator: ",")
        return #"{\#(head)"requestId":"r-1","timestamp":1,"records":[\#(data)]}"#
    }

    static let head =
        #""x-amz-firehose-source-arn":"arn:aws:firehose:eu-west-1:444455556666:deliverystream/logs","#

    @Test("a record keeps the log that it stood in, and patterns can ask for it")
    func origin() throws {
        let text = LogOriginTests.payload(LogOriginTests.call, extracted: ["level": "ERROR"])
        let observation = try #require(FindingDecoder().decode(text: text).observations.first)
        let log = LogOrigin(
            owner: "111122223333",
            group: "/app/prod",
            stream: "web",
            fields: [Tag(key: "level", value: "ERROR")]
        )
        #expect(observation.finding.log == log)
        #expect(observation.finding.account == "111122223333")
        #expect(observation.event["log"]?["logGroup"]?.string == "/app/prod")
        #expect(observation.event["log"]?["extractedFields"]?["level"]?.string == "ERROR")
        #expect(observation.event["account"]?.string == "111122223333")
    }

    @Test("what cannot be read says which log it stood in")
    func unreadable() throws {
        let text =
            #"{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/vpc","logStream":"eni-1","logEvents":["#
            + #"{"id":"1","message":"2 1111 eni-1 REJECT OK"},{"id":"2","message":"\#(LogOriginTests.call.replacing("\"", with: "\\\""))"}]}"#
        let reasons = try FindingDecoder().decode(text: text).unreadable.map(\.reason)
        #expect(reasons.count == 1)
        #expect(reasons[0].hasSuffix("(log group /vpc, stream eni-1, account 111122223333)"))
    }

    @Test(
        "the Region comes from the stream that CloudTrail names, centralised logs, or Firehose",
        arguments: [
            (payload(call, stream: "111122223333_CloudTrail_ap-south-1_2"), "111122223333", "ap-south-1"),
            (
                payload(call, extracted: ["@aws.account": "777788889999", "@aws.region": "sa-east-1"]), "777788889999",
                "sa-east-1"
            ),
            (firehose([payload(call)], head: head), "111122223333", "eu-west-1"),
            (firehose([payload(call)]), "111122223333", nil),
            (firehose([call], head: head), "444455556666", "eu-west-1"),
            (
                firehose(
                    [call],
                    head: head
                        + #""x-amz-firehose-common-attributes":{"commonAttributes":{"Account-Id":"555566667777","awsRegion":"us-west-2"}},"#
                ), "555566667777", "us-west-2"
            ),
            (
                firehose(
                    [
                        #"{"eventVersion":"1.11","eventSource":"iam.amazonaws.com","eventName":"X","recipientAccountId":"222233334444","awsRegion":"us-east-1"}"#
                    ],
                    head: head
                ), "222233334444", "us-east-1"
            ),
        ] as [(String, String, String?)]
    )
    func standIn(text: String, account: String, region: String?) throws {
        let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.account == account)
        #expect(finding.region == region)
    }

    @Test("what stands in for one log event is not carried to the next")
    func perEvent() throws {
        func event(_ id: String, _ fields: JSONValue?) -> JSONValue {
            .compact(["id": .string(id), "message": .string(LogOriginTests.call), "extractedFields": fields])
        }
        let text = JSONValue.compact([
            "messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "g", "logStream": "s",
            "logEvents": [event("1", ["@aws.account": "777788889999"]), event("2", nil)],
        ]).text
        #expect(
            try FindingDecoder().decode(text: text).observations.map(\.finding.account)
                == ["777788889999", "111122223333"]
        )
    }

    static let event = #"{"detail-type":"X","source":"my.app","detail":{"a":"}{\"[","b":[1,{}]}}"#

    @Test(
        "several values in one record are several events",
        arguments: ["", "\n", " \r\n\n", "\u{1E}", ",", ",\n"]
    )
    func several(separator: String) throws {
        let values = Array(repeating: LogOriginTests.event, count: 3).joined(separator: separator)
        for text in [
            LogOriginTests.firehose([values]), LogOriginTests.payload(values),
            separator.contains("\u{1E}") ? values : values + "\n",
        ] {
            let decoded = try FindingDecoder().decode(text: text)
            #expect(decoded.observations.count == 3)
            #expect(decoded.unreadable.isEmpty)
        }
        let keys = try FindingDecoder().decode(text: LogOriginTests.firehose([values])).events.map(\.redeliveryKey)
        #expect(keys == ["firehose:r-1/0/0", "firehose:r-1/0/1", "firehose:r-1/0/2"])
    }

    @Test("values that are spread over lines, and several on one line of many")
    func spread() throws {
        let pretty = "{\n  \"detail-type\": \"X\",\n  \"source\": \"my.app\",\n  \"detail\": {}\n}"
        #expect(try FindingDecoder().decode(text: "\(pretty)\n\(pretty)").observations.count == 2)
        let event = LogOriginTests.event
        #expect(try FindingDecoder().decode(text: "\(event)\(event)\n\(event)\n").observations.count == 3)
        for text in [
            "\(event)\n\(pretty)", "\(pretty)\n\(event)", "\u{FEFF}\(event)\n\(event)", "\(event) oops \(event)",
        ] {
            #expect(try FindingDecoder().decode(text: text).observations.count == 2, "\(text)")
        }
        let quoted = try JSONDocument.parse(JSONValue.array([.string(event), .string(pretty)]).text)
        #expect(try FindingDecoder().decode(text: quoted.text).observations.count == 2)
    }

    @Test("what is broken behind the first value costs itself alone, and is said with its place")
    func broken() throws {
        let decoded = try FindingDecoder().decode(text: "\(LogOriginTests.event)\n{\"a\" 1}{\"detail-type\":")
        #expect(decoded.observations.count == 1)
        #expect(decoded.unreadable.count == 1 || decoded.unreadable.count == 2)
        #expect(decoded.unreadable[0].reason.contains("line 2"))
    }

    @Test("a value with something behind it that begins no other is a mistake as before")
    func trailing() {
        #expect(throws: FindingDecodingError.self) {
            try FindingDecoder().decode(text: "\(LogOriginTests.event) oops")
        }
    }
}
