import Findings
import FoundationEssentials
import Operations
import Replay
import Routing

extension DraftPreview {
    var json: JSONValue {
        [
            "since": .string(effect.since.iso8601),
            "until": .string(effect.until.iso8601),
            "observations": .integer(effect.observations),
            "leavesOutPatterns": .bool(effect.leavesOutPatterns),
            "classes": .array(
                ReplayClass.allCases.map { kind in
                    [
                        "class": .string(kind.rawValue),
                        "findings": .integer(effect.findings[kind] ?? 0),
                        "samples": .array((effect.samples[kind] ?? []).map(\.json)),
                    ]
                }
            ),
            "rule": effect.rule?.json ?? .null,
            "sentence": JSONValue(sentence?.text),
            "remarks": .array(
                remarks.map {
                    [
                        "detail": .string($0.message), "pointer": .string($0.pointer),
                        "line": .integer($0.position.line), "column": .integer($0.position.column),
                    ]
                }
            ),
        ]
    }
}

extension RulePreview {
    fileprivate var json: JSONValue {
        [
            "tests": .array(tests.map { ["name": .string($0.name), "passed": .integer($0.passed)] }),
            "endedEarlier": .integer(endedEarlier),
            "gained": .integer(gained),
            "lost": .integer(lost),
            "gainedSamples": .array(gainedSamples.map(\.json)),
            "lostSamples": .array(lostSamples.map(\.json)),
            "stillTold": .array(
                stillTold.map { ["destination": JSONValue($0.destination), "findings": .integer($0.findings)] }
            ),
        ]
    }
}

extension PreviewSample {
    fileprivate var json: JSONValue {
        [
            "id": JSONValue(findingID),
            "title": .string(finding.title),
            "severity": .string(finding.severity.label),
            "account": JSONValue(finding.account),
            "region": JSONValue(finding.region),
            "receivedAt": .string(receivedAt.iso8601),
            "before": .array(before.destinations.map { .string($0) }),
            "after": .array(after.destinations.map { .string($0) }),
        ]
    }
}
