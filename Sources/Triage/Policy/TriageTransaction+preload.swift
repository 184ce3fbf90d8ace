import Findings
import FoundationEssentials
import Routing

/// What a batch or a group will ask for, asked for at once.
extension TriageTransaction {
    /// The rows of findings first, then those that are found by their numbers.
    mutating func preload(for entries: [DecidedEntry]) throws {
        guard preloading != .nothing else { return }
        var wanted = WantedRows()
        for entry in entries {
            for event in entry.events {
                if let key = event.redeliveryKey { wanted.redeliveryKeys.append(key) }
                for observation in event.observations {
                    wanted.findings.append(observation.observed.finding.key)
                    if let problem = observation.problem { wanted.problems.append(problem) }
                    for match in observation.silences { wanted.silences.append(match.silence) }
                }
            }
        }
        try preload(wanted)
        wanted = WantedRows()
        for entry in entries {
            for event in entry.events {
                for observation in event.observations { add(observation, to: &wanted) }
            }
        }
        try preload(wanted)
    }

    private func add(_ observation: DecidedObservation, to wanted: inout WantedRows) {
        guard let number = working.findingNumbers[observation.observed.finding.key], number != 0,
            let row = working.findings[number] ?? nil
        else { return }
        let problem = row.problem ?? number
        if row.problem != nil { wanted.members.append(problem) }
        if working.counters.hasSources { wanted.sources.append(problem) }
        if observation.isReadBesideBefore { wanted.contents.append(row.observation) }
        for destination in observation.destinations {
            wanted.alerts.append(AlertKey(problem: problem, destination: destination))
        }
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
