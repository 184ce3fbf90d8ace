package import AWSRequests
import Findings
import FoundationEssentials
package import Routing

/// One SQS queue, in the JSON protocol (SQS developer guide, "Making Query API requests using AWS JSON protocol").
package struct QueueClient: Sendable {
    let client: AWSClient
    let queue: QueueURL

    /// The longest answer: ten messages of 1 MiB, each byte of which may be escaped as `\u00XX`.
    static let replyLimit = 64 << 20

    package init(client: AWSClient, queue: QueueURL) {
        self.client = client
        self.queue = queue
    }

    /// Asks for messages.
    ///
    /// - Parameters:
    ///   - most: 1 to 10.
    ///   - wait: How long SQS waits for one, 0 to 20 s.
    ///   - visibility: For how long nobody else gets them, 0 s to 12 h.
    ///   - transfer: How long the answer may take beyond `wait`.
    ///   - attempt: For a FIFO queue: asked again with the same, it gives the same messages (for 5 minutes).
    /// - Returns: None or more.
    /// - Throws: ``AWSRequests/AWSFault``.
    package func receive(
        most: Int,
        wait: Int,
        visibility: Int,
        transfer: Duration = PollTiming().transfer,
        attempt: String? = nil
    ) async throws(AWSFault) -> [QueueMessage] {
        var members: [JSONValue.Member] = [
            .init("MaxNumberOfMessages", .integer(most)),
            .init("WaitTimeSeconds", .integer(wait)),
            .init("VisibilityTimeout", .integer(visibility)),
            .init(
                "MessageSystemAttributeNames",
                .array([.string("ApproximateReceiveCount"), .string("SentTimestamp"), .string("MessageGroupId")])
            ),
        ]
        if let attempt { members.append(.init("ReceiveRequestAttemptId", .string(attempt))) }
        let answer = try await call(
            "ReceiveMessage",
            members,
            timeout: .seconds(wait) + transfer,
            limit: QueueClient.replyLimit
        )
        return (answer["Messages"]?.elements ?? []).compactMap { QueueMessage($0) }
    }

    /// An entry of a batch that was not done, though the batch was answered with 200.
    struct EntryFailure: Hashable {
        var code: String
        /// Whether asking again cannot help.
        var isOurs: Bool
    }

    /// Deletes up to 10 messages.
    ///
    /// - Returns: What failed, by its place in the list.
    func delete(_ messages: [QueueMessage], timeout: Duration) async throws(AWSFault) -> [Int: EntryFailure] {
        try await batch("DeleteMessageBatch", messages, timeout: timeout) { [] }
    }

    /// Keeps up to 10 messages from others for so many seconds from now.
    func extend(_ messages: [QueueMessage], by seconds: Int) async throws(AWSFault) -> [Int: EntryFailure] {
        try await batch("ChangeMessageVisibilityBatch", messages, timeout: .seconds(5)) {
            [.init("VisibilityTimeout", .integer(seconds))]
        }
    }

    /// What is set on the queue: each attribute by its name, as text.
    func attributes(of other: QueueURL? = nil) async throws(AWSFault) -> [String: String] {
        let members = [JSONValue.Member("AttributeNames", .array([.string("All")]))]
        let answer = try await call("GetQueueAttributes", members, queue: other, timeout: .seconds(10), limit: 1 << 20)
        let pairs = (answer["Attributes"]?.members ?? []).map { ($0.key, $0.value.string ?? "") }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Places are the ids: a message's own could stand twice in one batch.
    private func batch(
        _ operation: String,
        _ messages: [QueueMessage],
        timeout: Duration,
        _ more: () -> [JSONValue.Member]
    ) async throws(AWSFault) -> [Int: EntryFailure] {
        let entries = messages.enumerated().map { place, message in
            JSONValue.object(
                [.init("Id", .string(String(place))), .init("ReceiptHandle", .string(message.receiptHandle))] + more()
            )
        }
        let answer = try await call(operation, [.init("Entries", .array(entries))], timeout: timeout, limit: 1 << 20)
        let done = Set((answer["Successful"]?.elements ?? []).compactMap { $0["Id"]?.string.flatMap { Int($0) } })
        var failures: [Int: EntryFailure] = [:]
        for place in messages.indices where done.contains(place) == false {
            failures[place] = EntryFailure(code: "NotConfirmed", isOurs: false)
        }
        for entry in answer["Failed"]?.elements ?? [] {
            guard let place = entry["Id"]?.string.flatMap({ Int($0) }), messages.indices.contains(place) else {
                continue
            }
            failures[place] = EntryFailure(
                code: String((entry["Code"]?.string ?? "").prefix(100)),
                isOurs: entry["SenderFault"]?.bool ?? false
            )
        }
        return failures
    }

    private func call(
        _ operation: String,
        _ members: [JSONValue.Member],
        queue other: QueueURL? = nil,
        timeout: Duration,
        limit: Int
    ) async throws(AWSFault) -> JSON {
        let body = JSONValue.object([.init("QueueUrl", .string((other ?? queue).text))] + members)
        let bytes = try await client.send(
            AWSClient.Call(
                target: "AmazonSQS.\(operation)",
                contentType: "application/x-amz-json-1.0",
                body: body.bytes,
                timeout: timeout,
                replyLimit: limit
            )
        )
        do {
            return try JSONDocument.parse(bytes)
        } catch {
            throw AWSFault(.unreachable, detail: "the answer to \(operation) is not JSON")
        }
    }
}
