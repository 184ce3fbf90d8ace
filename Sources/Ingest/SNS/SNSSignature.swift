import Crypto
import CryptoExtras
import Findings
import FoundationEssentials
import SwiftASN1
import X509

/// The proof that a message comes from Amazon SNS: a function of the message and the certificate.
///
/// Version 1 is RSA PKCS#1 v1.5 over SHA-1, version 2 over SHA-256 (SNS developer guide, "Verifying the signatures of
/// Amazon SNS messages"). The certificate was fetched by HTTPS from the host that ``SNSURL`` allows; that connection's own
/// verification is what vouches for it. AWS does not send the issuers along, so no chain is built here.
enum SNSSignature {
    /// How long after its publication a message is believed: SNS retries for at most 3,600 s (SNS developer guide,
    /// "Message delivery retries"), and clocks may differ by five minutes.
    static let oldest: TimeInterval = 3_600 + 300
    static let furthestAhead: TimeInterval = 300

    /// Refuses a message that is not of this hour, so that a captured one cannot be played back later. Our own clock may be
    /// what is wrong, so that only a message whose signature was seen to be right is worth asking for again.
    static func requireFresh(_ message: SNSEnvelope, now: Date) throws(SNSRefusal) {
        let age = now.timeIntervalSince(try publication(of: message))
        guard age <= oldest, age >= -furthestAhead else { throw .notFresh }
    }

    /// Refuses a message that was not signed with the certificate's key, or when the certificate was not valid.
    /// One that was issued after the message, within the hour that messages may be old, proves as much.
    static func verify(_ message: SNSEnvelope, with certificate: Certificate, now: Date) throws(SNSRefusal) {
        let publication = try publication(of: message)
        guard let key = _RSA.Signing.PublicKey(certificate.publicKey) else { throw .certificateNotRSA }
        let base64 = message.signature.filter { $0.isWhitespace == false }
        guard let bytes = Data(base64Encoded: base64) else { throw .signatureNotBase64 }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: bytes)
        let text = message.stringToSign
        let isValid =
            switch message.signatureVersion {
            case "1":
                key.isValidSignature(signature, for: Insecure.SHA1.hash(data: text), padding: .insecurePKCS1v1_5)
            case "2": key.isValidSignature(signature, for: SHA256.hash(data: text), padding: .insecurePKCS1v1_5)
            default: throw .signatureVersionUnknown
            }
        guard isValid else { throw .signatureWrong }
        // Last, so that what is said of the certificate is said of a message that was signed with its key.
        guard certificate.notValidBefore <= max(publication, now), publication <= certificate.notValidAfter else {
            throw .certificateNotValid
        }
    }

    /// Whether the certificate was issued to SNS: by common name or DNS name `sns.amazonaws.com`, the Region's own
    /// `sns.<region>.amazonaws.com`, or the same with another partition's suffix.
    static func isIssuedToSNS(_ certificate: Certificate) throws -> Bool {
        var names: [String] = []
        for attribute in certificate.subject.flatMap({ $0 }) where attribute.type == .RDNAttributeType.commonName {
            names.append(String(describing: attribute.value))
        }
        if let alternatives = try certificate.extensions.subjectAlternativeNames {
            for case .dnsName(let name) in alternatives { names.append(name) }
        }
        return names.contains { name in
            Partition.allCases.contains { name == "sns.\($0.dnsSuffix)" }
                || SNSURL(subscription: "https://\(name)/") != nil
        }
    }

    private static func publication(of message: SNSEnvelope) throws(SNSRefusal) -> Date {
        for includesFractionalSeconds in [true, false] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: includesFractionalSeconds)
            // A text in the other of the two spellings is tried next; none of both is reported below.
            if let date = try? style.parse(message.timestamp) { return date }
        }
        throw .timestampUnreadable
    }
}

/// Why an SNS message is not believed.
enum SNSRefusal: Error, Hashable, CaseIterable {
    case topicNotListed, notFresh, timestampUnreadable
    case certificateURLNotSNS, certificateNotSNS, certificateNotValid, certificateNotRSA
    case signatureVersionUnknown, signatureNotBase64, signatureWrong
    case subscribeURLNotSNS, notSNS
}

extension SNSRefusal {
    /// Whether the same message may be believed later: its signature is right, and only times do not agree, which is as
    /// likely the fault of a clock here as of the message. SNS takes a 4xx for delivered and would drop it.
    var mayPass: Bool { self == .notFresh || self == .certificateNotValid }
}

extension SNSRefusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .topicNotListed: "the topic is not listed in 'snsTopics' of routes.json"
        case .notFresh: "the message's Timestamp is not of the last hour by the clock of this server"
        case .timestampUnreadable: "the message's Timestamp is not an ISO 8601 time"
        case .certificateURLNotSNS:
            "the SigningCertURL is not an https URL of a .pem file at sns.<region>.amazonaws.com, .com.cn, .eu …"
        case .certificateNotSNS: "the signing certificate was not issued to Amazon SNS"
        case .certificateNotValid: "the signing certificate was not valid when the message was published"
        case .certificateNotRSA: "the signing certificate holds no RSA key"
        case .signatureVersionUnknown: "the SignatureVersion is neither 1 nor 2"
        case .signatureNotBase64: "the Signature is not Base64"
        case .signatureWrong: "the Signature does not fit the message"
        case .subscribeURLNotSNS: "the SubscribeURL is not an https URL of sns.<region>.amazonaws.com, .com.cn, .eu …"
        case .notSNS: "the body is not a signed Amazon SNS message"
        }
    }
}
