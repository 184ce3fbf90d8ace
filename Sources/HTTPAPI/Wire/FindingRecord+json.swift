import Routing
import Findings
import Operations
import Store
import Triage

extension FindingRecord {
    /// What a finding's last observation can have come to.
    static let dispositions = ["routed", "suppressed", "unrouted"]

    fileprivate func members(_ finding: JSONValue) -> [JSONValue.Member] {
        [
            .init("id", .string(id)),
            .init("disposition", .string(disposition)),
            .init("firstSeenAt", .string(firstSeenAt.iso8601)),
            .init("lastSeenAt", .string(lastSeenAt.iso8601)),
            .init("observationCount", .integer(observations)),
            .init("finding", finding),
        ]
    }
}

extension ListedFinding {
    /// The record with the finding as listings show it, and who knows of it.
    var json: JSONValue {
        .object(
            record.members(record.finding.listed) + [
                .init("fate", .string(fate.rawValue)),
                .init(
                    "standings",
                    .array(
                        standings.map { ["destination": .string($0.destination), "state": .string($0.state.rawValue)] }
                    )
                ),
            ]
        )
    }
}

extension Finding {
    /// The finding without its long texts, which belong to the page of the one finding.
    fileprivate var listed: JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(members.filter { $0.key != "description" && $0.key != "remediation" })
    }
}

extension FindingStory {
    /// The record, every observation with what became of it, and every delivery.
    var json: JSONValue {
        .object(
            record.members(record.finding.json) + [
                .init("observations", .array(observations.map(\.json))),
                .init("deliveries", .array(notifications.map(\.json))),
            ]
        )
    }
}

extension ObservationRecord {
    var json: JSONValue {
        [
            "position": .integer(Int(position)),
            "receivedAt": .string(receivedAt.iso8601),
            "severity": .string(severity.label),
            "status": .string(status.rawValue),
            "rulesVersion": .integer(version),
            "matched": .array(matched.map { .string($0) }),
            "disposition": .string(disposition),
            "reason": JSONValue(reason),
            "outcomes": .array(outcomes.map(\.json)),
        ]
    }
}

extension ObservationRecord.Outcome {
    fileprivate var json: JSONValue {
        [
            "destination": .string(destination),
            "rule": .string(rule),
            "transition": .string(transition.rawValue),
            "held": JSONValue(held),
            "heldBy": JSONValue(heldBy),
            "group": itemState?.json ?? .null,
            "deliveries": .array(notifications.map { .string($0) }),
        ]
    }
}

extension ObservationRecord.ItemState {
    fileprivate var json: JSONValue {
        [
            "state": .string(state.rawValue),
            "kind": .string(kind),
            "until": JSONValue(until?.iso8601),
            "delivery": JSONValue(notification),
        ]
    }
}
