package import Findings
package import FoundationEssentials

/// Bytes that a source sent.
package struct Submission: Sendable {
    package var body: ParsedBody
    /// The name of what lets the source in, which the operator chose: a token's, `sns`, `loopback`, `sqs:NAME` of a queue.
    package var source: String
    /// What tells it when it is sent again and the body does not say; at most 128 visible ASCII characters and a word that
    /// says whose id that is.
    package var requestID: String?
    package var receivedAt: Date
    /// When its first byte came, for the time that accepting takes.
    package var begin: ContinuousClock.Instant
    /// What is kept of an item that cannot be read, in bytes. Whoever sends by HTTP has it still; what is taken from a queue
    /// is nowhere else.
    package var largestUnreadable: Int

    package init(
        body: ParsedBody,
        source: String,
        requestID: String?,
        receivedAt: Date,
        begin: ContinuousClock.Instant = .now,
        largestUnreadable: Int = Submission.largestUnreadable
    ) {
        self.body = body
        self.source = source
        self.requestID = requestID
        self.receivedAt = receivedAt
        self.begin = begin
        self.largestUnreadable = largestUnreadable
    }

    /// Enough for any event that a source sends; what is longer is no event.
    package static let largestUnreadable = 262_144
}
