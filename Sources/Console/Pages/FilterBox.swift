import Findings
import HTTPSurface

/// The box above a listing, the chips that mirror it, and what of it could not be used.
struct FilterBox {
    var path: String
    /// Fields of the address that stay as they are.
    var kept: [(name: String, value: String)] = []
    var label: String
    var text: String
    var query: SearchQuery
    var mistakes: [String]
    var fields: [(name: String, example: String)]

    var html: HTML {
        """
        <form class="filters" action="\(path)" role="search" aria-label="\(label)"><input type="search" name="q" \
        aria-label="Search \(label.lowercased())" value="\(text)" placeholder="\(example)"\(described)>\
        <button class="b">Search</button>\(keptFields)</form>
        \(faults)\(chips)
        """
    }

    private var keptFields: HTML { "\(kept.map { HTML.hiddenField($0.name, $0.value) })" }

    private var example: String { fields.prefix(3).map { "\($0.name):\($0.example)" }.joined(separator: " ") }

    private var described: HTML { mistakes.isEmpty ? "" : #" aria-invalid="true" aria-describedby="mistakes""# }

    private var faults: HTML {
        guard mistakes.isEmpty == false else { return "" }
        let lines: [HTML] = mistakes.map { "<li>\($0)</li>" }
        let rest: HTML = "<li>The list goes by the rest of what was asked, and shows more than that.</li>"
        return #"<ul class="err s" id="mistakes">\#(lines)\#(rest)</ul>"#
    }

    private var chips: HTML {
        guard query.terms.isEmpty == false else { return "" }
        let chips: [HTML] = query.terms.map { term in
            """
            <span class="pill\(term.isExclusion ? " no" : "")"><span class="k">\(term.isExclusion ? "not " : "")\(term.field)</span> \(term.value)<a href="\(path(query.without(term)))" \
            aria-label="Remove \(term.field)">×</a></span>
            """
        }
        return #"<div class="row wrap chips">\#(chips)</div>"#
    }

    private func path(_ query: String) -> String {
        let fields = kept + (query.isEmpty ? [] : [("q", query)])
        guard fields.isEmpty == false else { return path }
        return path + "?" + fields.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }

    /// The link to the next page of the same listing; nothing on the last one.
    func older(_ cursor: String?) -> HTML {
        guard let cursor else { return "" }
        return """
            <a class="u" href="\(path)?q=\(text.percentEncoded)&amp;cursor=\(cursor.percentEncoded)">Older</a>
            """
    }
}
