import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing

@Suite("Signatures of webhooks")
struct WebhookSignatureTests {
    private static let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()
    private static let other = "whsec_" + Data((0..<24).map { UInt8(200 - $0) }).base64EncodedString()

    @Test("the reference library verifies what we sign, with either secret while one is replaced")
    func reference() throws {
        let body = WebhookMessage.render(.hostile(HostileText.all[0]), now: .sample)
        let timestamp = Int(Date().timeIntervalSince1970)
        func line(signedWith secret: String, verifiedWith verifier: String, body signed: [UInt8]) throws -> [UInt8] {
            let signature = try #require(
                WebhookSignature.sign(id: "id-1", timestamp: timestamp, body: signed, secret: Secret(secret))
            )
            let value: JSONValue = [
                "secret": .string(verifier), "body": .string(Data(body).base64EncodedString()),
                "headers": [
                    "webhook-id": "id-1", "webhook-timestamp": .string(String(timestamp)),
                    "webhook-signature": .string(signature),
                ],
            ]
            return value.bytes + Array("\n".utf8)
        }
        let both = "\(WebhookSignatureTests.secret) \(WebhookSignatureTests.other)"
        let input =
            try line(signedWith: WebhookSignatureTests.secret, verifiedWith: WebhookSignatureTests.secret, body: body)
            + line(signedWith: both, verifiedWith: WebhookSignatureTests.secret, body: body)
            + line(signedWith: both, verifiedWith: WebhookSignatureTests.other, body: body)
            + line(signedWith: WebhookSignatureTests.secret, verifiedWith: WebhookSignatureTests.other, body: body)
            + line(
                signedWith: WebhookSignatureTests.secret,
                verifiedWith: WebhookSignatureTests.secret,
                body: body + [32]
            )
        let printed = try PeerProcess.run(python: HTTPReceiver.peer("check_webhook.py"), input: input)
        let verdicts = printed.split(separator: "\n")
        #expect(verdicts.prefix(3) == ["ok", "ok", "ok"])
        #expect(verdicts.count == 5 && verdicts.suffix(2).allSatisfy { $0 != "ok" })
    }

    @Test("a known message has its known signature")
    func known() {
        // The example of the Standard Webhooks specification's reference libraries.
        let signature = WebhookSignature.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8),
            secret: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("a secret without the prefix is the key itself, and one that is not base64 after it is none")
    func spellings() {
        func sign(_ secret: String) -> String? {
            WebhookSignature.sign(id: "i", timestamp: 1, body: [], secret: Secret(secret))
        }
        #expect(sign("plain text") != nil)
        #expect(sign("whsec_") == nil)
        #expect(sign("whsec_!!!!") == nil)
        #expect(sign("") == nil)
        #expect(sign("a")?.split(separator: " ").count == 1)
        #expect(sign("a b\nc")?.split(separator: " ").count == 3)
    }
}
