import Findings

extension RuleForm {
    /// `nil` when there is something in it that the form cannot show.
    ///
    /// - Parameter rule: A rule as it stands in routes.json.
    init?(_ rule: JSON) {
        guard rule.kind == .object else { return nil }
        var hasEffect = false
        for member in rule.members {
            let value = member.value
            switch member.key {
            case "name": guard Read.text(value, &name) else { return nil }
            case "description": guard Read.text(value, &description) else { return nil }
            case "enabled": guard Read.bool(value, &isEnabled) else { return nil }
            case "when":
                guard let condition = ConditionForm(value) else { return nil }
                when = condition
            case "send":
                guard hasEffect == false, Read.list(value, &send) else { return nil }
                hasEffect = true
            case "suppress":
                guard hasEffect == false, Read.text(value, &reason) else { return nil }
                hasEffect = true
                effect = .suppress
            case "stop": guard Read.bool(value, &stop) else { return nil }
            default: guard terms.take(member.key, value) == true else { return nil }
            }
            if member.key == "enabled" || member.key == "stop" { written.insert(member.key) }
        }
    }

    /// The rule for routes.json, or why there is none.
    var json: Result<JSONValue, Mistakes> {
        var mistakes: [FormMistake] = []
        let condition = when.json("w", &mistakes)
        let sends = effect == .send
        let told = sends ? terms.members(&mistakes) : []
        let members: [(key: String, value: JSONValue?)] = [
            ("name", .string(name)),
            ("enabled", isEnabled == false || written.contains("enabled") ? .bool(isEnabled) : nil),
            ("description", Written.text(description)), ("when", condition),
            ("send", sends ? .array(send.map { .string($0) }) : nil), ("suppress", sends ? nil : .string(reason)),
            ("stop", stop || (written.contains("stop") && sends) ? .bool(stop) : nil),
        ]
        guard mistakes.isEmpty else { return .failure(Mistakes(all: mistakes)) }
        return .success(.object((members + told).compactMap { key, value in value.map { JSONValue.Member(key, $0) } }))
    }

    /// Everything in a form of which no rule can be made.
    struct Mistakes: Error, Hashable {
        var all: [FormMistake]
    }
}
