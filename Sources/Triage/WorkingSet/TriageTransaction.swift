import Findings
import FoundationEssentials
import Routing

/// Triage on a working set: everything that is decided about observations and at triage's own moments.
///
/// What the set does not know is asked of the rows behind it at that moment, and what has changed is written to them before
/// a question that depends on it, and at the end; ``Preloading`` asks for much at once and changes no answer.
package struct TriageTransaction {
    package internal(set) var working: WorkingSet
    let rows: (any TriageRows)?
    let preloading: Preloading
    private let counting: Counting
    /// The number of the last finding that was stored when the transaction began: of later ones nothing is stored.
    private(set) var lastStored: Int64

    /// How much is asked for before it is needed.
    package enum Preloading: String, Sendable, Hashable, CaseIterable {
        case everything
        /// One row of each kind, for tests.
        case oneRow
        /// Row by row, for tests: what an observation has changed is written before the next one, too.
        case nothing
    }

    /// What of ``HourCounts`` is kept; less than all of it to measure what counting costs.
    package enum Counting: Sendable, Hashable {
        case everything
        /// What rules matched.
        case rules
        case nothing
    }

    /// Triage on what a store keeps.
    ///
    /// - Parameters:
    ///   - rows: The rows, in a transaction that is open.
    ///   - preloading: How much to ask for at once.
    ///   - counting: What is counted beside.
    /// - Throws: What the rows throw.
    package init(
        on rows: any TriageRows,
        preloading: Preloading = .everything,
        counting: Counting = .everything
    ) throws {
        self.rows = rows
        self.preloading = preloading
        self.counting = counting
        working = WorkingSet(try rows.counters())
        lastStored = working.counters.finding
    }

    /// Triage on a set with nothing behind it.
    package init(_ working: consuming WorkingSet) {
        self.working = working
        rows = nil
        preloading = .nothing
        counting = .everything
        lastStored = .max
    }

    /// Writes what has changed.
    mutating func send(_ part: WorkingSet.Part = .all) throws {
        guard let rows else { return working.markStored() }
        var changes = working.takeChanges(part)
        if counting != .everything { changes.counts = changes.counts.ofRules }
        try rows.write(changes)
    }

    /// Counts an observation.
    ///
    /// - Parameters:
    ///   - observation: With what the rules said of it.
    ///   - record: What came of it.
    ///   - finding: Its number.
    mutating func count(_ observation: DecidedObservation, _ record: ObservationRecord, of finding: Int64) {
        guard counting != .nothing else { return }
        working.counts.add(observation.decision, receivedAt: record.receivedAt)
        guard counting == .everything else { return }
        working.counts.add(record, of: observation.finding)
        if let verdict = observation.shadow { working.counts.add(verdict, record, of: observation.finding, finding) }
    }

    /// Writes what has changed and lets go of it, so that a long piece of work holds little at a time.
    mutating func sendAndForget() throws {
        try send()
        guard rows != nil else { return }
        working.forgetUnchanged()
        lastStored = working.counters.finding
    }

    /// Asks for rows that are not known yet.
    mutating func load(_ wanted: WantedRows) throws {
        guard let rows else { return }
        let unknown = working.unknown(of: wanted)
        guard unknown.isEmpty == false else { return }
        working.take(try rows.load(unknown), for: unknown)
    }

    /// Asks for rows that will be needed.
    mutating func preload(_ wanted: WantedRows) throws {
        switch preloading {
        case .everything: try load(wanted)
        case .oneRow: try load(wanted.first)
        case .nothing: break
        }
    }
}
