/// One event that a source sent, with every finding in it.
package struct Event: Sendable {
    /// What stays the same when the source sends this event again: `eventbridge:<id>`, `sns:<MessageId>`,
    /// `firehose:<requestId>/<index>`; `nil` when the source gives nothing of the kind.
    package var redeliveryKey: String?
    /// At least one.
    package var observations: [Observation]

    package init(redeliveryKey: String?, observations: [Observation]) {
        self.redeliveryKey = redeliveryKey
        self.observations = observations
    }
}

/// One finding beside the event it stood in.
package struct Observation: Sendable {
    package var finding: Finding
    /// Which element of `detail.findings` the finding is; `nil` when the event holds no such list.
    package var findingIndex: Int?
    private var form: Form

    private enum Form: Sendable {
        case received(JSON)
        case equivalent(EquivalentEvent)
    }

    package init(finding: Finding, event: JSON, findingIndex: Int? = nil) {
        self.finding = finding
        self.findingIndex = findingIndex
        form = .received(event)
    }

    /// An observation that came without an EventBridge envelope.
    init(finding: Finding, equivalent: EquivalentEvent) {
        self.finding = finding
        findingIndex = equivalent.isListed ? 0 : nil
        form = .equivalent(equivalent)
    }

    /// Notes the log that the record stood in; the equivalent event has it too, under `log`.
    mutating func stood(in log: LogOrigin) {
        finding.log = log
        guard case .equivalent(var equivalent) = form else { return }
        equivalent.log = log
        form = .equivalent(equivalent)
    }

    /// The event as received, or the equivalent EventBridge event for an input that came without an envelope.
    ///
    /// The equivalent is put together anew each time it is asked for; whoever needs it more than once keeps it.
    package var event: JSON {
        switch form {
        case .received(let event): event
        case .equivalent(let equivalent): equivalent.event
        }
    }
}

/// What one request body holds.
package struct DecodedBody: Sendable {
    /// In the order of the body.
    package var items: [Item]
    /// The Firehose request id, when the body is a request to a Firehose HTTP endpoint.
    package var firehoseRequestID: String?

    package init(items: [Item], firehoseRequestID: String? = nil) {
        self.items = items
        self.firehoseRequestID = firehoseRequestID
    }

    /// One event, SNS message, Firehose record or bare finding of a body.
    package enum Item: Sendable {
        case event(Event)
        /// It cannot be read; the bytes are kept with the reason.
        case unreadable(Unreadable)
        /// Understood, and nothing to alert about: an SNS confirmation, a CloudWatch Logs control message.
        case nothing(String)
    }

    /// An item that cannot be read.
    package struct Unreadable: Sendable, Hashable {
        /// What was wrong and where, one sentence.
        package var reason: String
        package var bytes: [UInt8]

        package init(reason: String, bytes: [UInt8]) {
            self.reason = reason
            self.bytes = bytes
        }
    }

    /// Every observation of every readable event, in order.
    package var observations: [Observation] {
        items.flatMap { item -> [Observation] in
            guard case .event(let event) = item else { return [] }
            return event.observations
        }
    }
}

/// Why nothing of a body is taken.
package enum FindingDecodingError: Error, Hashable {
    case empty
    case syntax(JSONSyntaxError)
    /// Well-formed JSON that is none of the shapes that sources send; the text says what was expected.
    case unrecognised(String)
    /// More findings than one body may hold; the id is that of a Firehose request.
    case tooMany(limit: Int, firehoseRequestID: String?)
}

extension FindingDecodingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the body is empty"
        case .syntax(let error): error.description
        case .unrecognised(let reason): reason
        case .tooMany(let limit, _): "the body holds more than \(limit) findings"
        }
    }
}
