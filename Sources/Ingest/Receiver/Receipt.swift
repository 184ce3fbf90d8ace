package import Findings

/// What became of a submission; final, since all that is kept of it is on disk.
package struct Receipt: Sendable, Hashable {
    package var outcome: Outcome
    /// Whether anything of it is kept, if only in quarantine.
    package var isKept: Bool
    /// The journal entry, `nil` when nothing had to be written.
    package var position: Int64?
    /// The id that a body gives itself that is a request of Amazon Data Firehose.
    package var firehoseRequestID: String?

    package enum Outcome: Sendable, Hashable {
        /// One for each item of the body, in its order.
        case items([Item])
        /// Nothing of it is taken. Unless it is empty or holds too much, it is in quarantine.
        case unreadable(FindingDecodingError)
    }

    /// What became of one item.
    package enum Item: Sendable, Hashable {
        case accepted(findings: Int)
        /// It came before, and nothing follows from it.
        case redelivered(findings: Int, key: String)
        case quarantined(String)
        case ignored(String)

        init(_ item: DecodedBody.Item, isKnown: Bool) {
            switch item {
            case .event(let event):
                if isKnown, let key = event.redeliveryKey {
                    self = .redelivered(findings: event.observations.count, key: key)
                } else {
                    self = .accepted(findings: event.observations.count)
                }
            case .unreadable(let unreadable): self = .quarantined(unreadable.reason)
            case .nothing(let reason): self = .ignored(reason)
            }
        }
    }

    package init(
        _ outcome: Outcome,
        isKept: Bool,
        position: Int64? = nil,
        firehoseRequestID: String? = nil
    ) {
        self.outcome = outcome
        self.isKept = isKept
        self.position = position
        self.firehoseRequestID = firehoseRequestID
    }
}
