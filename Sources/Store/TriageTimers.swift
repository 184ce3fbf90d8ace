package import FoundationEssentials
package import Routing

/// The moments at which triage has something to do by itself: groups to flush, reminders, windows and silences that end, digests, storms.
package protocol TriageTimers: Sendable {
    /// The earliest moment at which something is due, `nil` when nothing is.
    ///
    /// - Throws: When the store cannot be read.
    func nextTimer() async throws -> Date?
    /// Does what is due, a bounded part of it in one transaction.
    ///
    /// - Parameters:
    ///   - now: What is due later stays.
    ///   - table: The rules in force, for the terms of each group's rule.
    /// - Returns: Whether something is left that is due now.
    /// - Throws: When the commit failed; nothing was done then.
    func fire(now: Date, table: RoutingTable) async throws -> Bool
    /// Wakes whoever waits: an element after timers may have moved; several may be folded into one.
    var timersChanged: AsyncStream<Void> { get }
}
