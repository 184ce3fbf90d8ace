import Findings
import FoundationEssentials
import Operations
import Replay
import Routing

extension ExplainedSample {
    var json: JSONValue {
        let finding = sample.finding
        return [
            "class": .string(sample.kind.rawValue),
            "id": JSONValue(sample.findingID),
            "key": .string(finding.key.rawValue),
            "title": .string(finding.title),
            "severity": .string(finding.severity.label),
            "status": .string(finding.status.rawValue),
            "account": JSONValue(finding.account),
            "accountName": JSONValue(finding.accountName),
            "region": JSONValue(finding.region),
            "receivedAt": .string(sample.receivedAt.iso8601),
            "lost": .array(sample.change.lost.map { .string($0) }),
            "gained": .array(sample.change.gained.map { .string($0) }),
            "before": before.sided(sample.before),
            "after": after.sided(sample.after),
        ]
    }
}

extension Explanation {
    /// What one rule set says of a sample, and why.
    fileprivate func sided(_ decision: SampledDecision) -> JSONValue {
        [
            "destinations": .array(decision.destinations.map { .string($0) }),
            "matched": .array(decision.matched.map { .string($0) }),
            "explanation": withText,
        ]
    }
}
