package import FoundationEssentials

/// One accepted request body, as it is stored in the intake journal.
package struct JournalEntry: Sendable, Hashable {
    /// Rises by one with every entry of a stream; see ``Triage/JournalCursor``. 1 or more.
    package var position: Int64
    package var receivedAt: Date
    /// Which credential or mechanism let the request in, e.g. `token`, `sns`, `loopback`; never the secret itself.
    package var source: String
    /// Stands in for redelivery keys that the body does not carry, e.g. a Firehose request id from a header.
    package var requestID: String?
    /// The request's body as received.
    package var body: [UInt8]
    /// How many observations were decoded from it when it was accepted.
    package var observations: Int

    package init(
        position: Int64,
        receivedAt: Date,
        source: String,
        requestID: String?,
        body: [UInt8],
        observations: Int
    ) {
        self.position = position
        self.receivedAt = receivedAt
        self.source = source
        self.requestID = requestID
        self.body = body
        self.observations = observations
    }
}

/// A request body that is to be accepted.
package struct IntakeRequest: Sendable {
    package var receivedAt: Date
    package var source: String
    package var requestID: String?
    package var body: [UInt8]
    package var observations: Int
    /// Items of the body that could not be read, to be kept with their reasons.
    package var quarantine: [QuarantinedItem]

    package init(
        receivedAt: Date,
        source: String,
        requestID: String?,
        body: [UInt8],
        observations: Int,
        quarantine: [QuarantinedItem] = []
    ) {
        self.receivedAt = receivedAt
        self.source = source
        self.requestID = requestID
        self.body = body
        self.observations = observations
        self.quarantine = quarantine
    }
}

/// Bytes that could not be read, and why.
package struct QuarantinedItem: Sendable, Hashable {
    package var reason: String
    package var bytes: [UInt8]
    /// The request and the item's place in it; an item whose key is known is not kept again. `nil` when the request cannot be
    /// told from others.
    package var key: String?

    package init(reason: String, bytes: [UInt8], key: String? = nil) {
        self.reason = reason
        self.bytes = bytes
        self.key = key
    }
}
