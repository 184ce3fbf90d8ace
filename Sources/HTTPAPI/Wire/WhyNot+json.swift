import Findings
import FoundationEssentials
import Operations
import Routing

extension WhyNot {
    var json: JSONValue {
        [
            "finding": .string(finding),
            "destination": .string(destination),
            "rulesVersion": version.map { .integer($0) } ?? .null,
            "cause": .string(cause.rawValue),
            "rule": JSONValue(rule),
            "failures": .integer(failures),
            "condition": condition?.json ?? .null,
            "at": JSONValue(at?.iso8601),
            "sentence": .string(sentence),
        ]
    }
}
