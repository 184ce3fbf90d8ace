package import AWSRequests
import Findings
import Routing

/// What is doubtful about how a queue is set up (SQS developer guide, "Amazon SQS dead-letter queues", "visibility
/// timeout").
package struct QueueLint: Sendable {
    /// One sentence each, the worst first.
    package private(set) var warnings: [String] = []

    /// Seconds. Others that read the queue may need as long for a message; Noroshi asks for a time of its own.
    static let leastVisibility = 30
    static let leastReceives = 5
    /// A long weekend; what Noroshi cannot take for longer is lost.
    static let leastRetention = 345_600

    /// Asks the queue, and its dead-letter queue where that may be asked.
    ///
    /// - Throws: ``AWSRequests/AWSFault`` when the queue's own attributes may not be read.
    package init(_ client: QueueClient) async throws(AWSFault) {
        let attributes = try await client.attributes()
        let letters = QueueLint.deadLetters(attributes)
        var behind: [String: String]?
        if let url = letters.flatMap({ QueueLint.url($0.arn, like: client.queue) }) {
            do {
                behind = try await client.attributes(of: url)
            } catch {
                // It takes a right of its own, which nothing else needs.
                behind = nil
            }
        }
        self.init(attributes: attributes, deadLetters: behind)
    }

    /// - Parameters:
    ///   - attributes: Of the queue.
    ///   - deadLetters: Of its dead-letter queue; `nil` when that is not known.
    init(attributes: [String: String], deadLetters: [String: String]?) {
        func number(_ name: String, in attributes: [String: String]) -> Int? { attributes[name].flatMap { Int($0) } }
        let retention = number("MessageRetentionPeriod", in: attributes)
        if let letters = QueueLint.deadLetters(attributes) {
            if let most = letters.maxReceiveCount, most < QueueLint.leastReceives {
                warnings.append(
                    "a message goes to the dead-letter queue after it was received \(most) times (maxReceiveCount): an "
                        + "outage of a few minutes is enough; set \(QueueLint.leastReceives) or more"
                )
            }
            let isFIFO = attributes["FifoQueue"] == "true"
            if isFIFO == false, let retention,
                let behind = deadLetters.flatMap({ number("MessageRetentionPeriod", in: $0) }),
                behind <= retention
            {
                warnings.append(
                    "the dead-letter queue keeps messages for \(QueueLint.words(behind)) and the queue for "
                        + "\(QueueLint.words(retention)): their age goes on counting there, so that some are deleted as "
                        + "soon as they come; let it keep them longer, at most 14 days"
                )
            }
        } else {
            warnings.append("there is no dead-letter queue: what cannot be handled comes again until it is too old")
        }
        if let retention, retention < QueueLint.leastRetention {
            warnings.append(
                "messages are deleted after \(QueueLint.words(retention)) (MessageRetentionPeriod): a longer outage of "
                    + "Noroshi loses findings; set 7 days"
            )
        }
        if let visibility = number("VisibilityTimeout", in: attributes), visibility < QueueLint.leastVisibility {
            warnings.append(
                "a received message is shown to others again after \(visibility) s (VisibilityTimeout): Noroshi asks for "
                    + "60 s of its own, others that read here do not; set \(QueueLint.leastVisibility) s or more"
            )
        }
        if let key = attributes["KmsMasterKeyId"], key.hasSuffix("alias/aws/sqs") {
            warnings.append(
                "it is encrypted with AWS's own key alias/aws/sqs, which EventBridge and SNS cannot use: their events "
                    + "vanish without a trace; use SSE-SQS or a key of your own"
            )
        }
    }

    private static func deadLetters(_ attributes: [String: String]) -> (arn: String, maxReceiveCount: Int?)? {
        guard let text = attributes["RedrivePolicy"], text.isEmpty == false else { return nil }
        do {
            let policy = try JSONDocument.parse(Array(text.utf8))
            guard let arn = policy["deadLetterTargetArn"]?.string else { return nil }
            let most = policy["maxReceiveCount"]
            return (arn, most?.integer ?? most?.string.flatMap { Int($0) })
        } catch {
            return nil
        }
    }

    /// The URL of a queue in the same Region, by its ARN.
    private static func url(_ arn: String, like queue: QueueURL) -> QueueURL? {
        let parts = arn.split(separator: ":")
        guard parts.count == 6, parts[3] == queue.region else { return nil }
        do {
            return try QueueURL("https://\(queue.host)/\(parts[4])/\(parts[5])")
        } catch {
            return nil
        }
    }

    private static func words(_ seconds: Int) -> String {
        seconds.isMultiple(of: 86_400)
            ? "\(seconds / 86_400) d" : seconds.isMultiple(of: 3_600) ? "\(seconds / 3_600) h" : "\(seconds) s"
    }
}
