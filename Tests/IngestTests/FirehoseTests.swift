import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ingest
import NoroshiTestSupport
import Store
import Testing

@Suite("Firehose requests")
struct FirehoseTests {
    private static let id = "ed4acda5-034f-9f42-bba1-f29aea6d7d8f"
    private static let accessKey = HTTPField.Name(constant: "X-Amz-Firehose-Access-Key")

    private func headers(key: String = "right", protocolVersion: String = "1.0") -> HTTPFields {
        [
            HTTPField.Name(constant: "X-Amz-Firehose-Protocol-Version"): protocolVersion,
            HTTPField.Name(constant: "X-Amz-Firehose-Request-Id"): FirehoseTests.id,
            FirehoseTests.accessKey: key,
        ]
    }

    private func body(_ records: [String]) -> [UInt8] {
        JSONValue.object([
            JSONValue.Member("requestId", .string(FirehoseTests.id)),
            JSONValue.Member("timestamp", .integer(1_795_489_200_000)),
            JSONValue.Member(
                "records",
                .array(records.map { ["data": .string(Data($0.utf8).base64EncodedString())] })
            ),
        ]).bytes
    }

    private func server() -> IngestServer {
        var server = IngestServer()
        server.credentials = Credentials(tokens: [(name: "token", secret: "right")])
        return server
    }

    @Test("good records are answered in Firehose's own form")
    func accepted() async throws {
        let server = server()
        let response = try await server.post(body([event(id: "a"), event(id: "b")]), headers: headers())
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/json")
        let milliseconds = Int(server.now.timeIntervalSince1970 * 1_000)
        #expect(response.text == #"{"requestId":"\#(FirehoseTests.id)","timestamp":\#(milliseconds)}"#)
        #expect(server.intake.now.requests.first?.observations == 2)
        #expect(server.intake.now.requests.first?.requestID == "firehose:\(FirehoseTests.id)")
    }

    @Test("a request known by its body alone is answered in the same form")
    func withoutHeader() async throws {
        let response = try await server().post(body([event(id: "a")]), headers: [.authorization: "Bearer right"])
        #expect(try response.json["requestId"]?.string == FirehoseTests.id)
    }

    @Test("one bad record does not hold back the others")
    func partial() async throws {
        let server = server()
        let response = try await server.post(body([event(id: "a"), "{broken}"]), headers: headers())
        #expect(response.status == .ok)
        #expect(server.intake.now.requests.first?.observations == 1)
        #expect(server.intake.now.requests.first?.quarantine.count == 1)
    }

    @Test("refusals carry the request's id and the reason", arguments: [401, 400, 500, 503])
    func refused(status: Int) async throws {
        var server = server()
        if status == 500 { server.limit = BodyLimit(bytes: 10) }
        if status == 503 { server.intake.change { $0.acceptError = IntakeError.diskFull } }
        let response = try await server.post(
            status == 400 ? [] : body([eventText]),
            headers: headers(key: status == 401 ? "wrong" : "right")
        )
        #expect(Int(response.status.code) == status)
        #expect(response.headers[.contentType] == "application/json")
        let json = try response.json
        #expect(json["requestId"]?.string == FirehoseTests.id)
        #expect(json["timestamp"]?.integer == Int(server.now.timeIntervalSince1970 * 1_000))
        #expect(json["errorMessage"]?.string?.isEmpty == false)
    }

    @Test(
        "a batch that is too large is not refused for good, and is told which buffer fits",
        arguments: zip([6 << 20, 4 << 20, 1_000], [4, 2, 1])
    )
    func tooLarge(limit: Int, mebibytes: Int) async throws {
        var server = server()
        server.limit = BodyLimit(bytes: limit)
        let text = String(repeating: "x", count: limit)
        let response = try await server.post(body([text]), headers: headers())
        // After a 413 Firehose would drop the batch.
        #expect(response.status == .internalServerError)
        let error = try #require(try response.json["errorMessage"]?.string)
        #expect(error.contains("to \(mebibytes) MiB or less") && error.contains("buffer size"))
        #expect(error.contains("\(limit) bytes"))
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test("a request with too many findings is refused in Firehose's form", arguments: [true, false])
    func tooMany(hasHeaders: Bool) async throws {
        let server = server()
        let lines = Array(repeating: eventText, count: 6_000).joined(separator: "\n")
        let response = try await server.post(
            body([lines, lines]),
            headers: hasHeaders ? headers() : [.authorization: "Bearer right"]
        )
        #expect(response.status == .internalServerError)
        let json = try response.json
        #expect(json["requestId"]?.string == FirehoseTests.id)
        #expect(json["errorMessage"]?.string?.contains("10000 findings") == true)
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test("a batch of which nothing can be read is kept, known by its id, and taken, so that it does not come again")
    func unreadable() async throws {
        let server = server()
        for body in [body(["{broken}", "[broken]"]), Array("{".utf8), Array("no JSON".utf8), Array("{\"a\":1}".utf8)] {
            let response = try await server.post(body, headers: headers())
            #expect(response.status == .ok)
            #expect(try response.json["requestId"]?.string == FirehoseTests.id)
            #expect(try response.json["errorMessage"] == nil)
        }
        let kept = server.intake.now.requests.map { $0.quarantine.map(\.key) }
        let key = "firehose:\(FirehoseTests.id)#"
        #expect(kept == [[key + "0", key + "1"], [key + "0"], [key + "0"], [key + "0"]])
    }

    @Test("a batch that is known by its body alone keeps its items under its id as well")
    func unreadableWithoutHeader() async throws {
        let server = server()
        let response = try await server.post(body(["{broken}"]), headers: [.authorization: "Bearer right"])
        #expect(response.status == .ok)
        #expect(server.intake.now.requests.first?.quarantine.map(\.key) == ["firehose:\(FirehoseTests.id)#0"])
    }

    @Test("without an id nothing is said to be the same")
    func withoutID() async throws {
        let server = server()
        let response = try await server.post(Array("{".utf8), headers: [.authorization: "Bearer right"])
        #expect(response.status == .badRequest)
        #expect(server.intake.now.requests.first?.quarantine.map(\.key) == [nil])
    }
}
