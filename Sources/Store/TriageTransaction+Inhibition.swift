package import Findings
import FoundationEssentials
package import Routing
import Triage

extension TriageTransaction {
    /// Notes under which keys the problem may hold others back at the destination, and has those looked at again that
    /// it no longer does.
    mutating func noteSource(_ news: News, _ routed: Decision.Routed, at place: Place, now: Date) throws {
        guard let inhibits = routed.inhibits else { return }
        let isActive = news.state.status == .active
        let keys = isActive ? inhibits.flatMap { $0.inhibition.keys(of: news.finding, rule: $0.rule) } : []
        let lost = try setSource(
            keys,
            severity: news.state.severity,
            finding: news.problem,
            at: place,
            destination: routed.destination
        )
        for key in lost {
            let name = AlertGroup.Name(kind: .release, destination: routed.destination, key: key)
            var group = try group(name) ?? new(AlertGroup(name: name, createdAt: now))
            group.dueAt = now
            group.told = 0
            try save(group)
        }
    }

    /// The most severe alert that could hold the finding back.
    mutating func inhibitor(
        of news: News,
        _ routed: Decision.Routed,
        at place: Place
    ) throws -> Triage.Inhibitor? {
        guard let unless = routed.terms.unless else { return nil }
        let keys = unless.keys(of: news.finding, rule: routed.rule)
        guard keys.isEmpty == false else { return nil }
        return try strongestSource(under: keys, besides: place, destination: routed.destination)
    }

    /// Keeps what is held back findable by what holds it.
    mutating func noteHeld(
        _ alert: Alert,
        before: Alert?,
        _ news: News,
        _ routed: Decision.Routed,
        at place: Place
    ) throws {
        let isHeld = alert.held?.reason == .inhibited
        guard isHeld || before?.held?.reason == .inhibited else { return }
        let keys = isHeld ? routed.terms.unless?.keys(of: news.finding, rule: routed.rule) ?? [] : []
        try setHeld(keys, at: place, destination: routed.destination)
    }
}

extension Inhibition {
    /// How many combinations of values one finding may have.
    private static let mostKeys = 16

    /// What a finding agrees in with others under a rule's `unless`: the fingerprint of each combination of its values.
    ///
    /// - Parameters:
    ///   - finding: Gives the values of `equal`.
    ///   - rule: Whose `unless` it is; keys of different rules never meet.
    /// - Returns: No key when a field is missing and that is no agreement; at most 16.
    package func keys(of finding: Finding, rule: String) -> [String] {
        var keys = ["\(rule.utf8.count):\(rule)"]
        for field in equal {
            var values = finding.values(of: field)
            if values.isEmpty {
                guard missingIsEqual else { return [] }
                values = [""]
            }
            keys = Array(
                keys.lazy.flatMap { key in values.map { "\(key);\(field)=\($0.utf8.count):\($0)" } }
                    .prefix(Inhibition.mostKeys)
            )
        }
        return keys.map { Fingerprint.hexadecimal(of: Array($0.utf8)) }
    }
}
