import Findings
import Testing

@Suite("SNS messages")
struct SNSEnvelopeTests {
    @Test("what is signed is each key and value on a line of its own, the last line ended too")
    func stringToSign() throws {
        let text = try #require(ParsedBody(Fixture.bytes("sns/text")).snsEnvelope)
        #expect(
            String(decoding: text.stringToSign, as: UTF8.self) == """
                Message
                AWS Budget Notification
                Your monthly budget has exceeded 80 %.
                MessageId
                budget-0001
                Subject
                Budget Alert
                Timestamp
                2026-03-02T18:04:41.000Z
                TopicArn
                arn:aws:sns:us-east-1:111122223333:alerts
                Type
                Notification

                """
        )
        let confirmation = try #require(ParsedBody(Fixture.bytes("sns/subscription-confirmation")).snsEnvelope)
        #expect(
            String(decoding: confirmation.stringToSign, as: UTF8.self) == """
                Message
                You have chosen to subscribe to the topic.
                MessageId
                165545c9-2a5c-472c-8df2-000000000001
                SubscribeURL
                https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37
                Timestamp
                2026-03-02T20:45:04.751Z
                Token
                2336412f37
                TopicArn
                arn:aws:sns:us-east-1:111122223333:alerts
                Type
                SubscriptionConfirmation

                """
        )
    }

    @Test("an empty subject is signed, a missing or null one is not")
    func subject() throws {
        let sign = { (subject: String) throws -> String in
            let json = try JSONDocument.parse(#"{"Type":"Notification","MessageId":"m","Message":"x"\#(subject)}"#)
            return String(decoding: try #require(SNSEnvelope(json)).stringToSign, as: UTF8.self)
        }
        #expect(try sign(#","Subject":"""#).contains("Subject\n\n"))
        #expect(try sign(#","Subject":null"#).contains("Subject") == false)
        #expect(try sign("").contains("Subject") == false)
    }

    @Test("Lambda's spelling of the URLs is read")
    func spelling() throws {
        let json = try JSONDocument.parse(Fixture.bytes("lambda/sns"))
        let envelope = try #require(json["Records"]?.elements.first?["Sns"].flatMap(SNSEnvelope.init))
        #expect(envelope.signingCertURL == "https://sns.us-east-1.amazonaws.com/x.pem")
        #expect(envelope.subject == nil)
    }

    @Test(
        "what is no SNS message is none",
        arguments: [
            "{}", "[]", #"{"Type":"Notification"}"#, #"{"Type":"Other","MessageId":"m","Message":"x"}"#,
            #"{"Type":1,"MessageId":"m","Message":"x"}"#, #"{"Type":"Notification","MessageId":5,"Message":"x"}"#,
        ]
    )
    func none(text: String) throws { #expect(ParsedBody(Array(text.utf8)).snsEnvelope == nil) }

    @Test("words and unknown JSON of a message become findings; JSON that breaks does not pass for words")
    func messages() throws {
        let wrap = { (message: String) throws -> DecodedBody in
            let body = JSONValue.object([
                .init("Type", "Notification"), .init("MessageId", "m"),
                .init("TopicArn", "arn:aws:sns:us-east-1:1:builds"),
                .init("Message", .string(message)),
            ])
            return try FindingDecoder().decode(body.bytes)
        }
        let words = try #require(try wrap("\n First line\nSecond").observations.first?.finding)
        #expect(words.kind == .text)
        #expect(words.title == " First line")
        #expect(words.description == "\n First line\nSecond")
        let json = try #require(try wrap(#"{"AccountId":"123","Cause":"At noon"}"#).observations.first?.finding)
        #expect(json.kind == .event)
        #expect(json.account == "123")
        #expect(json.title == "SNS message of builds")
        #expect(json.description == "At noon")
        #expect(json.key.rawValue == "sns:m")
        #expect(throws: FindingDecodingError.self) { try wrap(#"{"a":1,}"#) }
        #expect(try wrap("  ").nothings == ["a message without words"])
    }
}
