import Crypto
import CryptoExtras
import Findings
import FoundationEssentials
import NoroshiTestSupport
import SwiftASN1
import X509

/// Amazon SNS as far as signatures go, with a key and a certificate made for this run.
struct SNSSigner: Sendable {
    static let url = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
    static let topic = "arn:aws:sns:us-east-1:111122223333:findings"
    static let published = "2026-11-24T03:00:00.000Z"
    static let publishedAt = Date(timeIntervalSince1970: 1_795_489_200)

    /// Making a key takes a while, so all tests share it.
    static let key = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    let pem: [UInt8]

    init(
        commonName: String = "sns.amazonaws.com",
        alternativeName: String? = nil,
        validFrom: Date = SNSSigner.publishedAt.addingTimeInterval(-86_400),
        validUntil: Date = SNSSigner.publishedAt.addingTimeInterval(86_400)
    ) throws {
        let key = Certificate.PrivateKey(try SNSSigner.key.get())
        let name = try DistinguishedName { CommonName(commonName) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: validFrom,
            notValidAfter: validUntil,
            issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                if let alternativeName { SubjectAlternativeNames([.dnsName(alternativeName)]) }
            },
            issuerPrivateKey: key
        )
        pem = Array(try certificate.serializeAsPEM().pemString.utf8)
    }

    var certificate: Certificate {
        get throws { try Certificate(pemEncoded: String(decoding: pem, as: UTF8.self)) }
    }

    /// A signed message as SNS would post it.
    ///
    /// `changes` are made after signing; `nil` takes a field away.
    func message(
        type: String = "Notification",
        text: String = eventText,
        subject: String? = nil,
        version: String = "1",
        topic: String = SNSSigner.topic,
        timestamp: String = SNSSigner.published,
        subscribeURL: String = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc",
        changes: [String: String?] = [:]
    ) throws -> [UInt8] {
        var fields: [(String, String)] = [("Message", text), ("MessageId", "165545c9-2a5c-472c-8df2-7ff2be2b3b1b")]
        if type == "Notification" {
            if let subject { fields.append(("Subject", subject)) }
            fields.append(("Timestamp", timestamp))
        } else {
            fields += [("SubscribeURL", subscribeURL), ("Timestamp", timestamp), ("Token", "abc")]
        }
        fields += [("TopicArn", topic), ("Type", type)]
        let signed = Data(fields.map { "\($0.0)\n\($0.1)\n" }.joined().utf8)
        let key = try SNSSigner.key.get()
        let signature =
            version == "1"
            ? try key.signature(for: Insecure.SHA1.hash(data: signed), padding: .insecurePKCS1v1_5)
            : try key.signature(for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5)
        fields += [
            ("SignatureVersion", version), ("Signature", signature.rawRepresentation.base64EncodedString()),
            ("SigningCertURL", SNSSigner.url),
        ]
        var members = fields.map { JSONValue.Member($0.0, .string($0.1)) }
        for (key, value) in changes {
            members.removeAll { $0.key == key }
            if let value { members.append(JSONValue.Member(key, .string(value))) }
        }
        return JSONValue.object(members).bytes
    }
}

/// The bytes as one gzip member of one stored block (RFC 1951 §3.2.4, RFC 1952 §2.3); at most 65,535 bytes.
func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
    func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    let length = UInt32(bytes.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1] + littleEndian(length, 2) + littleEndian(~length, 2) + bytes
        + littleEndian(~crc, 4) + littleEndian(length, 4)
}
