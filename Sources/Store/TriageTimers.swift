package import FoundationEssentials
package import Routing

/// The moments at which triage has something to do by itself: groups to flush, reminders, windows and silences that end,
/// digests, storms.
package protocol TriageTimers: Sendable {
    /// The earliest moment at which something is due, `nil` when nothing is.
    func nextTimer() async throws -> Date?

    /// Does what is due, a bounded part of it in one transaction.
    ///
    /// - Parameters:
    ///   - now: What is due later stays.
    ///   - table: The rules in force, for the terms of each group's rule.
    ///   - silences: The silences that are not over, compiled for these rules: what they hide is not said again.
    /// - Returns: Whether something is left that is due now.
    /// - Throws: When the transaction failed; nothing has changed then.
    func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws -> Bool

    /// Says that rules were put in force: they may have moved what waits, or may no longer hold it back.
    func rulesChanged()

    /// Wakes whoever waits: an element after timers may have moved; several may be folded into one.
    var timersChanged: AsyncStream<Void> { get }
}
