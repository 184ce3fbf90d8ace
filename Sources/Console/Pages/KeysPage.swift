import HTTPSurface

/// Which keys there are, and how the pages look: what somebody sets for their own browser.
struct KeysPage {
    var look: Look
    /// The path to come back to.
    var next: String

    var page: Page {
        Page(
            title: "Keys and appearance",
            area: nil,
            content: """
                <div class="head"><div><h1>Keys and appearance</h1><p>Set for this browser alone, in a cookie.</p></div></div>
                <div class="grid-main"><div class="stack-4">\(keys)</div><div class="stack-4">\(appearance)</div></div>
                """
        )
    }

    private var keys: HTML {
        let pages: [(String, String)] = Page.Area.allCases.map { ("g \($0.key)", $0.name) }
        let others = [
            ("/", "Go to, or search"), ("j", "Next row"), ("k", "Row before"), ("Enter", "Open the row"),
            ("Esc", "Out of an open menu, or to the page above"), ("?", "This page"),
        ]
        let ofRules = [
            ("e", "Edit the rule of the row"), ("Alt+↑", "Move the rule up"), ("Alt+↓", "Move the rule down"),
            ("x", "Switch the rule on or off"),
        ]
        let rows: [HTML] = (others + ofRules + pages).map { keys, words in
            let shown: [HTML] = keys.split(separator: " ").map { "<kbd>\(String($0))</kbd> " }
            return "<tr><td class=\"nw\">\(shown)</td><td>\(words)</td></tr>"
        }
        let ofText = [
            ("Ctrl+S", "Check the JSON"), ("Ctrl+Enter", "Keep it in the draft"), ("F8", "Next error"),
            ("Shift+F8", "Error before"),
        ]
        let inText: [HTML] = ofText.map { #"<tr><td class="nw"><kbd>\#($0.0)</kbd></td><td>\#($0.1)</td></tr>"# }
        return """
            <section class="card"><header><h2>Keys</h2><span class="s f">\(look.hasKeys ? "on" : "off")</span></header>\
            <table class="mid"><caption class="vh">Keys, outside of fields</caption><thead><tr><th scope="col">Key</th>\
            <th scope="col">Does</th></tr></thead><tbody>\(rows)\
            \(inText)</tbody></table><footer>Never in a field, but for those of a text box with JSON, which are always on. Every page works without them, and without scripts.</footer></section>
            """
    }

    private var appearance: HTML {
        let themes: [HTML] = Look.Theme.allCases.map { theme in
            let words = theme == .auto ? "as the browser prefers" : theme.rawValue
            let checked: HTML = theme == look.theme ? " checked" : ""
            return """
                <label class="check"><input type="radio" name="theme" value="\(theme.rawValue)"\(checked)> \
                <span>\(words)</span></label>
                """
        }
        func box(_ name: String, _ isOn: Bool, _ words: String) -> HTML {
            let checked: HTML = isOn ? " checked" : ""
            return """
                <label class="check"><input type="checkbox" name="\(name)"\(checked)> <span>\(words)</span></label>
                """
        }
        return """
            <section class="card"><header><h2>Appearance</h2></header><form method="post" action="/theme">\
            <input type="hidden" name="next" value="\(next)">\
            <fieldset class="fs"><legend>Theme</legend><div class="stack">\(themes)</div></fieldset>\
            <fieldset class="fs"><legend>Lists and keys</legend><div class="stack">\
            \(box("compact", look.isCompact, "Compact rows, without second lines"))\
            \(box("keys", look.hasKeys, "Keys lead through the pages"))</div></fieldset>\
            <div class="fs"><button class="b p">Keep</button></div></form></section>
            """
    }
}
