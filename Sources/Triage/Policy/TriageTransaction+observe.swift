import Findings
import FoundationEssentials
import Routing

extension TriageTransaction {
    /// Makes the finding's row what this observation says, unless one that the source dates later is known.
    ///
    /// - Parameters:
    ///   - observed: The observation.
    ///   - problem: What several findings report together; `nil` when this one stands alone.
    ///   - disposition: What the rules said.
    ///   - receivedAt: When it was accepted; stands in for a source date that is missing.
    /// - Returns: What news of it is about, and where the problem stands now.
    /// - Throws: What the rows throw.
    mutating func observe(
        _ observed: ObservedFinding,
        problem: FindingKey?,
        disposition: String,
        receivedAt: Date
    ) throws -> (subject: Subject, state: ProblemState) {
        working.counters.observation += 1
        let observation = working.counters.observation
        working.contents[observation] = observed
        let finding = observed.finding
        let observedAt = finding.observedAt(receivedAt: receivedAt)
        var isStale = false
        var row: FindingRow
        if let known = try knownRow(of: finding) {
            row = known
            row.observations += 1
            isStale = finding.updatedAt != nil && observedAt < row.observedAt
            if isStale == false {
                row.observation = observation
                row.observedAt = max(row.observedAt, observedAt)
                row.lastSeenAt = receivedAt
                row.severity = finding.severity
                row.status = finding.status
                row.disposition = disposition
            }
        } else {
            working.counters.finding += 1
            row = FindingRow(
                number: working.counters.finding,
                key: finding.key,
                problem: nil,
                observation: observation,
                observedAt: observedAt,
                firstSeenAt: receivedAt,
                lastSeenAt: receivedAt,
                observations: 1,
                severity: finding.severity,
                status: finding.status,
                disposition: disposition
            )
            working.newFindings.insert(row.number)
            row.problem = try problem.map { try number(of: $0, reportedBy: row.number) }
        }
        if let problem = row.problem { try load(membersOf: problem) }
        working.save(row)
        let subject = Subject(finding: row.number, observation: observation, problem: row.problem ?? row.number)
        guard let problem = row.problem else {
            return (subject, ProblemState(status: finding.status, severity: finding.severity, isStale: isStale))
        }
        let standings = (working.members[problem] ?? [:]).values.map { (status: $0.status, severity: $0.severity) }
        return (subject, ProblemState(of: standings, isStale: isStale))
    }

    /// The number of a problem: that of the first finding that reported it.
    private mutating func number(of problem: FindingKey, reportedBy finding: Int64) throws -> Int64 {
        var wanted = WantedRows()
        wanted.problems = [problem]
        try load(wanted)
        if let known = working.problems[problem], known != 0 { return known }
        working.problems[problem] = finding
        working.newProblems.append(problem)
        working.members[finding] = [:]
        return finding
    }

    private mutating func load(membersOf problem: Int64) throws {
        var wanted = WantedRows()
        wanted.members = [problem]
        try load(wanted)
        if working.members[problem] == nil { working.members[problem] = [:] }
    }
}
