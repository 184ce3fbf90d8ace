import Testing

@testable import SQSSource

@Suite("How a queue is set up")
struct QueueLintTests {
    private static let letters =
        #"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:111122223333:dead","maxReceiveCount":10}"#

    private static let sound = [
        "RedrivePolicy": letters, "MessageRetentionPeriod": "604800", "VisibilityTimeout": "60",
    ]

    @Test("a queue that is set up as it should be has no warning")
    func sound() {
        let lint = QueueLint(attributes: Self.sound, deadLetters: ["MessageRetentionPeriod": "1209600"])
        #expect(lint.warnings == [])
        #expect(QueueLint(attributes: Self.sound, deadLetters: nil).warnings == [])
    }

    @Test(
        "what is doubtful is said",
        arguments: [
            ("RedrivePolicy", "", "there is no dead-letter queue"),
            (
                "RedrivePolicy",
                #"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:111122223333:dead","maxReceiveCount":"3"}"#,
                "received 3 times"
            ),
            ("MessageRetentionPeriod", "3600", "deleted after 1 h"),
            ("VisibilityTimeout", "10", "after 10 s"),
            ("KmsMasterKeyId", "alias/aws/sqs", "alias/aws/sqs"),
            ("KmsMasterKeyId", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs", "vanish"),
        ]
    )
    func doubtful(attribute: String, value: String, words: String) {
        var attributes = Self.sound
        attributes[attribute] = value
        let lint = QueueLint(attributes: attributes, deadLetters: nil)
        #expect(lint.warnings.count == 1)
        #expect(lint.warnings.first?.contains(words) == true, "\(lint.warnings)")
    }

    @Test("dead letters that are not kept longer than the queue's messages are said, but not of a FIFO queue")
    func deadLetters() {
        var attributes = Self.sound
        let behind = ["MessageRetentionPeriod": "604800"]
        #expect(QueueLint(attributes: attributes, deadLetters: behind).warnings.count == 1)
        attributes["FifoQueue"] = "true"
        #expect(QueueLint(attributes: attributes, deadLetters: behind).warnings == [])
    }
}
