import HTTPSurface

extension RuleForm {
    /// - Parameter fields: What a browser sent.
    init(_ fields: FormFields) {
        func line(_ name: String) -> String { fields[name] ?? "" }
        name = line("name")
        description = FormText.lines(line("description"))
        isEnabled = fields["enabled"] != nil
        when = ConditionForm(fields, "w")
        effect = fields["then"].flatMap(Effect.init) ?? .send
        send = fields.all("send") + ListText.values(line("send.more"))
        reason = line("reason")
        stop = fields["stop"] != nil
        written = Set(fields.all("written"))
        terms = TermsForm(fields)
    }

    /// What a browser would send of the form as it is shown.
    var fields: FormFields {
        var fields = FormFields()
        fields.append("name", name)
        fields.append("description", description)
        if isEnabled { fields.append("enabled", "1") }
        when.write("w", to: &fields)
        fields.append("then", effect.rawValue)
        for name in send { fields.append("send", name) }
        fields.append("reason", reason)
        if stop { fields.append("stop", "1") }
        for name in written.sorted() { fields.append("written", name) }
        terms.write(to: &fields)
        return fields
    }

    /// Whether a browser gives back what it is shown: boxes of one line lose line ends, and pages show no control characters.
    var isShownWhole: Bool {
        let fields = fields
        return fields.pairs.allSatisfy { pair in
            let isBox =
                pair.name == "description"
                || fields["\(pair.name.dropLast(2)).k"] == ConditionForm.NewLine.pattern.rawValue
            return Printable.clean(pair.value) == pair.value && (isBox || pair.value.contains("\n") == false)
        }
    }
}
