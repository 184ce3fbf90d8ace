import Findings
import Testing

@Suite("envelopes")
struct EnvelopeTests {
    @Test(
        "events of any envelope carry a key that stays the same when they are sent again",
        arguments: [
            ("guardduty/member", ["eventbridge:aa000000-0000-4000-8000-000000000001"]),
            ("sns/text", ["sns:budget-0001"]), ("sns/event", ["eventbridge:aa000000-0000-4000-8000-000000000001"]),
            ("lambda/sns", ["eventbridge:ff000000-0000-4000-8000-000000000001"]),
            (
                "lambda/sqs",
                ["eventbridge:aa000000-0000-4000-8000-000000000001", "sqs:sqs-2", "sqs:sqs-4/0", "sqs:sqs-4/1"]
            ),
            ("cloudevents/detail", ["cloudevent:aws.guardduty/ce-1"]),
            ("cloudevents/event", ["eventbridge:aa000000-0000-4000-8000-000000000001"]),
            ("cloudevents/base64", ["cloudevent:/x/ce-1"]),
            (
                "firehose/request",
                [
                    "eventbridge:aa000000-0000-4000-8000-000000000001",
                    "eventbridge:ff000000-0000-4000-8000-000000000001",
                    "firehose:ed4acda5-034f-9f42-bba1-f29aea6d7d8f/2",
                ]
            ),
            ("firehose/transform-input", ["firehose:inv-1/0"]), ("securityhub/batch-import", [nil, nil]),
        ] as [(String, [String?])]
    )
    func redeliveryKeys(fixture: String, keys: [String?]) throws {
        #expect(try Fixture.decode(fixture).events.map(\.redeliveryKey) == keys)
    }

    @Test("the request's own id stands in where a body carries none")
    func requestID() throws {
        let decoder = FindingDecoder()
        let batch = try decoder.decode(Fixture.bytes("securityhub/batch-import"), requestID: "sns:m")
        #expect(batch.events.map(\.redeliveryKey) == ["sns:m/0", "sns:m/1"])
        let single = try decoder.decode(Fixture.bytes("securityhub/macie"), requestID: "sns:m")
        #expect(single.events.map(\.redeliveryKey) == ["sns:m"])
        let own = try decoder.decode(Fixture.bytes("guardduty/member"), requestID: "sns:m")
        #expect(own.events.map(\.redeliveryKey) == ["eventbridge:aa000000-0000-4000-8000-000000000001"])
    }

    @Test("arrays mix events and findings, and NDJSON is read line by line")
    func lists() throws {
        let names = ["guardduty/member", "securityhub/macie", "config/compliant-bare", "ocsf/compliance"]
        let texts = try names.map { try JSONDocument.parse(Fixture.bytes($0)).compactText }
        let decoder = FindingDecoder()
        let array = try decoder.decode(text: "[\(texts.joined(separator: ","))]")
        let lines = try decoder.decode(text: texts.joined(separator: "\r\n") + "\n\n")
        #expect(array.observations.map(\.finding.kind) == [.guardDuty, .securityHub, .config, .ocsf])
        #expect(lines.observations.map(\.finding) == array.observations.map(\.finding))
    }

    @Test("a bad item is set aside with its reason and bytes, and the good ones are kept")
    func partial() throws {
        let event = try JSONDocument.parse(Fixture.bytes("event/instance-state")).compactText
        let array = try FindingDecoder().decode(text: "[\(event), {\"hello\":\"world\"}, 7, \(event)]")
        #expect(array.events.count == 2)
        #expect(array.unreadable.map { String(decoding: $0.bytes, as: UTF8.self) } == [#"{"hello":"world"}"#, "7"])
        #expect(array.unreadable[0].reason.contains("hello"))
        let lines = try FindingDecoder().decode(text: "\(event)\n{\"id\": oops}\n\(event)\n")
        #expect(lines.events.count == 2)
        #expect(lines.unreadable.map(\.reason) == ["not valid JSON at line 2, column 8: expected a value, found 'o'"])
        #expect(lines.unreadable[0].bytes == Array("{\"id\": oops}".utf8))
    }

