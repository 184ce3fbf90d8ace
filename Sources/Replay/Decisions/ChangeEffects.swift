import Findings
package import Routing

/// What each change of the rules does by itself: the later rules beside the same without that change.
struct ChangeEffects: Sendable {
    private struct Candidate: Sendable {
        var change: ReplayChange
        /// The later rules with the change taken back.
        var table: RoutingTable
        var known = KnownDecisions()
        var findings: [Int: ReplayClass] = [:]
        var observations = 0
    }

    private var candidates: [Candidate] = []
    private let limits: ReplayLimits
    private var looked = 0
    /// Changes that are not looked at, since there are too many.
    let omitted: Int
    private(set) var isCut = false

    init(_ question: ReplayQuestion, _ limits: ReplayLimits) {
        let (before, after) = (question.before.document, question.after.document)
        let changes = ReplayChange.all(from: before, to: after)
        self.limits = limits
        omitted = max(0, changes.count - limits.changes)
        candidates = changes.prefix(limits.changes).map { change in
            // One change alone is the whole difference.
            let table =
                changes.count == 1
                ? question.before : RoutingTable(change.undone(in: after, from: before), version: 0)
            return Candidate(change: change, table: table)
        }
    }

    /// Looks at an observation that the two rule sets decide differently.
    mutating func add(_ observation: PastObservation, before: Decision, after: Decision, hash: Int) {
        guard candidates.isEmpty == false else { return }
        guard looked < limits.changedObservations else {
            isCut = true
            return
        }
        looked += 1
        for index in candidates.indices {
            let decision = candidates[index].table.decide(observation.after)
            let number = candidates[index].known.number(decision)
            let change = DecisionChange(from: candidates[index].known.all[number], to: after)
            guard change.kind != .unchanged else { continue }
            candidates[index].observations += 1
            let known = candidates[index].findings[hash] ?? .unchanged
            candidates[index].findings[hash] = min(known, change.kind)
        }
    }

    var result: [ChangeEffect] {
        candidates.map { candidate in
            ChangeEffect(
                change: candidate.change,
                findings: candidate.findings.values.reduce(into: [:]) { $0[$1, default: 0] += 1 },
                observations: candidate.observations
            )
        }
    }
}

/// What a change does by itself.
package struct ChangeEffect: Sendable, Hashable {
    package var change: ReplayChange
    /// Findings in each class, the unchanged ones left out.
    package var findings: [ReplayClass: Int]
    package var observations: Int
}
