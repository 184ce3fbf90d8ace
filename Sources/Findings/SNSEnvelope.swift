/// An SNS message as it arrives over HTTP(S), in a Lambda record or in an SQS body.
///
/// Source: SNS developer guide, "Amazon SNS message and JSON formats". Lambda spells the URLs `SigningCertUrl` and
/// sends `"Subject": null`; both spellings are read.
package struct SNSEnvelope: Sendable, Hashable {
    package var type: Kind
    package var messageID: String
    package var topicARN: String
    package var subject: String?
    /// The published text, JSON or plain.
    package var message: String
    /// ISO 8601 as received; part of what is signed.
    package var timestamp: String
    /// `1` or `2`; empty when the message carries no signature.
    package var signatureVersion: String
    /// Base64; empty when the message carries no signature.
    package var signature: String
    /// Untrusted until its host has been checked; empty when the message carries no signature.
    package var signingCertURL: String
    /// Where a subscription is confirmed; untrusted until its host has been checked.
    package var subscribeURL: String?
    package var token: String?

    package enum Kind: String, Sendable, Hashable {
        case notification = "Notification"
        case subscriptionConfirmation = "SubscriptionConfirmation"
        case unsubscribeConfirmation = "UnsubscribeConfirmation"
    }

    /// Reads an SNS message; `nil` when the value is none.
    ///
    /// A message needs `Type`, `MessageId` and `Message`. Hand-made tests and published samples leave the rest out or
    /// write the message as an object: that makes a message that fails verification, not one that is no message.
    package init?(_ json: JSON) {
        guard json.kind == .object, let type = json["Type"]?.string.flatMap(Kind.init(rawValue:)),
            let messageID = json["MessageId"]?.string, let message = json["Message"]
        else { return nil }
        self.type = type
        self.messageID = messageID
        self.message = message.string ?? message.text
        topicARN = json["TopicArn"]?.string ?? ""
        subject = json["Subject"]?.string
        timestamp = json["Timestamp"]?.string ?? ""
        signatureVersion = json["SignatureVersion"]?.scalarText ?? ""
        signature = json["Signature"]?.string ?? ""
        signingCertURL = (json["SigningCertURL"] ?? json["SigningCertUrl"])?.string ?? ""
        subscribeURL = (json["SubscribeURL"] ?? json["SubscribeUrl"])?.string
        token = json["Token"]?.string
    }

    /// The bytes that the signature signs: for each key in byte order, `Key\nValue\n`.
    ///
    /// The newline after the last value is part of it, although the guide of 2025 says otherwise: real messages verify
    /// only with it. `Subject` takes part when present, empty included. Source: SNS developer guide, "Verifying the
    /// signatures of Amazon SNS messages", and the reference validators of AWS for PHP and JavaScript.
    package var stringToSign: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(message.utf8.count + 512)
        func add(_ key: StaticString, _ value: String) {
            key.withUTF8Buffer { out.append(contentsOf: $0) }
            out.append(UInt8(ascii: "\n"))
            out.append(contentsOf: value.utf8)
            out.append(UInt8(ascii: "\n"))
        }
        add("Message", message)
        add("MessageId", messageID)
        switch type {
        case .notification:
            if let subject { add("Subject", subject) }
            add("Timestamp", timestamp)
        case .subscriptionConfirmation, .unsubscribeConfirmation:
            add("SubscribeURL", subscribeURL ?? "")
            add("Timestamp", timestamp)
            add("Token", token ?? "")
        }
        add("TopicArn", topicARN)
        add("Type", type.rawValue)
        return out
    }
}
