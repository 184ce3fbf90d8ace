package import Findings
package import FoundationEssentials

extension Finding {
    /// When the problem began, as far as the source says: first observed, the event's own time, created.
    package var beganAt: Date? { firstSeenAt ?? occurredAt ?? createdAt }

    /// When this observation was made, for the order of a finding's observations: the source's date, or when it was received
    /// if the source gives none.
    ///
    /// - Parameter receivedAt: When it was accepted. A source whose clock is ahead is believed for five minutes only: its
    ///   later observations would all be older than one that it dated into the future, their ends included.
    /// - Returns: At most five minutes after `receivedAt`.
    package func observedAt(receivedAt: Date) -> Date {
        min(updatedAt ?? receivedAt, receivedAt.addingTimeInterval(300))
    }
}
