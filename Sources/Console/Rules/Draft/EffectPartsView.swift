import HTTPSurface

/// The effect that each change of a draft has by itself, with the others left as they are.
struct EffectPartsView {
    var parts: [EffectView.Part]

    var html: HTML {
        guard parts.isEmpty == false else { return "" }
        let heads: [HTML] = EffectView.Count.Kind.allCases.map { #"<th scope="col" class="num">\#($0.title)</th>"# }
        return """
            <section class="card" id="parts"><header><h2>By change</h2><span class="s f">What each does by itself</span></header>\
            <div class="scroll" tabindex="0" role="region" aria-label="By change"><table class="mid stackable">\
            <caption class="vh">Findings that each change makes different</caption><thead><tr><th scope="col">Change</th>\(heads)\
            </tr></thead><tbody>\(parts.map(row))</tbody></table></div></section>
            """
    }

    private func row(_ part: EffectView.Part) -> HTML {
        let name: HTML =
            part.rule.map { #"<a class="u" href="\#(ConsolePath.rule($0))">\#($0)</a>"# } ?? "\(part.name)"
        let cells: [HTML] = EffectView.Count.Kind.allCases.map { kind in
            let count = part.findings[kind] ?? 0
            return #"<td data-l="\#(kind.title)" class="num \#(count > 0 ? kind.look : "f")">\#(.number(count))</td>"#
        }
        return """
            <tr><td>\(name) <span class="tag">\(part.verb)</span></td>\(cells)</tr>
            """
    }
}
