import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension Notification.Bundle {
    /// What a delivery about several alerts holds.
    var json: JSONValue {
        [
            "occasion": .string(occasion.rawValue),
            "total": .integer(total),
            "counts": counts.json,
            "group": .array(group.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "since": JSONValue(since?.iso8601),
            "until": JSONValue(until?.iso8601),
            "reason": JSONValue(reason),
            "oldestOpen": oldestOpen?.json ?? .null,
            "items": .array(items.map(\.json)),
        ]
    }
}

extension Notification.Bundle.Counts {
    fileprivate var json: JSONValue {
        func list(_ tallies: [Notification.Bundle.Tally]) -> JSONValue {
            .array(tallies.map { ["name": .string($0.name), "count": .integer($0.count)] })
        }
        return [
            "severities": list(severities), "transitions": list(transitions), "accounts": list(accounts),
            "products": list(products), "controls": list(controls),
        ]
    }
}

extension Notification.Bundle.Item {
    fileprivate var json: JSONValue {
        [
            "findingId": .string(findingID),
            "title": .string(title),
            "severity": .string(severity.label),
            "transition": .string(transition.rawValue),
            "account": JSONValue(account),
            "accountName": JSONValue(accountName),
            "region": JSONValue(region),
            "resource": JSONValue(resource),
            "openedAt": .string(openedAt.iso8601),
            "count": .integer(count),
            "url": JSONValue(url),
        ]
    }
}
