package import FoundationEssentials
package import Routing

/// Triage on a set with nothing behind it.
extension WorkingSet {
    /// Applies decided entries; see ``TriageTransaction/apply(_:now:change:)``.
    ///
    /// - Parameters:
    ///   - entries: In journal order, beginning with the first unapplied one.
    ///   - now: The time of application.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: ``JournalOrderError``; the entries before it are applied then.
    package mutating func apply(
        _ entries: [DecidedEntry],
        now: Date,
        change: inout TotalsChange
    ) throws -> AppliedBatch {
        try transact { try $0.apply(entries, now: now, change: &change) }
    }

    /// Does what is due by itself; see ``TriageTransaction/fire(now:table:silences:change:)``.
    ///
    /// - Parameters:
    ///   - now: What is due later stays.
    ///   - table: The rules in force.
    ///   - silences: The silences that are not over, compiled for these rules.
    ///   - change: What this does to the totals is added here.
    /// - Returns: What was done.
    /// - Throws: Nothing in practice: only if the set did not hold what it refers to.
    package mutating func fire(
        now: Date,
        table: RoutingTable,
        silences: SilenceTable,
        change: inout TotalsChange
    ) throws -> FiredTimers {
        try transact { try $0.fire(now: now, table: table, silences: silences, change: &change) }
    }

    private mutating func transact<Value>(_ body: (inout TriageTransaction) throws -> Value) throws -> Value {
        // Held once, so that nothing is copied.
        var transaction = TriageTransaction(consume self)
        let result = Result { try body(&transaction) }
        self = (consume transaction).working
        markStored()
        return try result.get()
    }
}
