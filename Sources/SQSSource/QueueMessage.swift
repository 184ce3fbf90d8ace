import Crypto
import Findings
package import FoundationEssentials

/// A message as SQS hands it out.
package struct QueueMessage: Sendable, Hashable {
    /// SQS's own, one for as long as the message lives.
    package var id: String
    /// Another one each time it is received; only the last deletes.
    package var receiptHandle: String
    package var body: [UInt8]
    /// How often it was received, this time included.
    package var receiveCount: Int
    package var sentAt: Date?
    /// Of a FIFO queue: what is in order among itself.
    package var group: String?
    /// Whether the body is what SQS says it is.
    package var isWhole: Bool

    /// Reads one element of `Messages`; `nil` when it lacks what no message lacks.
    init?(_ json: JSON) {
        guard let id = json["MessageId"]?.string, let handle = json["ReceiptHandle"]?.string,
            let body = json["Body"]?.string
        else { return nil }
        self.id = id
        receiptHandle = handle
        self.body = Array(body.utf8)
        let attributes = json["Attributes"]
        receiveCount = attributes?["ApproximateReceiveCount"]?.string.flatMap { Int($0) } ?? 1
        sentAt = attributes?["SentTimestamp"]?.string.flatMap { Double($0) }
            .map { Date(timeIntervalSince1970: $0 / 1_000) }
        group = attributes?["MessageGroupId"]?.string
        let digest = Insecure.MD5.hash(data: self.body).hex
        isWhole = json["MD5OfBody"]?.string.map { $0 == digest } ?? true
    }

    /// What tells it when it comes again and its body does not say. Ids are unique over all of SQS, so that a queue's name
    /// adds nothing; the same word as of a record that Lambda hands over.
    var requestID: String { "sqs:\(String(id.filter { $0.isASCII && $0 > " " && $0 != "\u{7F}" }.prefix(100)))" }
}
