import Findings

extension TermsForm {
    /// Takes in a member of a rule, of the fallback or of a destination.
    ///
    /// - Returns: Whether the form shows it; `nil` for a member that is no term.
    mutating func take(_ key: String, _ value: JSON) -> Bool? {
        switch key {
        case "group":
            group = GroupForm(value)
            return group != nil
        case "mute":
            mutes = value.elements.compactMap { MuteForm($0) }
            return mutes.isEmpty == false && mutes.count == value.elements.count
        case "unless":
            unless = UnlessForm(value)
            return unless != nil
        case "digest":
            digest = DigestForm(value)
            return digest != nil
        case "notify":
            var some: [String] = []
            guard Read.list(value, &some) else { return false }
            notify = some
            return true
        default: return nil
        }
    }

    /// The members for routes.json; `nil` for those that are not written.
    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        [
            ("group", group?.json), ("mute", mutes.isEmpty ? nil : .array(mutes.map(\.json))),
            ("unless", unless?.json(&mistakes)), ("digest", digest?.json),
            ("notify", notify.map { .array($0.map { .string($0) }) }),
        ]
    }
}

extension TermsForm.GroupForm {
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

extension TermsForm.MuteForm {
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

extension TermsForm.UnlessForm {
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

extension TermsForm.DigestForm {
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
