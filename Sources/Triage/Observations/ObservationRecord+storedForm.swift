package import Findings
import Routing

/// The part of a ledger row that nobody searches by, as compact JSON.
extension ObservationRecord {
    package var storedForm: JSONValue {
        .compact([
            "matched": matched.isEmpty ? nil : .array(matched.map { .string($0) }),
            "reason": reason.map { .string($0) },
            "outcomes": outcomes.isEmpty ? nil : .array(outcomes.map(\.storedForm)),
        ])
    }

    /// Takes over what ``storedForm`` wrote.
    package mutating func read(storedForm json: JSON) throws(StoredFormError) {
        matched = json["matched"]?.elements.compactMap(\.string) ?? []
        reason = json["reason"]?.string
        outcomes = []
        for element in json["outcomes"]?.elements ?? [] { outcomes.append(try Outcome(storedForm: element)) }
    }
}

extension ObservationRecord.Outcome {
    /// Later parts are left out when there is nothing in them.
    fileprivate var storedForm: JSONValue {
        var parts: [JSONValue] = [
            .string(destination), .string(rule), .string(transition.rawValue), JSONValue(held),
            .array(notifications.map { .string($0) }),
        ]
        if heldBy != nil || item != nil { parts.append(JSONValue(heldBy)) }
        if let item { parts.append(.integer(Int(item))) }
        return .array(parts)
    }

    fileprivate init(storedForm json: JSON) throws(StoredFormError) {
        let parts = json.elements
        guard (5...7).contains(parts.count), let destination = parts[0].string, let rule = parts[1].string,
            let transition = parts[2].string.flatMap(Transition.init(rawValue:))
        else { throw StoredFormError("an outcome of an observation is of a later version") }
        self.init(
            destination: destination,
            rule: rule,
            transition: transition,
            held: parts[3].string,
            heldBy: parts.count > 5 ? parts[5].string : nil,
            item: parts.count > 6 ? parts[6].integer.map(Int64.init) : nil,
            notifications: parts[4].elements.compactMap(\.string)
        )
    }
}
