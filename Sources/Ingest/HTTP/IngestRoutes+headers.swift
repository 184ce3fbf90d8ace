import HTTPSurface
import HTTPTypes

extension HTTPField.Name {
    static let snsMessageType = HTTPField.Name(constant: "X-Amz-Sns-Message-Type")
    static let snsMessageID = HTTPField.Name(constant: "X-Amz-Sns-Message-Id")
    static let snsRawDelivery = HTTPField.Name(constant: "X-Amz-Sns-RawDelivery")
    static let firehoseRequestID = HTTPField.Name(constant: "X-Amz-Firehose-Request-Id")
    static let firehoseSourceARN = HTTPField.Name(constant: "X-Amz-Firehose-Source-Arn")
    static let firehoseCommonAttributes = HTTPField.Name(constant: "X-Amz-Firehose-Common-Attributes")
    static let cloudEventsVersion = HTTPField.Name(constant: "ce-specversion")
    static let idempotencyKey = HTTPField.Name(constant: "Idempotency-Key")
}

extension IngestRoutes {
    /// Whether a request without a token may prove itself by the signature in its body: SNS marks its messages, and those
    /// of raw delivery carry none (SNS developer guide, "Raw message delivery").
    static func mayBeSigned(_ headers: HTTPFields) -> Bool {
        headers[.snsMessageType] != nil && headers[.snsRawDelivery]?.lowercased() != "true"
    }

    /// Refuses a compression that cannot be undone. Gzip is recognised from the content, which is how Firehose sends it.
    static func requireReadable(_ headers: HTTPFields) throws(Problem) {
        guard let encoding = headers[.contentEncoding]?.lowercased(), encoding != "gzip", encoding != "identity",
            encoding.isEmpty == false
        else { return }
        throw Problem(
            .unsupportedMediaType,
            detail: "The body's Content-Encoding must be gzip or none.",
            headers: [.acceptEncoding: "gzip"]
        )
    }

    /// What identifies the request when it is sent again and the body does not say.
    static func requestID(_ headers: HTTPFields, _ caller: Caller?) -> String? {
        if let id = headers[.firehoseRequestID]?.identifier { return "firehose:\(id)" }
        if let id = headers[.snsMessageID]?.identifier { return "sns:\(id)" }
        // A sender's own key means nothing to another sender.
        if let key = headers[.idempotencyKey]?.identifier { return "key:\(caller?.name ?? ""):\(key)" }
        return nil
    }
}

extension String {
    /// The text when it is 1 to 128 visible ASCII characters, else `nil`.
    var identifier: String? {
        (1...128).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) } ? self : nil
    }

    /// At most 256 characters, what is not visible ASCII replaced, so that it can stand in a log line.
    var printable: String {
        String(
            decoding: utf8.prefix(256).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }
}
