import Findings
import FoundationEssentials
import Routing

/// What may hold others back, and what is held back.
extension TriageTransaction {
    /// Replaces the keys under which a problem may hold others back at a destination; none when it is not active.
    ///
    /// - Returns: Keys under which it no longer does, or does with less severity.
    mutating func setSource(
        _ keys: [String],
        severity: Severity,
        finding: FindingKey,
        about subject: Subject,
        destination: String
    ) throws -> [String] {
        var all = try sources(about: subject)
        let before = all[destination] ?? []
        let wanted = Set(keys)
        let after = wanted.sorted().map { InhibitionSource(key: $0, severity: severity, finding: finding) }
        guard Set(before.map(\.key)) != wanted || before.contains(where: { $0.severity != severity }) else { return [] }
        all[destination] = after.isEmpty ? nil : after
        working.save(all, of: subject.problem)
        if after.isEmpty == false { working.counters.hasSources = true }
        return before.filter { wanted.contains($0.key) == false || severity < $0.severity }.map(\.key)
    }

    private mutating func sources(about subject: Subject) throws -> [String: [InhibitionSource]] {
        guard working.counters.hasSources else { return [:] }
        if let known = working.sources[subject.problem] { return known ?? [:] }
        guard subject.problem <= lastStored else { return [:] }
        var wanted = WantedRows()
        wanted.sources = [subject.problem]
        try load(wanted)
        return (working.sources[subject.problem] ?? nil) ?? [:]
    }

    /// The destinations at which the problem may hold others back.
    mutating func sourceDestinations(about subject: Subject) throws -> [String] {
        try sources(about: subject).keys.sorted()
    }

    /// The most severe problem under any of the keys, this one aside.
    mutating func strongestSource(
        under keys: [String],
        besides subject: Subject,
        destination: String
    ) throws -> Triage.Inhibitor? {
        guard working.counters.hasSources else { return nil }
        guard let rows else {
            return working.strongestSource(under: keys, besides: subject.problem, destination: destination)
        }
        try send(.sources)
        return try rows.strongestSource(under: keys, besides: subject.problem, destination: destination)
    }

    /// Replaces the keys under which a problem is held back at a destination.
    mutating func setHeld(_ keys: [String], about subject: Subject, destination: String) {
        let key = AlertKey(problem: subject.problem, destination: destination)
        working.holds.change(keys, at: key)
        working.holdFindings[key] = subject.finding
    }

    /// The keys under which a problem is held back at a destination.
    mutating func heldKeys(about subject: Subject, destination: String) throws -> [String] {
        let key = AlertKey(problem: subject.problem, destination: destination)
        var wanted = WantedRows()
        wanted.holds = [key]
        try load(wanted)
        return (working.holds[key] ?? nil) ?? []
    }

    /// Every destination where something is held back.
    mutating func destinationsHolding() throws -> [String] {
        guard let rows else { return working.destinationsHolding }
        try send(.holds)
        return try rows.destinationsHolding()
    }
}
