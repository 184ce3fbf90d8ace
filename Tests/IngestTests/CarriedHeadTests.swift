import Findings
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import NoroshiTestSupport
import Store
import Testing

@testable import Ingest

@Suite("CarriedHead")
struct CarriedHeadTests {
    private func fields(_ pairs: KeyValuePairs<String, String>) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in pairs { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        return fields
    }

    private let arn = "arn:aws:firehose:eu-west-1:444455556666:deliverystream/logs"

    @Test("a CloudEvent in binary mode is the same as in structured mode", arguments: ["application/json", nil])
    func binary(type: String?) throws {
        var headers = try fields([
            "ce-specversion": "1.0", "ce-id": "c-1", "CE-Source": "falco.org", "ce-type": "falco.rule.output.v1",
            "ce-time": "2026-03-02T09:15:02Z", "ce-priority": "Error", "ce-subject": "caf%C3%A9", "ce-data": "no",
        ])
        headers[.contentType] = type
        let body = Array(#"{"state":"failed"}"#.utf8)
        let head = try #require(CarriedHead(headers))
        let decoded = try FindingDecoder().decode(head.applied(to: body))
        let finding = try #require(decoded.observations.first?.finding)
        #expect(finding.severity == .high)
        #expect(finding.title == "falco.rule.output.v1 (falco.org)")
        #expect(finding.resources.map(\.id) == ["café"])
        #expect(finding.createdAt != nil)
        guard case .event(let event) = decoded.items[0] else { return }
        #expect(event.redeliveryKey == "cloudevent:falco.org/c-1")
    }

    @Test("what is no JSON is still the data of its event")
    func binaryText() throws {
        var headers = try fields(["ce-specversion": "1.0", "ce-id": "c-1", "ce-source": "s", "ce-type": "t"])
        for (type, body) in [("application/json", "{oops"), ("text/plain", "hello")] {
            headers[.contentType] = type
            let head = try #require(CarriedHead(headers))
            #expect(throws: FindingDecodingError.self) {
                try FindingDecoder().decode(head.applied(to: Array(body.utf8)))
            }
        }
    }

    @Test("structured and batched events say all of it themselves", arguments: ["+json", "-batch+json; charset=utf-8"])
    func structured(ending: String) throws {
        var headers = try fields(["ce-specversion": "1.0", "ce-id": "c-1"])
        headers[.contentType] = "application/cloudevents\(ending)"
        #expect(CarriedHead(headers) == nil)
    }

    @Test(
        "a Firehose request keeps what its head says of account and Region",
        arguments: [
            #"{"requestId":"r","records":[DATA]}"#, " \n{ \"requestId\":\"r\",\"records\":[DATA]}", "gzip",
        ]
    )
    func firehose(form: String) throws {
        let headers = try fields([
            "X-Amz-Firehose-Source-Arn": arn,
            "X-Amz-Firehose-Common-Attributes": #"{"commonAttributes":{"region":"us-west-2"}}"#,
        ])
        let call = #"{"eventVersion":"1","eventName":"X","eventSource":"iam.amazonaws.com","eventID":"e"}"#
        let data = JSONValue.string(Array(call.utf8).base64).text
        let template = form == "gzip" ? #"{"requestId":"r","records":[DATA]}"# : form
        let plain = Array(template.replacing("DATA", with: #"{"data":\#(data)}"#).utf8)
        let body = form == "gzip" ? storedGzip(plain) : plain
        let decoded = try FindingDecoder().decode(try #require(CarriedHead(headers)).applied(to: body))
        let finding = try #require(decoded.observations.first?.finding)
        #expect(finding.account == "444455556666")
        #expect(finding.region == "us-west-2")
        #expect(decoded.firehoseRequestID == "r")
    }

    @Test("a body that cannot take the head stays what it is", arguments: ["", " ", "{}", "{ }", "{"])
    func untouched(text: String) throws {
        let head = try #require(CarriedHead(try fields(["X-Amz-Firehose-Source-Arn": arn])))
        #expect(head.applied(to: Array(text.utf8)) == Array(text.utf8))
    }

    @Test("common attributes that are no JSON are left out")
    func broken() throws {
        #expect(CarriedHead(try fields(["X-Amz-Firehose-Common-Attributes": "{oops"])) == nil)
    }

    @Test("what the head says rests in the journal, so that it is read again with the body")
    func journal() async throws {
        let server = IngestServer()
        let headers = try fields([
            "ce-specversion": "1.0", "ce-id": "c-1", "ce-source": "s", "ce-type": "t", "ce-priority": "Critical",
        ])
        #expect(try await server.post(#"{"state":"x"}"#.utf8, headers: headers).status == .ok)
        let kept = try #require(server.intake.now.requests.first)
        let finding = try FindingDecoder().decode(kept.body).observations.first?.finding
        #expect(finding?.severity == .critical)
    }
}

extension [UInt8] {
    fileprivate var base64: String { Data(self).base64EncodedString() }
}
