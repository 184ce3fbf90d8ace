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

@Suite("SNS messages")
struct SNSRoutesTests {
    private static let headers: HTTPFields = [
        HTTPField.Name(constant: "X-Amz-Sns-Message-Type"): "Notification", .contentType: "text/plain; charset=UTF-8",
    ]

    private func server(_ signer: SNSSigner) -> IngestServer {
        var server = IngestServer()
        server.credentials = Credentials(tokens: [(name: "token", secret: "right")])
        server.topics = [SNSSigner.topic]
        server.outside.serve(signer.pem, at: SNSSigner.url)
        return server
    }

    private func post(_ server: IngestServer, _ body: [UInt8], token: String? = nil) async throws -> TestResponse {
        var headers = SNSRoutesTests.headers
        headers[.authorization] = token.map { "Bearer \($0)" }
        return try await server.post(body, headers: headers)
    }

    @Test(
        "a signed notification of a listed topic needs no token",
        arguments: ["1", "2"],
        [nil, "", "Finding <b>\n2"]
    )
    func notification(version: String, subject: String?) async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let response = try await post(server, signer.message(subject: subject, version: version))
        #expect(response.status == .ok)
        #expect(try response.json["accepted"]?.integer == 1)
        #expect(server.intake.now.requests.map(\.source) == ["sns"])
    }

    @Test("the certificate is fetched once")
    func cached() async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let message = try signer.message()
        try await server.app.test(.router) { client in
            for _ in 0..<3 {
                let response = try await client.execute(
                    uri: "/v1/events",
                    method: .post,
                    headers: SNSRoutesTests.headers,
                    body: ByteBuffer(bytes: message)
                )
                #expect(response.status == .ok)
            }
        }
        #expect(server.outside.asked == [SNSSigner.url])
    }

    @Test(
        "a message that was changed after signing is refused, with and without a token",
        arguments: [
            ["Message": eventText + " "], ["MessageId": "another"], ["Subject": "added"],
            ["Timestamp": "2026-11-24T03:00:00.001Z"], ["Signature": "AAAA"], ["Signature": "not base64!"],
            ["Signature": ""], ["SignatureVersion": "2"], ["SignatureVersion": "3"], ["SignatureVersion": nil],
            ["Signature": nil], ["SigningCertURL": nil], ["Type": "UnsubscribeConfirmation"],
        ] as [[String: String?]],
        [nil, "right"]
    )
    func tampered(changes: [String: String?], token: String?) async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let response = try await post(server, signer.message(changes: changes), token: token)
        #expect(response.status == .forbidden)
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test("a certificate anywhere else is not even asked for", arguments: foreignURLs)
    func foreignCertificate(url: String) async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        server.outside.serve(signer.pem, at: url)
        let response = try await post(server, signer.message(changes: ["SigningCertURL": url]))
        #expect(response.status == .forbidden)
        #expect(server.outside.asked.isEmpty)
    }

    @Test(
        "a certificate that was not valid when the message was published proves nothing for now",
        arguments: [-2, 2]
    )
    func expired(days: Int) async throws {
        let middle = SNSSigner.publishedAt.addingTimeInterval(Double(days) * 86_400)
        let signer = try SNSSigner(
            validFrom: middle.addingTimeInterval(-86_000),
            validUntil: middle.addingTimeInterval(86_000)
        )
        let server = server(signer)
        let response = try await post(server, signer.message())
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] != nil)
        #expect(server.intake.now.requests.isEmpty)
        // With another key than the certificate's there is nothing to wait for.
        #expect(try await post(server, signer.message(changes: ["Signature": "AAAA"])).status == .forbidden)
    }

    @Test("a certificate that was issued after the message, and is valid now, proves it")
    func issuedSince() async throws {
        let signer = try SNSSigner(validFrom: SNSSigner.publishedAt.addingTimeInterval(1_800))
        var server = server(signer)
        server.now = SNSSigner.publishedAt.addingTimeInterval(3_540)
        #expect(try await post(server, signer.message()).status == .ok)
    }

    @Test("a certificate that was not valid is fetched anew for the next message")
    func renewed() async throws {
        let old = try SNSSigner(validUntil: SNSSigner.publishedAt.addingTimeInterval(-60))
        let server = server(old)
        let renewed = try SNSSigner()
        let message = try renewed.message()
        try await server.app.test(.router) { client in
            for status in [HTTPResponse.Status.serviceUnavailable, .ok] {
                let response = try await client.execute(
                    uri: "/v1/events",
                    method: .post,
                    headers: SNSRoutesTests.headers,
                    body: ByteBuffer(bytes: message)
                )
                #expect(response.status == status)
                server.outside.serve(renewed.pem, at: SNSSigner.url)
            }
        }
        #expect(server.outside.asked == [SNSSigner.url, SNSSigner.url])
    }

    @Test("a certificate of somebody else proves nothing")
    func foreignName() async throws {
        let signer = try SNSSigner(commonName: "sns.amazonaws.com.example.com", alternativeName: "example.com")
        #expect(try await post(server(signer), signer.message()).status == .forbidden)
    }

    @Test(
        "a certificate may name SNS in either place",
        arguments: [("sns.amazonaws.com", nil), ("x", "sns.amazonaws.com")]
    )
    func names(commonName: String, alternativeName: String?) async throws {
        let signer = try SNSSigner(commonName: commonName, alternativeName: alternativeName)
        #expect(try await post(server(signer), signer.message()).status == .ok)
    }

    @Test("a certificate that cannot be had at the moment makes SNS try again")
    func unavailable() async throws {
        let signer = try SNSSigner()
        var server = server(signer)
        server = {
            var other = IngestServer(); other.topics = server.topics; other.credentials = server.credentials;
            return other
        }()
        #expect(try await post(server, signer.message()).status == .serviceUnavailable)
        server.outside.serve(Array("<html>".utf8), at: SNSSigner.url)
        #expect(try await post(server, signer.message()).status == .serviceUnavailable)
        server.outside.serve(signer.pem, at: SNSSigner.url)
        #expect(try await post(server, signer.message()).status == .ok)
    }

    @Test(
        "a message of another hour is not taken without a token, and asked for again in case our clock is wrong",
        arguments: [(3_901, 503), (3_899, 200), (-299, 200), (-301, 503), (-420, 503), (4_200, 503), (31_536_000, 503)]
    )
    func freshness(age: Double, status: Int) async throws {
        let signer = try SNSSigner()
        var server = server(signer)
        server.now = SNSSigner.publishedAt.addingTimeInterval(age)
        let response = try await post(server, signer.message())
        #expect(Int(response.status.code) == status)
        #expect((response.headers[.retryAfter] != nil) == (status == 503))
        #expect(server.intake.now.requests.count == (status == 503 ? 0 : 1))
        #expect(try await post(server, signer.message(changes: ["Message": "other"])).status == .forbidden)
        #expect(try await post(server, signer.message(), token: "right").status == .ok)
    }

    @Test(
        "every partition's SNS is believed and answered at its own hosts",
        arguments: [
            ("aws-eusc", "eusc-de-east-1", "amazonaws.eu"), ("aws-cn", "cn-north-1", "amazonaws.com.cn"),
            ("aws-us-gov", "us-gov-west-1", "amazonaws.com"), ("aws-iso", "us-iso-east-1", "c2s.ic.gov"),
            ("aws-iso-b", "us-isob-east-1", "sc2s.sgov.gov"), ("aws-iso-e", "eu-isoe-west-1", "cloud.adc-e.uk"),
            ("aws-iso-f", "us-isof-south-1", "csp.hci.ic.gov"),
        ]
    )
    func partitions(partition: String, region: String, suffix: String) async throws {
        for name in ["sns.\(suffix)", "sns.\(region).\(suffix)"] {
            let signer = try SNSSigner(commonName: name)
            var server = server(signer)
            let topic = "arn:\(partition):sns:\(region):111122223333:findings"
            let url = "https://sns.\(region).\(suffix)/SimpleNotificationService-1.pem"
            let confirm = "https://sns.\(region).\(suffix)/?Action=ConfirmSubscription&Token=abc"
            server.topics = [topic]
            server.outside.serve(signer.pem, at: url)
            server.outside.serve(Array("<ok/>".utf8), at: confirm)
            let changes = ["SigningCertURL": url]
            #expect(try await post(server, signer.message(topic: topic, changes: changes)).status == .ok)
            let subscription = try signer.message(
                type: "SubscriptionConfirmation",
                topic: topic,
                subscribeURL: confirm,
                changes: changes
            )
            #expect(try await post(server, subscription).status == .ok)
            #expect(server.outside.asked == [url, url, confirm])
        }
    }

    @Test("a topic that is not listed needs a token, and then its signature is nobody's concern")
    func unlisted() async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let message = try signer.message(topic: SNSSigner.topic + "-other", changes: ["Signature": "AAAA"])
        let challenge = try await post(server, message)
        #expect(challenge.status == .unauthorized)
        #expect(challenge.headers[values: .wwwAuthenticate].count == 2)
        #expect(challenge.text.contains("snsTopics"))
        #expect(server.intake.now.requests.isEmpty)
        #expect(try await post(server, message, token: "right").status == .ok)
        #expect(server.intake.now.requests.map(\.source) == ["token"])
    }

    @Test("a subscription to a listed topic is confirmed", arguments: ["1", "2"])
    func confirmation(version: String) async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"
        let message = try signer.message(type: "SubscriptionConfirmation", text: "You have chosen", version: version)
        #expect(try await post(server, message).status == .serviceUnavailable)
        server.outside.serve(Array("<ConfirmSubscriptionResponse/>".utf8), at: url)
        let response = try await post(server, message)
        #expect(response.status == .ok)
        #expect(try response.json["results"]?.elements.first?["status"]?.string == "ignored")
        #expect(server.outside.asked.filter { $0 == url }.count == 2)
        #expect(server.intake.now.requests.isEmpty)
    }

    @Test(
        "a subscription is not confirmed for an unlisted topic, whoever asks",
        arguments: [(nil, 401), ("right", 403)]
    )
    func unlistedConfirmation(token: String?, status: Int) async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let message = try signer.message(type: "SubscriptionConfirmation", topic: "arn:aws:sns:us-east-1:1:other")
        #expect(try await Int(post(server, message, token: token).status.code) == status)
        #expect(server.outside.asked.isEmpty)
    }

    @Test("a confirmation that points elsewhere is refused though it is signed", arguments: foreignURLs)
    func foreignSubscription(url: String) async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        // What ends in anything but .pem is a good address to confirm at; only the host counts here.
        let message = try signer.message(
            type: "SubscriptionConfirmation",
            subscribeURL: url.replacing("amazonaws.com/cert.txt", with: "example.com/")
        )
        #expect(try await post(server, message).status == .forbidden)
        #expect(server.outside.asked == [SNSSigner.url])
    }

    @Test("the end of a subscription is noted and not undone")
    func unsubscribe() async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        let response = try await post(server, signer.message(type: "UnsubscribeConfirmation"))
        #expect(response.status == .ok)
        #expect(server.outside.asked == [SNSSigner.url])
    }

    @Test(
        "raw delivery carries no signature, so that only a token lets it in",
        arguments: [(nil, 401), ("right", 200)]
    )
    func raw(token: String?, status: Int) async throws {
        let server = server(try SNSSigner())
        var headers = SNSRoutesTests.headers
        headers[HTTPField.Name(constant: "X-Amz-Sns-RawDelivery")] = "true"
        headers[HTTPField.Name(constant: "X-Amz-Sns-Message-Id")] = "m-1"
        headers[.authorization] = token.map { "Bearer \($0)" }
        let response = try await server.post(eventText.utf8, headers: headers)
        #expect(Int(response.status.code) == status)
        #expect(server.intake.now.requests.map(\.requestID) == (status == 200 ? ["sns:m-1"] : []))
    }

    @Test("what identifies a signed message is signed too, whatever the head says")
    func identity() async throws {
        let signer = try SNSSigner()
        let server = server(signer)
        var headers = SNSRoutesTests.headers
        headers[HTTPField.Name(constant: "X-Amz-Firehose-Request-Id")] = "chosen-by-the-sender"
        #expect(try await server.post(signer.message(), headers: headers).status == .ok)
        #expect(server.intake.now.requests.map(\.requestID) == ["sns:165545c9-2a5c-472c-8df2-7ff2be2b3b1b"])
    }

    @Test("claiming to be SNS lets nothing else in", arguments: [eventText, "{}", "not json", "[]", ""])
    func pretending(body: String) async throws {
        let server = server(try SNSSigner())
        #expect(try await post(server, Array(body.utf8)).status == .forbidden)
        #expect(server.intake.now.requests.isEmpty)
    }
}

