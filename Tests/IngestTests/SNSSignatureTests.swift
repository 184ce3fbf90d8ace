import Findings
import FoundationEssentials
import SwiftASN1
import Testing
import X509

@testable import Ingest

@Suite("SNSSignature")
struct SNSSignatureTests {
    @Test(
        "a certificate's address must be a .pem file of SNS",
        arguments: [
            ("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem", true),
            ("https://sns.cn-north-1.amazonaws.com.cn/a/b.pem", true),
            ("https://sns.us-gov-west-1.amazonaws.com/x.pem", true),
            ("https://sns.us-east-1.amazonaws.com/cert.txt", false),
            ("https://sns.us-east-1.amazonaws.com/?x=cert.pem", false),
            ("https://sns.us-east-1.amazonaws.com/a#cert.pem", false),
            ("https://sns.us-east-1.amazonaws.com/ü.pem", false),
            ("https://sns.us-east-1.amazonaws.com/a b.pem", false),
            ("https://sns.us-east-1.amazonaws.com/a\r\nHost: x.pem", false),
            ("https://sns.us-east-1.amazonaws.com/\(String(repeating: "a", count: 2_048)).pem", false),
        ]
    )
    func certificateURL(text: String, isAllowed: Bool) {
        #expect((SNSURL(certificate: text) != nil) == isAllowed)
    }

    @Test(
        "what AWS really signed verifies with its own certificate at the time of the message",
        .enabled(if: FileManager.default.fileExists(atPath: recorded.path()), "the recorded messages are not here")
    )
    func realMessage() throws {
        let body = try Data(contentsOf: recorded.appending(path: "awssdk_v1_notification.json"))
        let pem = try Data(contentsOf: recorded.appending(path: "awssdk_sns_2021.pem"))
        let message = try #require(ParsedBody(Array(body)).snsEnvelope)
        let certificate = try Certificate(pemEncoded: String(decoding: pem, as: UTF8.self))
        #expect(SNSURL(certificate: message.signingCertURL) != nil)
        #expect(try SNSSignature.isIssuedToSNS(certificate))
        try SNSSignature.verify(message, with: certificate, now: SNSSigner.publishedAt)
        try SNSSignature.requireFresh(message, now: Date(timeIntervalSince1970: 1_659_043_500))
        #expect(throws: SNSRefusal.notFresh) {
            try SNSSignature.requireFresh(message, now: SNSSigner.publishedAt)
        }
        var changed = message
        changed.message += "!"
        #expect(throws: SNSRefusal.signatureWrong) {
            try SNSSignature.verify(changed, with: certificate, now: SNSSigner.publishedAt)
        }
    }

    @Test("a Timestamp that is no time is refused", arguments: ["", "yesterday", "1795489200", "2026-13-01T00:00:00Z"])
    func unreadableTime(text: String) throws {
        let signer = try SNSSigner()
        let message = try #require(ParsedBody(signer.message(timestamp: text)).snsEnvelope)
        #expect(throws: SNSRefusal.timestampUnreadable) {
            try SNSSignature.verify(message, with: signer.certificate, now: SNSSigner.publishedAt)
        }
    }

    @Test("a signature that is broken over several lines is still one")
    func wrapped() throws {
        let signer = try SNSSigner()
        var message = try #require(ParsedBody(signer.message()).snsEnvelope)
        message.signature = message.signature.prefix(60) + "\n" + message.signature.dropFirst(60) + "\n"
        try SNSSignature.verify(message, with: signer.certificate, now: SNSSigner.publishedAt)
    }
}

private let recorded = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/events/sns_signed")
