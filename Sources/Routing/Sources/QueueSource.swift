/// A queue of Amazon SQS that is pulled, as routes.json names it.
package struct QueueSource: Sendable, Hashable {
    package var name: String
    package var description: String?
    package var queue: QueueURL
    /// The ARN of the role to take on before the queue is read; `nil` when the process's own identity may read it.
    package var role: String?
    /// What the role's trust policy asks for (`sts:ExternalId`).
    package var externalID: String?
    /// Where requests go in place of the queue's own host: a VPC endpoint without private DNS, a proxy, a simulator.
    package var endpoint: String?
    /// How many receive at once, in ``pollerRange``; a FIFO queue has one whatever is said.
    package var pollers: Int

    package static let pollerRange = 1...8
    package static let defaultPollers = 2
    static let type = "sqs"

    package init(
        name: String,
        description: String? = nil,
        queue: QueueURL,
        role: String? = nil,
        externalID: String? = nil,
        endpoint: String? = nil,
        pollers: Int = QueueSource.defaultPollers
    ) {
        self.name = name
        self.description = description
        self.queue = queue
        self.role = role
        self.externalID = externalID
        self.endpoint = endpoint
        self.pollers = pollers
    }

    /// What lets its messages in, as the journal and the counts call it: the source's name behind its type.
    package var credential: String { "\(QueueSource.type):\(name)" }

    enum Key: String, CaseIterable {
        case type, queue, role, externalId, endpoint, pollers, description
    }
}
