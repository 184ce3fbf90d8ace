import HTTPSurface
import Routing

/// What forms are made of.
extension HTML {
    /// A choice of one of several.
    static func select(_ name: String, label: String, _ options: [(value: String, text: String)], _ chosen: String)
        -> HTML
    {
        let known = options.contains { $0.value == chosen } ? options : options + [(chosen, chosen)]
        let shown: [HTML] = known.map { option in
            #"<option value="\#(option.value)"\#(option.value == chosen ? " selected" : "")>\#(option.text)</option>"#
        }
        return #"<select name="\#(name)" aria-label="\#(label)">\#(shown)</select>"#
    }

    /// A box of one line.
    static func box(
        _ name: String,
        label: String,
        _ value: String,
        hint: String = "",
        size: String = "",
        list: String = ""
    ) -> HTML {
        // Some browsers offer no list where they are not to complete.
        let offers: HTML = list.isEmpty ? #" autocomplete="off""# : #" list="\#(list)""#
        return """
            <input type="text" name="\(name)" aria-label="\(label)" value="\(value)" placeholder="\(hint)" \
            class="\(size)"\(offers) spellcheck="false">
            """
    }

    /// A box of several lines; the line end that HTML takes away from its beginning stands before the text.
    static func area(_ name: String, label: String, _ text: String, rows: Int, _ attributes: HTML = "") -> HTML {
        """
        <textarea name="\(name)" aria-label="\(label)" rows="\(rows)" spellcheck="false"\(attributes)>
        \(.verbatim(text))</textarea>
        """
    }

    static func hiddenField(_ name: String, _ value: String) -> HTML {
        #"<input type="hidden" name="\#(name)" value="\#(value)">"#
    }

    static func check(_ name: String, _ value: String, _ isOn: Bool, _ text: HTML, type: String = "checkbox") -> HTML {
        """
        <label class="check"><input type="\(type)" name="\(name)" value="\(value)"\(isOn ? " checked" : "")> \
        <span>\(text)</span></label>
        """
    }

    /// Some of several, the chosen ones first and in their order, since that is the order in which they are written.
    static func choices(_ name: String, _ all: [String], _ chosen: [String]) -> HTML {
        let rest = all.filter { chosen.contains($0) == false }
        return "\((chosen + rest).map { check(name, $0, chosen.contains($0), "\($0)") })"
    }

    /// A button that gives the form back with a line more or less.
    static func act(_ act: FormAct, _ text: HTML, label: String? = nil, _ look: String = "q") -> HTML {
        let name: HTML = label.map { #" aria-label="\#($0)""# } ?? ""
        return """
            <button class="b sm \(look)" name="do" value="\(act.text)" formnovalidate\(name)>\(text)</button>
            """
    }

    /// A button that takes something out of a form.
    static func removal(of target: String, _ what: String) -> HTML {
        act(FormAct(.remove, target), icon(.x), label: "Remove \(what)", "q ic")
    }

    /// A phrase with its strong parts so.
    static func phrase(_ phrase: Phrase) -> HTML {
        "\(phrase.parts.map { $0.isStrong ? "<b>\($0.text)</b>" : "\($0.text)" as HTML })"
    }
}
