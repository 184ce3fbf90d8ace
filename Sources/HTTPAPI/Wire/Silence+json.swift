import Findings
import FoundationEssentials
import Routing
import Store

extension Silence {
    /// Changes with everything about the silence but its state, which is a question of the time.
    var entityTag: String { "\"\(tag.prefix(32))\"" }

    /// The silence as the API shows it.
    ///
    /// - Parameters:
    ///   - now: The time of its state.
    ///   - missingGroups: Account groups of its condition that the rules no longer have, so that it matches nothing.
    /// - Returns: An object.
    func json(at now: Date, missingGroups: [String]) -> JSONValue {
        [
            "id": JSONValue(id.isEmpty ? nil : id),
            "state": .string(state(at: now).rawValue),
            "when": .raw(when.text),
            "owner": .string(owner),
            "reason": .string(reason),
            "destinations": destinations.map { .array($0.map { .string($0) }) } ?? .null,
            "startsAt": .string(startsAt.iso8601),
            "endsAt": .string(endsAt.iso8601),
            "breaksOnRaise": .bool(breaksOnRaise),
            "createdAt": .string(createdAt.iso8601),
            "updatedAt": .string(updatedAt.iso8601),
            "createdBy": .string(createdBy),
            "missingGroups": .array(missingGroups.map { .string($0) }),
        ]
    }
}

extension SilencePreview {
    /// What would have been hidden, the most severe first.
    var json: JSONValue {
        [
            "since": .string(since.iso8601),
            "until": .string(until.iso8601),
            "complete": .bool(isComplete),
            "observations": .integer(observations),
            "findings": .integer(findings),
            "severities": .array(
                Severity.allCases.reversed().compactMap { severity in
                    guard let observations = observationsBySeverity[severity] else { return nil }
                    return [
                        "severity": .string(severity.label),
                        "observations": .integer(observations),
                        "findings": .integer(findingsBySeverity[severity] ?? 0),
                    ]
                }
            ),
            "examples": .array(
                examples.map { example in
                    [
                        "key": .string(example.finding.key.rawValue),
                        "title": .string(example.finding.title),
                        "severity": .string(example.finding.severity.label),
                        "account": JSONValue(example.finding.account),
                        "region": JSONValue(example.finding.region),
                        "lastSeenAt": .string(example.lastSeenAt.iso8601),
                    ]
                }
            ),
        ]
    }
}
