import Findings
import Operations
import Routing

extension Explanations {
    var json: JSONValue {
        .compact([
            "version": version.map { .integer($0) },
            "draft": draft.map { .string($0) },
            "isEventKept": .bool(isEventKept),
            "explanations": .array(explanations.map(\.withText)),
            "omittedCount": .integer(omitted),
            "unreadable": .array(unreadable.map { .string($0) }),
        ])
    }
}

extension Explanation {
    /// The explanation beside the same in words.
    var withText: JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(members + [.init("text", .string(text))])
    }
}
