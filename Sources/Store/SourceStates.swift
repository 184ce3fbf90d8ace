package import FoundationEssentials

/// What can be seen of the sources that are pulled.
package protocol SourceStates: Sendable {
    /// One element for each source of the rules in force, in their order.
    func sourceStates() -> [SourceState]
}

/// A source that is pulled, as it is now; its figures are those since the start of the process.
package struct SourceState: Sendable, Hashable {
    package var name: String
    /// `sqs`.
    package var type: String
    /// The URL of the queue.
    package var queue: String
    package var region: String
    /// The ARN of the role that is taken on for it.
    package var role: String?
    package var pollers: Int
    package var phase: Phase
    package var failure: Failure?
    /// When the source last answered.
    package var lastAnswerAt: Date?
    /// When a message last came.
    package var lastMessageAt: Date?
    /// When the oldest message of the last answer was sent; `nil` when that brought none.
    package var oldestSentAt: Date?
    package var counts: Counts

    package init(
        name: String,
        type: String,
        queue: String,
        region: String,
        role: String? = nil,
        pollers: Int,
        phase: Phase = .starting,
        failure: Failure? = nil,
        lastAnswerAt: Date? = nil,
        lastMessageAt: Date? = nil,
        oldestSentAt: Date? = nil,
        counts: Counts = Counts()
    ) {
        self.name = name
        self.type = type
        self.queue = queue
        self.region = region
        self.role = role
        self.pollers = pollers
        self.phase = phase
        self.failure = failure
        self.lastAnswerAt = lastAnswerAt
        self.lastMessageAt = lastMessageAt
        self.oldestSentAt = oldestSentAt
        self.counts = counts
    }

    package enum Phase: String, Sendable, Hashable, CaseIterable {
        /// It has not answered yet.
        case starting
        /// It is asked, and answers.
        case pulling
        /// It is not asked, since the store takes nothing.
        case held
        /// It does not answer as it should.
        case failing
    }

    /// Why a source does not give what it should.
    package struct Failure: Sendable, Hashable {
        package var kind: Kind
        /// For those who may see it: it holds what AWS says, ARNs among it.
        package var reason: String
        /// Since when it has failed without an answer between.
        package var since: Date
        /// Since its last answer, 1 or more.
        package var tries: Int

        package init(kind: Kind, reason: String, since: Date, tries: Int) {
            self.kind = kind
            self.reason = reason
            self.since = since
            self.tries = tries
        }
    }

    /// What has to be done about a failure; the words say it to anybody.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// There are no credentials, or AWS does not take them.
        case credentials
        /// The identity may not do it, or the key of the queue may not be used.
        case denied
        /// There is no such queue, or none that this identity may see.
        case missing
        /// AWS refuses the request as it is.
        case refused
        /// Too many requests, or too many messages in flight.
        case throttled
        /// AWS cannot be reached, or does not work.
        case unreachable

        package var words: String {
            switch self {
            case .credentials: "no valid credentials"
            case .denied: "access denied"
            case .missing: "the queue does not exist, or may not be seen"
            case .refused: "the request is refused"
            case .throttled: "throttled"
            case .unreachable: "not reachable"
            }
        }
    }

    /// How many messages there were.
    package struct Counts: Sendable, Hashable {
        package var received = 0
        package var deleted = 0
        /// Of those received, that came before: a receive count over 1.
        package var repeated = 0
        /// Of those received, that nothing could be read of.
        package var quarantined = 0
        /// Deletions that SQS did not confirm; such a message comes again.
        package var deleteFailures = 0
        /// Answers without a message.
        package var emptyAnswers = 0

        package init() {}
    }
}

/// A service that pulls nothing.
package struct NoSources: SourceStates {
    package init() {}

    package func sourceStates() -> [SourceState] { [] }
}
