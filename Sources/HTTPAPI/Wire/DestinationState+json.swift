import Findings
import FoundationEssentials
import Operations
import Routing
import Store

extension DestinationState {
    var json: JSONValue {
        [
            "name": .string(name),
            "type": JSONValue(lane?.type),
            "description": JSONValue(destination?.description),
            "fallback": JSONValue(destination?.fallback),
            "state": .string(state),
            "reason": JSONValue(lane?.reason),
            "pausedBy": JSONValue(lane?.pause?.author),
            "pausedAt": JSONValue(lane?.pause?.pausedAt.iso8601),
            "lane": JSONValue(lane?.lane),
            "failures": .integer(lane?.failures ?? 0),
            "notBefore": JSONValue(lane?.notBefore?.iso8601),
            "secrets": .array(
                secrets.map { ["reference": .string("\($0.reference)"), "problem": JSONValue($0.problem)] }
            ),
            "isUsed": .bool(isUsed),
            "backlog": [
                "pending": .integer(backlog?.pending ?? 0),
                "critical": .integer(backlog?.critical ?? 0),
                "sending": .integer(backlog?.sending ?? 0),
                "dead": .integer(backlog?.dead ?? 0),
                "oldestPendingAt": JSONValue(backlog?.oldestPendingAt?.iso8601),
                "waiting": .integer(backlog?.waiting ?? 0),
            ],
            "recent": lane?.recent.map(\.json) ?? .null,
        ]
    }
}

extension RecentDeliveries {
    var json: JSONValue {
        [
            "delivered": .integer(delivered),
            "atFirstTry": .integer(atFirstTry),
            "triesInMinute": .integer(triesInMinute),
            "since": .string(since.iso8601),
        ]
    }
}
