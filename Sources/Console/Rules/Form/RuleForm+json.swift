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
            case "group":
                guard let some = GroupForm(value) else { return nil }
                group = some
            case "mute":
                let some = value.elements.compactMap { MuteForm($0) }
                guard some.isEmpty == false, some.count == value.elements.count else { return nil }
                mutes = some
            case "unless":
                guard let some = UnlessForm(value) else { return nil }
                unless = some
            case "digest":
                guard let some = DigestForm(value) else { return nil }
                digest = some
            case "notify":
                var some: [String] = []
                guard Read.list(value, &some) else { return nil }
                notify = some
            default: return nil
            }
            if member.key == "enabled" || member.key == "stop" { written.insert(member.key) }
        }
    }

    /// The rule for routes.json, or why there is none.
    var json: Result<JSONValue, Mistakes> {
        var mistakes: [FormMistake] = []
        let condition = when.json("w", &mistakes)
        let sends = effect == .send
        let members: [(String, JSONValue?)] = [
            ("name", .string(name)),
            ("enabled", isEnabled == false || written.contains("enabled") ? .bool(isEnabled) : nil),
            ("description", Written.text(description)), ("when", condition),
            ("send", sends ? .array(send.map { .string($0) }) : nil), ("suppress", sends ? nil : .string(reason)),
            ("stop", stop || (written.contains("stop") && sends) ? .bool(stop) : nil),
            ("group", sends ? group?.json : nil),
            ("mute", sends && mutes.isEmpty == false ? .array(mutes.map(\.json)) : nil),
            ("unless", sends ? unless?.json(&mistakes) : nil), ("digest", sends ? digest?.json : nil),
            ("notify", sends ? notify.map { .array($0.map { .string($0) }) } : nil),
        ]
        guard mistakes.isEmpty else { return .failure(Mistakes(all: mistakes)) }
        return .success(.object(members.compactMap { key, value in value.map { JSONValue.Member(key, $0) } }))
    }

    /// Everything in a form of which no rule can be made.
    struct Mistakes: Error, Hashable {
        var all: [FormMistake]
    }
}

extension RuleForm.GroupForm {
    fileprivate init?(_ json: JSON) {
        guard json.kind == .object, json["by"] != nil else { return nil }
        for member in json.members {
            switch member.key {
            case "by" where member.value.string == "all": isEach = true
            case "by": guard Read.list(member.value, &by) else { return nil }
            case "wait": guard Read.text(member.value, &wait) else { return nil }
            case "interval": guard Read.text(member.value, &interval) else { return nil }
            case "repeat": guard Read.text(member.value, &again) else { return nil }
            default: return nil
            }
        }
    }

    fileprivate var json: JSONValue {
        .compact([
            "by": isEach ? "all" : .array(by.map { .string($0) }), "wait": Written.text(wait),
            "interval": Written.text(interval), "repeat": Written.text(again),
        ])
    }
}

extension RuleForm.MuteForm {
    fileprivate init?(_ json: JSON) {
        guard json.kind == .object else { return nil }
        for member in json.members {
            switch member.key {
            case "during", "outside":
                guard windows.isEmpty, Read.list(member.value, &windows) else { return nil }
                isOutside = member.key == "outside"
            case "severity":
                isList = member.value.kind == .array
                var words: [String] = []
                guard isList ? Read.list(member.value, &words) : member.value.string != nil else { return nil }
                severities = ListText.text(isList ? words : [member.value.string ?? ""])
            case "then": guard Read.text(member.value, &then) else { return nil }
            case "reason": guard Read.text(member.value, &reason) else { return nil }
            default: return nil
            }
        }
    }

    fileprivate var json: JSONValue {
        let words = ListText.values(severities)
        let severity: JSONValue? =
            words.count == 1 && isList == false
            ? .string(words[0]) : words.isEmpty ? nil : .array(words.map { .string($0) })
        let names: JSONValue? = windows.isEmpty ? nil : .array(windows.map { .string($0) })
        return .compact([
            "during": isOutside ? nil : names, "outside": isOutside ? names : nil, "severity": severity,
            "then": Written.text(then), "reason": Written.text(reason),
        ])
    }
}

extension RuleForm.UnlessForm {
    fileprivate init?(_ json: JSON) {
        guard json.kind == .object else { return nil }
        for member in json.members {
            switch member.key {
            case "equal": guard Read.list(member.value, &equal) else { return nil }
            case "when":
                guard let condition = ConditionForm(member.value) else { return nil }
                when = condition
            case "missing": guard Read.text(member.value, &missing) else { return nil }
            default: return nil
            }
        }
    }

    fileprivate func json(_ mistakes: inout [FormMistake]) -> JSONValue {
        .compact([
            "when": when?.json("u.w", &mistakes), "equal": .array(equal.map { .string($0) }),
            "missing": Written.text(missing),
        ])
    }
}

extension RuleForm.DigestForm {
    fileprivate init?(_ json: JSON) {
        guard json.kind == .object else { return nil }
        for member in json.members {
            var words: [String] = []
            if member.key == "timeZone" {
                guard Read.text(member.value, &timeZone) else { return nil }
                continue
            }
            guard Read.list(member.value, &words), words.isEmpty == false else { return nil }
            switch member.key {
            case "at": at = ListText.text(words)
            case "weekdays": weekdays = ListText.text(words)
            case "daysOfMonth": daysOfMonth = ListText.text(words)
            default: return nil
            }
        }
    }

    fileprivate var json: JSONValue {
        .compact([
            "at": Written.list(at), "weekdays": Written.list(weekdays), "daysOfMonth": Written.list(daysOfMonth),
            "timeZone": Written.text(timeZone),
        ])
    }
}

/// Reading of values, each by its type.
private enum Read {
    static func text(_ json: JSON, _ text: inout String) -> Bool {
        guard let string = json.string else { return false }
        text = string
        return string.isEmpty == false
    }

    static func bool(_ json: JSON, _ value: inout Bool) -> Bool {
        guard let bool = json.bool else { return false }
        value = bool
        return true
    }

    static func list(_ json: JSON, _ list: inout [String]) -> Bool {
        guard json.kind == .array else { return false }
        list = json.elements.compactMap(\.string)
        return list.count == json.elements.count
    }
}

/// Values of members; `nil` for what is empty, which is not written.
private enum Written {
    static func text(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }

    static func list(_ text: String) -> JSONValue? {
        let values = ListText.values(text)
        return values.isEmpty ? nil : .array(values.map { .string($0) })
    }
}
