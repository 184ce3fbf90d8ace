import Findings
import FoundationEssentials
import Operations
import Routing
import Store

extension Silence {
    /// Changes with everything about the silence but its state, which is a question of the time.
    var entityTag: String { "\"\(tag.prefix(32))\"" }
}

extension SilenceStatus {
    var json: JSONValue { .object(members) }

    var members: [JSONValue.Member] {
        [
            .init("id", JSONValue(silence.id.isEmpty ? nil : silence.id)),
            .init("state", .string(state.rawValue)),
            .init("when", .raw(silence.when.text)),
            .init("owner", .string(silence.owner)),
            .init("reason", .string(silence.reason)),
            .init("destinations", silence.destinations.map { .array($0.map { .string($0) }) } ?? .null),
            .init("startsAt", .string(silence.startsAt.iso8601)),
            .init("endsAt", .string(silence.endsAt.iso8601)),
            .init("breaksOnRaise", .bool(silence.breaksOnRaise)),
            .init("createdAt", .string(silence.createdAt.iso8601)),
            .init("updatedAt", .string(silence.updatedAt.iso8601)),
            .init("createdBy", .string(silence.createdBy)),
            .init("missingGroups", .array(missingGroups.map { .string($0) })),
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
                        "accountName": JSONValue(example.finding.accountName),
                        "region": JSONValue(example.finding.region),
                        "lastSeenAt": .string(example.lastSeenAt.iso8601),
                    ]
                }
            ),
        ]
    }
}
