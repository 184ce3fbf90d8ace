package import Findings
package import FoundationEssentials
package import Routing
package import Store
package import Triage

/// What a ``SimulatedService`` asks of its store.
package protocol SimulatedStore {
    /// Accepts events as one entry and applies it.
    mutating func take(_ events: [DecidedEvent], now: Date) async throws -> AppliedBatch
    /// Does everything that is due by itself.
    ///
    /// - Parameters:
    ///   - now: What is due later stays.
    ///   - table: The rules in force.
    ///   - silences: Compiled for these rules.
    /// - Throws: What the store throws.
    mutating func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws
    /// When something is due by itself.
    func nextTimer() async throws -> Date?
    /// When the first of what waits is due, by destination.
    func nextDue() async throws -> [String: Date]
    /// Delivers what is first in a destination's queue.
    ///
    /// - Parameters:
    ///   - destination: Whose queue.
    ///   - limit: How many messages at most.
    ///   - now: When they are claimed.
    ///   - finished: When they are delivered.
    /// - Returns: The messages, in the order in which they are sent.
    /// - Throws: What the store throws.
    mutating func deliver(
        from destination: String,
        limit: Int,
        now: Date,
        finished: Date
    ) async throws -> [DeliveredMessage]
    /// A CRITICAL active observation of a finding, each outcome with every notification that has told it by now.
    func critical(_ finding: FindingKey, receivedAt: Date) async throws -> ObservationRecord?
    func totals() async throws -> Totals
}

/// What is counted of a message.
package struct DeliveredMessage: Sendable, Hashable {
    package var id: String
    /// Why it was sent, in one word.
    package var occasion: String
    package var queuedAt: Date

    /// - Parameters:
    ///   - id: The notification's.
    ///   - queuedAt: When it was.
    ///   - transition: What is told of an alert.
    ///   - bundle: The alerts that share the message, if they do.
    package init(id: String, queuedAt: Date, transition: Transition, bundle: Notification.Bundle?) {
        self.id = id
        self.queuedAt = queuedAt
        occasion = bundle?.occasion.rawValue ?? (transition == .reminder ? "reminder" : "single")
    }
}
