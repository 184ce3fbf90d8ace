extension TermsForm {
    init(_ fields: FormFields) {
        func line(_ name: String) -> String { fields[name] ?? "" }
        if fields["g"] != nil {
            group = GroupForm(
                isEach: line("g.kind") == "each",
                by: fields.all("g.by"),
                wait: line("g.wait"),
                interval: line("g.interval"),
                again: line("g.repeat")
            )
        }
        while fields["m.\(mutes.count)"] != nil {
            let name = "m.\(mutes.count)"
            mutes.append(
                MuteForm(
                    isOutside: line("\(name).when") == "outside",
                    windows: fields.all("\(name).windows"),
                    severities: line("\(name).severity"),
                    isList: fields["\(name).l"] != nil,
                    then: line("\(name).then"),
                    reason: line("\(name).reason")
                )
            )
        }
        if fields["u"] != nil {
            unless = UnlessForm(
                equal: fields.all("u.equal"),
                when: fields["u.w"] == nil ? nil : ConditionForm(fields, "u.w"),
                missing: line("u.missing")
            )
        }
        if fields["d"] != nil {
            digest = DigestForm(
                at: line("d.at"),
                weekdays: line("d.weekdays"),
                daysOfMonth: line("d.daysOfMonth"),
                timeZone: line("d.timeZone")
            )
        }
        if line("n") == "only" { notify = fields.all("n.of") }
    }

    /// What a browser would send of the form as it is shown.
    func write(to fields: inout FormFields) {
        if let group {
            fields.append("g", "1")
            fields.append("g.kind", group.isEach ? "each" : "fields")
            for name in group.by { fields.append("g.by", name) }
            fields.append("g.wait", group.wait)
            fields.append("g.interval", group.interval)
            fields.append("g.repeat", group.again)
        }
        for (place, mute) in mutes.enumerated() { mute.write("m.\(place)", to: &fields) }
        if let unless {
            fields.append("u", "1")
            for name in unless.equal { fields.append("u.equal", name) }
            fields.append("u.missing", unless.missing)
            if let when = unless.when {
                fields.append("u.w", "1")
                when.write("u.w", to: &fields)
            }
        }
        if let digest {
            fields.append("d", "1")
            fields.append("d.at", digest.at)
            fields.append("d.weekdays", digest.weekdays)
            fields.append("d.daysOfMonth", digest.daysOfMonth)
            fields.append("d.timeZone", digest.timeZone)
        }
        fields.append("n", notify == nil ? "usual" : "only")
        for name in notify ?? [] { fields.append("n.of", name) }
    }
}

extension TermsForm.MuteForm {
    fileprivate func write(_ name: String, to fields: inout FormFields) {
        fields.append(name, "1")
        fields.append("\(name).when", isOutside ? "outside" : "during")
        for window in windows { fields.append("\(name).windows", window) }
        fields.append("\(name).severity", severities)
        if isList { fields.append("\(name).l", "1") }
        fields.append("\(name).then", then)
        fields.append("\(name).reason", reason)
    }
}
