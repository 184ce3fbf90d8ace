import Findings
import HTTPSurface

/// What becomes of findings that no rule takes, as the fields of a form.
struct FallbackForm: SettingForm {
    var description = ""
    var send: [String] = []
    var terms = TermsForm()

    static let areas: Set<String> = ["description"]

    mutating func perform(_ act: FormAct) { terms.perform(act) }

    mutating func take(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "description": Read.text(value, &description)
        case "send": Read.list(value, &send)
        case "unless": false
        default: terms.take(key, value) == true
        }
    }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        let own: [(key: String, value: JSONValue?)] = [
            ("description", Written.text(description)), ("send", .array(send.map { .string($0) })),
        ]
        return own + terms.members(&mistakes).filter { $0.key != "unless" }
    }

    init() {}

    init(_ fields: FormFields) {
        description = FormText.lines(fields["description"] ?? "")
        send = fields.all("send") + ListText.values(fields["send.more"] ?? "")
        terms = TermsForm(fields)
    }

    var fields: FormFields {
        var fields = FormFields()
        fields.append("description", description)
        for name in send { fields.append("send", name) }
        terms.write(to: &fields)
        return fields
    }

    func html(_ rows: SettingRows) -> HTML {
        """
        <div class="fs">\(rows.row("description", "Description", .area("description", label: "Description", description, rows: 2)))</div>\
        \(SettingRows.part("Then", "for what no rule takes", rows.row("send", "Send to", #"<div class="inl checks">\#(rows.choices.ticks(send))</div>"#)))\
        \(SettingRows.part("How it is told", "", rows.terms(terms, [.group, .mutes, .digest, .notify])))
        """
    }
}
