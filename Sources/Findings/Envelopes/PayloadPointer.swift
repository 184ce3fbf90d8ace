/// What the extended client libraries of AWS send in the place of a message that is too large: where it lies in S3.
///
/// Form: `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":…,"s3Key":…}]`; the first word was
/// `com.amazon.sqs.javamessaging.MessageS3Pointer` before (amazon-sqs-java-extended-client-lib, README). Neither EventBridge
/// nor SNS writes it, and nothing is fetched: whoever may send to a queue would choose what is read from which bucket.
struct PayloadPointer {
    private let bucket: String
    private let key: String

    private static let words = [
        "software.amazon.payloadoffloading.PayloadS3Pointer", "com.amazon.sqs.javamessaging.MessageS3Pointer",
    ]

    init?(_ json: JSON) {
        guard json.kind == .array, json.elements.count == 2, let word = json.elements[0].string,
            PayloadPointer.words.contains(word)
        else { return nil }
        bucket = json.elements[1].text("s3BucketName") ?? "?"
        key = json.elements[1].text("s3Key") ?? "?"
    }

    /// Why it is not read, in one sentence.
    var refusal: String {
        "the message lies in S3 (bucket \(bucket.prefix(63)), key \(key.prefix(200))), where its sender's extended client "
            + "put it; it is not fetched: send findings in the message itself"
    }
}
