import Findings
import FoundationEssentials
import Routing

/// What a batch or a group will ask for, asked for at once.
extension TriageTransaction {
    /// The rows of findings first, then those that are found by their numbers.
    mutating func preload(for entries: [DecidedEntry]) throws {
        guard preloading != .nothing else { return }
        var wanted = WantedRows()
        for event in entries.lazy.flatMap(\.events) {
            if let key = event.redeliveryKey { wanted.redeliveryKeys.append(key) }
            for observation in event.observations {
                wanted.findings.append(observation.finding.key)
                if let problem = observation.problem { wanted.problems.append(problem) }
                wanted.silences += observation.silences.map(\.silence)
            }
        }
        try preload(wanted)
        wanted = WantedRows()
        for observation in entries.lazy.flatMap(\.events).flatMap(\.observations) {
            guard let number = working.findingNumbers[observation.finding.key], number != 0,
                let row = working.findings[number] ?? nil
            else { continue }
            let problem = row.problem ?? number
            if row.problem != nil { wanted.members.append(problem) }
            if working.counters.hasSources { wanted.sources.append(problem) }
            if observation.isReadBesideBefore { wanted.contents.append(row.observation) }
            for destination in observation.destinations {
                wanted.alerts.append(AlertKey(problem: problem, destination: destination))
            }
        }
        try preload(wanted)
    }

    /// The alerts that items speak of.
    mutating func preload(alertsOf items: [ItemRow]) throws {
        guard preloading != .nothing else { return }
        var wanted = WantedRows()
        for row in items {
            wanted.alerts.append(AlertKey(problem: row.subject.problem, destination: row.item.destination))
        }
        try preload(wanted)
    }
}

extension DecidedObservation {
    /// Where an alert about it may stand that is of interest.
    fileprivate var destinations: [String] {
        var named: [String] = []
        if case .routed(let routed) = decision.verdict { named = routed.map(\.destination) }
        guard let resolutions else { return named }
        return named + resolutions.destinations
    }
}
