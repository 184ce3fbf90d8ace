import Findings
import FoundationEssentials
import Routing
import Store

/// A destination as an operator sees it: what the rules say, what its lane does, what waits for it.
struct DestinationState: Sendable {
    var name: String
    /// `nil` when the rules in force do not name it any more.
    var destination: Destination?
    var lane: LaneStatus?
    var backlog: DestinationBacklog?

    /// The word for a destination that only messages of earlier rules still name.
    static let removed = "removed"

    /// A lane's state, or `removed`.
    var state: String { lane?.state.rawValue ?? DestinationState.removed }

    var json: JSONValue {
        [
            "name": .string(name),
            "type": JSONValue(lane?.type),
            "description": JSONValue(destination?.description),
            "fallback": JSONValue(destination?.fallback),
            "state": .string(state),
            "reason": JSONValue(lane?.reason),
            "lane": JSONValue(lane?.lane),
            "failures": .integer(lane?.failures ?? 0),
            "notBefore": JSONValue(lane?.notBefore?.iso8601),
            "backlog": [
                "pending": .integer(backlog?.pending ?? 0),
                "sending": .integer(backlog?.sending ?? 0),
                "dead": .integer(backlog?.dead ?? 0),
                "oldestPendingAt": JSONValue(backlog?.oldestPendingAt?.iso8601),
                "waiting": .integer(backlog?.waiting ?? 0),
            ],
        ]
    }
}