    @Test("a bad element of detail.findings leaves the others of its event")
    func partialEvent() throws {
        let body =
            #"{"detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","id":"e","detail":{"findings":["#
            + #"{"Id":"1","Title":"a","AwsAccountId":"1"},5,{"Note":{}},{"Id":"2","Title":"b","AwsAccountId":"1"}]}}"#
        let decoded = try FindingDecoder().decode(text: body)
        #expect(decoded.observations.map(\.finding.id) == ["1", "2"])
        #expect(decoded.observations.map(\.findingIndex) == [0, 3])
        #expect(decoded.events.map(\.redeliveryKey) == ["eventbridge:e"])
        #expect(decoded.unreadable.map { String(decoding: $0.bytes, as: UTF8.self) } == ["5", #"{"Note":{}}"#])
    }

    @Test("a list of findings that are none leaves an event of another source what it is")
    func foreignList() throws {
        let body = #"{"detail-type":"Scan Finished","source":"my.app","id":"e","detail":{"findings":["a",{"b":1}]}}"#
        let decoded = try FindingDecoder().decode(text: body)
        #expect(decoded.observations.map(\.finding.title) == ["Scan Finished (my.app)"])
        #expect(decoded.unreadable.isEmpty)
    }

    @Test(
        "a body of which nothing can be read is refused, with the place where its JSON breaks",
        arguments: [
            ("", "the body is empty"), (" \n\t", "the body is empty"),
            ("{\"a\":1,\n \"b\" 2}", "not valid JSON at line 2, column 6: expected ':' after the key, found '2'"),
            ("hello", "not valid JSON at line 1, column 1: expected a value, found 'h'"),
            ("[]", "the body holds no events"), ("7", "expected an event or a finding, found a number"),
            ("{}", "an empty object is neither an event nor a finding"),
            ("{\"a\":1}", "an object with the keys a is neither an event nor a finding"),
            ("[1,2]", "none of the 2 items can be read; the first: expected an event or a finding, found a number"),
            ("{\"a\":}\n{\"b\":}", "none of the 2 items can be read; the first: not valid JSON at line 1, column 6"),
        ]
    )
    func refused(text: String, reason: String) {
        let error = #expect(throws: FindingDecodingError.self) { try FindingDecoder().decode(Array(text.utf8)) }
        #expect(error?.description.hasPrefix(reason) == true, "\(String(describing: error))")
    }

    @Test("confirmations, empty messages and control messages are understood and are nothing to alert about")
    func nothing() throws {
        #expect(try Fixture.decode("sns/subscription-confirmation").nothings.count == 1)
        #expect(try Fixture.decode("lambda/sqs").nothings == ["an SQS message without a body"])
        #expect(try Fixture.decode("firehose/request").nothings == ["a CloudWatch Logs control message"])
    }

    @Test("an envelope keeps its event as received; input without one gets the equivalent event")
    func events() throws {
        let custom = try Fixture.decode("securityhub/custom-action")
        #expect(custom.observations.map(\.findingIndex) == [0, 1])
        #expect(custom.observations.map(\.finding.status) == [.acknowledged, .acknowledged])
        #expect(custom.observations[1].event["detail"]?["actionName"]?.string == "Send to chat")
        let bare = try Fixture.decode("securityhub/batch-import").observations[1]
        #expect(bare.findingIndex == 0)
        #expect(bare.event["detail-type"]?.string == "Security Hub Findings - Imported")
        #expect(bare.event["source"]?.string == "aws.securityhub")
        #expect(bare.event["account"]?.string == "111122223333")
        #expect(bare.event["region"]?.string == "eu-central-1")
        #expect(bare.event[path: "detail", "findings", "Title"]?.string == "CVE-2026-0002 in zlib")
        let listed = try Fixture.decode("guardduty/get-findings").observations[0]
        #expect(listed.findingIndex == nil)
        #expect(listed.event["detail-type"]?.string == "GuardDuty Finding")
        #expect(listed.event["detail"]?["Severity"]?.integer == 8)
        let text = try Fixture.decode("sns/text").observations[0]
        #expect(text.event["source"]?.string == "aws.sns")
        #expect(text.event[path: "detail", "subject"]?.string == "Budget Alert")
    }

