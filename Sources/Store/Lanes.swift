package import FoundationEssentials

/// What can be seen and done of delivery while it runs.
package protocol Lanes: Sendable {
    /// One element per destination of the active rules, in their order.
    func status() async -> [LaneStatus]
    /// Stops sending to the destination's lane until it is resumed; what waits stays.
    ///
    /// - Parameters:
    ///   - destination: Its name.
    ///   - reason: In the person's words.
    ///   - author: Who asks, as `api:token.siem`.
    /// - Returns: `false` when there is no such destination.
    /// - Throws: When it cannot be written.
    func pause(destination: String, reason: String, author: String) async throws -> Bool
    /// Lets a paused or broken lane try again at once.
    ///
    /// - Returns: `false` when there is no such destination.
    func resume(destination: String) async throws -> Bool
}

/// The lane of one destination as it is now.
package struct LaneStatus: Sendable, Hashable {
    package var destination: String
    package var type: String
    package var lane: String
    package var state: State
    /// Why it is paused or broken.
    package var reason: String?
    /// The pause, where somebody has paused it.
    package var pause: DestinationPause?
    package var failures: Int
    package var notBefore: Date?
    /// `nil` where nothing was sent by this process.
    package var recent: RecentDeliveries?

    package init(
        destination: String,
        type: String,
        lane: String,
        state: State,
        reason: String? = nil,
        pause: DestinationPause? = nil,
        failures: Int = 0,
        notBefore: Date? = nil,
        recent: RecentDeliveries? = nil
    ) {
        self.destination = destination
        self.type = type
        self.lane = lane
        self.state = state
        self.reason = reason
        self.pause = pause
        self.failures = failures
        self.notBefore = notBefore
        self.recent = recent
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Sends when there is something to send.
        case open
        /// Waits out a failure or a Retry-After.
        case waiting
        /// The breaker is open: one message at a time probes whether the destination is back.
        case broken
        /// Waits for a person.
        case paused
    }
}
