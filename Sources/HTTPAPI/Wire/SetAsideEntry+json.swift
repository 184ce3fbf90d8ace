import Findings
import FoundationEssentials
import Store

extension SetAsideEntry {
    var json: JSONValue {
        [
            "position": .integer(Int(position)),
            "receivedAt": .string(receivedAt.iso8601),
            "findings": .integer(observations),
            "setAsideAt": .string(setAsideAt.iso8601),
            "reason": .string(reason),
            "retries": .integer(retries),
            "retrying": .bool(isWanted),
        ]
    }
}
