import HTTPSurface

/// What the rows of a form are made of: a label, the fields, and what is wrong with them.
struct SettingRows {
    var choices: RuleFormView.Choices
    /// The name of what is edited, where it has one.
    var name: String?
    var mistakes: [FormMistake] = []
    /// The members that have no field, since the form cannot show what they say.
    var kept: [String] = []
    /// Where the JSON is.
    var json: String

    /// One row.
    ///
    /// - Parameters:
    ///   - key: The member of routes.json that it is for.
    ///   - label: What it is called.
    ///   - content: The fields.
    ///   - hint: What is to be said of them.
    /// - Returns: The row.
    func row(_ key: String, _ label: String, _ content: HTML, hint: HTML = "") -> HTML {
        let isKept = kept.contains(key)
        let faults = faults(key)
        let described: HTML = faults.text.isEmpty ? "" : #" aria-describedby="error-\#(key)""#
        let explained: HTML = hint.text.isEmpty || isKept ? "" : #"<p class="hint">\#(hint)</p>"#
        return """
            <div class="opt" role="group" aria-label="\(label)"\(described)><span class="l">\(label)</span>\
            <div>\(isKept ? keptNote : content)\(explained)\(faults)</div></div>
            """
    }

    private var keptNote: HTML {
        """
        <p class="s m">It says something that this form cannot show, and stays as it is. \
        <a class="u" href="\(json)">See its JSON</a></p>
        """
    }

    /// A row with a box of one line.
    func line(_ key: String, _ label: String, _ value: String, _ hint: String, size: String = "w-m", about: HTML = "")
        -> HTML
    {
        row(key, label, .box(key, label: label, value, hint: hint, size: size), hint: about)
    }

    /// A row for where a secret is read from.
    func secret(_ key: String, _ label: String, _ secret: SecretNameForm, about: HTML = "") -> HTML {
        row(key, label, secret.html(key, label), hint: about)
    }

    /// The rows for how and when something is told.
    func terms(_ form: TermsForm, _ parts: [TermsFormView.Part]) -> HTML {
        let shown: [HTML] = parts.map { part in
            guard kept.contains(part.rawValue) == false else { return row(part.rawValue, part.label, "") }
            let view = TermsFormView(form: form, windows: choices.windows, mistakes: mistakes)
            return view.html([part]) + faults(part.rawValue)
        }
        return "\(shown)"
    }

    private func faults(_ key: String) -> HTML {
        let own = mistakes.filter { $0.field == key || $0.field.hasPrefix("\(key).") }
        guard own.isEmpty == false else { return "" }
        let lines: [HTML] = own.map { #"<p class="err s">\#($0.text)</p>"# }
        return #"<div id="error-\#(key)">\#(lines)</div>"#
    }

    /// The beginning of a part of the form.
    static func part(_ title: HTML, _ lead: HTML = "", _ content: HTML) -> HTML {
        """
        <fieldset class="fs"><legend>\(title) <span class="lead">\(lead)</span></legend><div>\(content)</div></fieldset>
        """
    }
}
