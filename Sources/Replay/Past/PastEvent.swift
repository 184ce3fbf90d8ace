package import Findings
package import FoundationEssentials

/// An event that was received, for looking at it again.
package struct PastEvent: Sendable {
    package var receivedAt: Date
    /// See `Event.redeliveryKey`; `nil` for a stored finding, which was stored once.
    package var redeliveryKey: String?
    package var observations: [PastObservation]
    /// Where it stands in the journal, when it was read there.
    package var position: Int64?
}

/// A finding of an event as two rule sets see it.
package struct PastObservation: Sendable {
    package var before: Observation
    /// The same with the severities of the later rules; `nil` where they are the same.
    package var other: Observation?
    /// Under which number the finding is stored, where that is known.
    package var number: Int64?
    /// When it was first observed, where that is known.
    package var firstSeenAt: Date?

    package var after: Observation { other ?? before }
}

/// A bounded piece of the past, the newest first.
package struct PastPage: Sendable {
    package var events: [PastEvent]
    /// With what to ask for this page again.
    package var cursor: Int64
    /// With what to ask for the page before it in time.
    package var next: Int64
    /// As they were counted when they were received.
    package var observations: Int
    package var oldest: Date
    package var newest: Date
}
