import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ingest
import NIOCore
import NoroshiTestSupport
import Store
import Testing

@Suite("IngestRoutes")
struct IngestRoutesTests {
    @Test("an event is written as received and answered with its place in the journal")
    func accepted() async throws {
        let server = IngestServer()
        let response = try await server.post(eventText.utf8, headers: [.contentType: "text/plain"])
        #expect(response.status == .ok)
        #expect(
            response.text
                == #"{"accepted":1,"position":1,"results":[{"index":0,"status":"accepted","findings":1}]}"#
        )
        let request = try #require(server.intake.now.requests.first)
        #expect(request.body == Array(eventText.utf8))
        #expect(request.source == "loopback")
        #expect(request.observations == 1)
        #expect(request.receivedAt == server.now)
        #expect(request.quarantine.isEmpty)
    }

    @Test("the good items of a batch are accepted, the bad one is kept with its reason")
    func partial() async throws {
        let server = IngestServer()
        let response = try await server.post("[\(event(id: "a")), 17, \(event(id: "b"))]".utf8)
        #expect(response.status == .ok)
        let json = try response.json
        #expect(json["accepted"]?.integer == 2)
        let statuses = json["results"]?.elements.map { $0["status"]?.string }
        #expect(statuses == ["accepted", "quarantined", "accepted"])
        #expect(json["results"]?.elements[1]["error"]?.string?.isEmpty == false)
        let request = try #require(server.intake.now.requests.first)
        #expect(request.observations == 2)
        #expect(request.quarantine.map(\.bytes) == [Array("17".utf8)])
    }

    @Test("a syntax error is answered with its line and column, and the bytes are kept")
    func syntaxError() async throws {
        let server = IngestServer()
        let body = "{\n  \"id\": \"a\",\n  \"detail\": {,}\n}"
        let response = try await server.post(body.utf8)
        #expect(response.status == .badRequest)
        #expect(response.headers[.contentType] == "application/problem+json")
        let error = try response.json["errors"]?.elements.first
        #expect(error?["line"]?.integer == 3)
        #expect(error?["column"]?.integer == 14)
        let request = try #require(server.intake.now.requests.first)
        #expect(request.observations == 0)
        #expect(request.body.isEmpty)
        #expect(request.quarantine.map(\.bytes) == [Array(body.utf8)])
        #expect(server.intake.now.entries.isEmpty)
    }

    @Test("no more than 256 KiB of what cannot be read are kept")
    func boundedQuarantine() async throws {
        let server = IngestServer()
        let response = try await server.post(Array(repeating: UInt8(ascii: "{"), count: 300_000))
        #expect(response.status == .badRequest)
        #expect(server.intake.now.requests.first?.quarantine.first?.bytes.count == 262_144)
    }

    @Test("an empty body is refused, and there is nothing to keep")
    func empty() async throws {
        let server = IngestServer()
        let response = try await server.post([])
        #expect(response.status == .badRequest)
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test(
        "trouble of the journal asks the sender to come again",
        arguments: [(IntakeError.overloaded, "1"), (.closed, "5"), (.diskFull, "30")]
    )
    func intakeErrors(error: IntakeError, retryAfter: String) async throws {
        let server = IngestServer()
        server.intake.change { $0.acceptError = error }
        for body in [eventText, "not json"] {
            let response = try await server.post(body.utf8)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == retryAfter)
            #expect(response.text.contains(error.description))
        }
    }

    @Test("an unforeseen error of the journal says nothing of itself and asks to come again")
    func unforeseen() async throws {
        struct SecretDetail: Error {}
        let server = IngestServer()
        server.intake.change { $0.acceptError = SecretDetail() }
        let response = try await server.post(eventText.utf8)
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] != nil)
        #expect(response.text.contains("SecretDetail") == false)
    }

    @Test("the answer does not come before the commit")
    func afterCommit() async throws {
        let server = IngestServer()
        let gate = Gate()
        server.intake.change { $0.gate = gate }
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let response = try await server.post(eventText.utf8)
                order.add("answered \(response.status.code)")
            }
            await gate.waiting()
            order.add("committed")
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.steps == ["committed", "answered 200"])
    }

    @Test("an event that came before is answered so, with what to do, and written all the same")
    func redelivered() async throws {
        let server = IngestServer()
        let both = "[\(event(id: "b")), \(event(id: "b")), \(event(id: "c"))]"
        // One server for all, which remembers.
        try await server.app.test(.router) { client in
            var said: [[String?]] = []
            for body in [event(id: "a"), event(id: "a"), both] {
                let response = try await client.execute(
                    uri: "/v1/events",
                    method: .post,
                    body: ByteBuffer(string: body)
                )
                let results = try response.json["results"]?.elements ?? []
                said.append(results.map { $0["status"]?.string })
                for result in results where result["status"]?.string == "redelivered" {
                    #expect(result["reason"]?.string?.contains("another id") == true)
                    #expect(result["findings"]?.integer == 1)
                }
                let accepted = try response.json["accepted"]?.integer
                #expect(accepted == said.last?.count { $0 == "accepted" })
            }
            #expect(said == [["accepted"], ["redelivered"], ["accepted", "redelivered", "accepted"]])
        }
        // Applying decides and counts.
        #expect(server.intake.now.requests.map(\.observations) == [1, 1, 3])
    }

    @Test("beyond the bodies that fit in memory a request is asked to come again, and later is taken")
    func overCapacity() async throws {
        var server = IngestServer()
        server.budget = BodyBudget(bytes: eventText.utf8.count * 3 / 2)
        let gate = Gate()
        server.intake.change { $0.gate = gate }
        try await withThrowingTaskGroup(of: TestResponse.self) { [server] group in
            group.addTask { try await server.post(eventText.utf8) }
            await gate.waiting()
            let refused = try await server.post(eventText.utf8)
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.headers[.retryAfter] == "1")
            gate.open()
            #expect(try await group.next()?.status == .ok)
        }
        server.intake.change { $0.gate = nil }
        #expect(try await server.post(eventText.utf8).status == .ok)
    }

    @Test(
        "with tokens configured, only their holders get in, under the token's name",
        arguments: [
            ([.authorization: "Bearer right"], "token"), ([HTTPField.Name(constant: "X-Api-Key"): "right"], "token"),
            ([.authorization: "Basic ZXZlbnRzOm5leHQ="], "token.next"),
            ([.authorization: "Bearer wrong"], nil), ([.authorization: "Bearer "], nil), ([:], nil),
            ([HTTPField.Name(constant: "X-Amz-Firehose-Access-Key"): "wrong"], nil),
        ] as [(HTTPFields, String?)]
    )
    func authentication(headers: HTTPFields, name: String?) async throws {
        var server = IngestServer()
        server.credentials = Credentials(tokens: [
            (name: "token", secret: "right"), (name: "token.next", secret: "next"),
        ])
        let response = try await server.post(eventText.utf8, headers: headers)
        #expect(response.status == (name == nil ? .unauthorized : .ok))
        #expect(server.intake.now.requests.map(\.source) == [name].compactMap(\.self))
        #expect((response.headers[.wwwAuthenticate] != nil) == (name == nil))
    }

    @Test("a body beyond the limit is refused with the limit named")
    func tooLarge() async throws {
        var server = IngestServer()
        server.limit = BodyLimit(bytes: 100)
        let response = try await server.post(eventText.utf8)
        #expect(response.status == .contentTooLarge)
        #expect(response.text.contains("100 bytes"))
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test("a body with too many findings is refused as a whole, with the number that is allowed")
    func tooManyFindings() async throws {
        let server = IngestServer()
        let body = "[" + Array(repeating: eventText, count: 10_001).joined(separator: ",") + "]"
        let response = try await server.post(body.utf8)
        #expect(response.status == .contentTooLarge)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.text.contains("at most 10000 findings"))
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test(
        "gzip is taken, announced or not; another compression is refused by name",
        arguments: [("gzip", 200), (nil, 200), ("br", 415), ("deflate", 415)] as [(String?, Int)]
    )
    func compressed(encoding: String?, status: Int) async throws {
        let server = IngestServer()
        var headers = HTTPFields()
        headers[.contentEncoding] = encoding
        let response = try await server.post(storedGzip(Array(eventText.utf8)), headers: headers)
        #expect(Int(response.status.code) == status)
        #expect(server.intake.now.entries.count == (status == 200 ? 1 : 0))
    }

    @Test(
        "other methods and paths are named as such",
        arguments: [
            ("/v1/events", HTTPRequest.Method.get, 405), ("/v1/events", .put, 405), ("/v1/events/x", .post, 404),
            ("/v1", .post, 404),
        ]
    )
    func elsewhere(path: String, method: HTTPRequest.Method, status: Int) async throws {
        try await IngestServer().app.test(.router) { client in
            let response = try await client.execute(uri: path, method: method)
            #expect(response.status.code == status)
            #expect(response.headers[.allow] == (status == 405 ? "POST" : nil))
        }
    }

    @Test("what EventBridge's API destinations send along does no harm, over a real connection")
    func eventBridgeHeaders() async throws {
        let headers: HTTPFields = [
            .userAgent: "Amazon/EventBridge/ApiDestinations", .contentType: "application/json; charset=utf-8",
            .range: "bytes=0-1048575", .acceptEncoding: "gzip,deflate", .connection: "close",
        ]
        let response = try await IngestServer().post(eventText.utf8, headers: headers, setup: .live)
        #expect(response.status == .ok)
        #expect(try response.json["accepted"]?.integer == 1)
        #expect(response.headers[.contentEncoding] == nil)
    }

    @Test(
        "what identifies a request sent again is kept beside it",
        arguments: [
            (HTTPField.Name(constant: "X-Amz-Sns-Message-Id"), "0-1", "sns:0-1"),
            (HTTPField.Name(constant: "Idempotency-Key"), "k1", "key:loopback:k1"),
            (HTTPField.Name(constant: "Idempotency-Key"), String(repeating: "k", count: 129), nil),
            (HTTPField.Name(constant: "Idempotency-Key"), "a b", nil),
        ] as [(HTTPField.Name, String, String?)]
    )
    func requestID(header: HTTPField.Name, value: String, expected: String?) async throws {
        let server = IngestServer()
        #expect(try await server.post("{\"Findings\":[]}".utf8, headers: [header: value]).status.code < 500)
        let response = try await server.post(eventText.utf8, headers: [header: value])
        #expect(response.status == .ok)
        #expect(server.intake.now.requests.last?.requestID == expected)
    }
}