/// Addresses that only look like Amazon SNS.
private let foreignURLs = [
    "http://sns.us-east-1.amazonaws.com/cert.pem", "https://sns.us-east-1.amazonaws.com:8443/cert.pem",
    "https://sns.us-east-1.amazonaws.com@example.com/cert.pem", "https://user@sns.us-east-1.amazonaws.com/cert.pem",
    "https://bucket.s3.amazonaws.com/cert.pem", "https://sns.us-east-1.amazonaws.com.example.com/cert.pem",
    "https://sns.x.s3.amazonaws.com/cert.pem", "https://snsXus-east-1.amazonaws.com/cert.pem",
    "https://sns.us.amazonaws.com/cert.pem", "https://sns.us-east-1.amazonaws.comx/cert.pem",
    "https://sns.us-east-1.amazonaws.com\\.example.com/cert.pem",
    "https://example.com/sns.us-east-1.amazonaws.com/cert.pem",
    "https://sns.us-east-1.amazonaws.com.cn.example.com/cert.pem", "https://evilsns.us-east-1.amazonaws.com/cert.pem",
    "//sns.us-east-1.amazonaws.com/cert.pem", "file:///etc/cert.pem", "", "https://sns.us-east-1.amazonaws.com",
    "https://sns.eusc-de-east-1.amazonaws.eu.example.com/cert.pem", "https://sns.eusc-de-east-1.amazonaws.de/cert.pem",
    "https://bucket.s3.eusc-de-east-1.amazonaws.eu/cert.pem", "https://sns.x.y.amazonaws.eu/cert.pem",
    "https://169.254.169.254/cert.pem", "https://sns.us-east-1.amazonaws.com#@example.com/cert.pem",
]
