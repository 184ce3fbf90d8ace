import Findings
import FoundationEssentials
import Operations
import Store

extension NodeState {
    /// One element of the list of nodes.
    var json: JSONValue {
        [
            "number": .integer(Int(number)),
            "name": .string(name),
            "version": .string(version),
            "startedAt": .string(startedAt.iso8601),
            "this": .bool(isThis),
            "leads": .bool(leads),
            "housekeeping": .bool(keepsHouse),
            "lanes": .array(lanes.map(\.json)),
        ]
    }
}

extension NodeState.ServedLane {
    fileprivate var json: JSONValue {
        [
            "lane": .string(lane),
            "destinations": .array(destinations.map { .string($0) }),
            "since": .string(since.iso8601),
        ]
    }
}

extension ThisNode.Standing {
    /// A part of the status.
    var json: JSONValue {
        ["number": .integer(Int(number)), "name": .string(name), "leads": .bool(leads)]
    }
}
