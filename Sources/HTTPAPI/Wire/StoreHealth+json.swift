import Findings
import Store

extension StoreHealth {
    var json: JSONValue {
        [
            "trouble": trouble?.json ?? .null,
            "damage": JSONValue(damage),
            "log": [
                "bytes": .integer(logBytes),
                "trouble": checkpointTrouble?.json ?? .null,
                "failures": .integer(checkpointFailures),
            ],
        ]
    }
}

extension StoreTrouble {
    fileprivate var json: JSONValue { ["kind": .string(kind.rawValue), "problem": .string(description)] }
}
