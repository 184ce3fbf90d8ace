import Findings
import HTTPSurface

/// The box above a listing, the chips that mirror it, and what of it could not be used.
struct FilterBox {
    var path: String
    var label: String
    var text: String
    var query: SearchQuery
    var mistakes: [String]
    var fields: [(name: String, example: String)]

    var html: HTML {
        """
        <form class="filters" action="\(path)" role="search" aria-label="\(label)"><input type="search" name="q" \
        aria-label="Search \(label.lowercased())" value="\(text)" placeholder="\(example)"\(described)>\
        <button class="b">Search</button></form>
        \(faults)\(chips)
        """
    }

    private var example: String { fields.prefix(3).map { "\($0.name):\($0.example)" }.joined(separator: " ") }

    private var described: HTML { mistakes.isEmpty ? "" : #" aria-invalid="true" aria-describedby="mistakes""# }

    private var faults: HTML {
        guard mistakes.isEmpty == false else { return "" }
        let lines: [HTML] = mistakes.map { "<li>\($0)</li>" }
        return #"<ul class="err s" id="mistakes">\#(lines)</ul>"#
    }

    private var chips: HTML {
        guard query.terms.isEmpty == false else { return "" }
        let chips: [HTML] = query.terms.map { term in
            """
            <span class="pill"><span class="k">\(term.field)</span> \(term.value)<a href="\(path(query.without(term)))" \
            aria-label="Remove \(term.field)">×</a></span>
            """
        }
        return #"<div class="row wrap chips">\#(chips)</div>"#
    }

    private func path(_ query: String) -> String {
        query.isEmpty ? path : "\(path)?q=\(query.percentEncoded)"
    }

    /// The link to the next page of the same listing; nothing on the last one.
    func older(_ cursor: String?) -> HTML {
        guard let cursor else { return "" }
        return """
            <a class="u" href="\(path)?q=\(text.percentEncoded)&amp;cursor=\(cursor.percentEncoded)">Older</a>
            """
    }
}
