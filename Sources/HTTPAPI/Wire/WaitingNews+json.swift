import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension WaitingNews {
    var json: JSONValue {
        [
            "kind": .string(kind.rawValue),
            "destination": .string(destination),
            "rules": .array(rules.map { .string($0) }),
            "group": .array(labels.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "reason": JSONValue(reason),
            "silence": JSONValue(silence),
            "due": JSONValue(dueAt?.iso8601),
            "since": .string(since.iso8601),
            "count": .integer(count),
            "severity": .string(severity.label),
        ]
    }
}