    @Test("envelopes inside envelopes end somewhere")
    func nesting() throws {
        var message = try Fixture.text("event/instance-state")
        for depth in 1...12 {
            message =
                JSONValue.object([
                    .init("Type", "Notification"), .init("MessageId", "m\(depth)"),
                    .init("TopicArn", "arn:aws:sns:r:1:t"),
                    .init("Message", .string(message)),
                ]).text
            if depth == 3 { #expect(try FindingDecoder().decode(text: message).observations.count == 1) }
        }
        #expect(throws: FindingDecodingError.self) { try FindingDecoder().decode(text: message) }
    }

    private static let event = #"{"detail-type":"t","source":"s","detail":{}}"#

    /// Bodies with as many findings as are asked for, in every way in which they can be spread over one.
    private static let spreads: [(name: String, body: @Sendable (Int) -> String)] = [
        ("array", { "[" + Array(repeating: event, count: $0).joined(separator: ",") + "]" }),
        ("lines", { Array(repeating: event, count: $0).joined(separator: "\n") }),
        ("lines among empty arrays", { Array(repeating: "[]\n" + event, count: $0).joined(separator: "\n") }),
        (
            "nested arrays",
            { count in "[[" + Array(repeating: event, count: count - 1).joined(separator: ",") + "],[[\(event)]]]" }
        ),
        ("one event", { list($0) }),
        ("several events", { "[" + list(6_000) + "," + list($0 - 6_000) + "]" }),
        (
            "records",
            { count in
                let records = [list(6_000), list(count - 6_000)].map { JSONValue.string($0).text }
                let texts = records.map { #"{"messageId":"m","body":\#($0)}"# }
                return #"{"Records":[\#(texts.joined(separator: ","))]}"#
            }
        ),
    ]

    private static func list(_ count: Int) -> String {
        let findings = Array(repeating: #"{"Id":"i","Title":"t"}"#, count: count).joined(separator: ",")
        return #"{"detail-type":"Security Hub Findings - Imported","source":"s","detail":{"findings":[\#(findings)]}}"#
    }

    @Test("one body holds ten thousand findings, however they are spread", arguments: spreads.indices)
    func mostFindings(spread: Int) throws {
        let (_, body) = EnvelopeTests.spreads[spread]
        #expect(try FindingDecoder().decode(text: body(10_000)).observations.count == 10_000)
        #expect(throws: FindingDecodingError.tooMany(limit: 10_000, firehoseRequestID: nil)) {
            try FindingDecoder().decode(text: body(10_001))
        }
    }

    @Test("what cannot be read counts like findings, so that a body cannot grow in memory")
    func mostItems() {
        #expect(throws: FindingDecodingError.tooMany(limit: 10_000, firehoseRequestID: nil)) {
            try FindingDecoder().decode(text: "[" + Array(repeating: "7", count: 20_000).joined(separator: ",") + "]")
        }
    }

    @Test("a body that was accepted before is read again as far as it was accepted", arguments: [7, 10_000, 11_000])
    func again(accepted: Int) throws {
        let body = Array(
            ("[" + Array(repeating: EnvelopeTests.list(3_000), count: 4).joined(separator: ",") + "]").utf8
        )
        let decoded = try FindingDecoder().decodeAgain(body, requestID: nil, accepted: accepted)
        #expect(decoded.observations.count == max(10_000, accepted))
        #expect(decoded.items.count == 4)
    }
}

extension JSON {
    /// The value on one line.
    fileprivate var compactText: String {
        switch kind {
        case .object:
            "{" + members.map { JSONValue.string($0.key).text + ":" + $0.value.compactText }.joined(separator: ",")
                + "}"
        case .array: "[" + elements.map(\.compactText).joined(separator: ",") + "]"
        default: text
        }
    }
}
