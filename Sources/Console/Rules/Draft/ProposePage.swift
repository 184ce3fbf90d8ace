import HTTPSurface
import Operations
import Routing

/// What stands in the place of publishing where the rules are kept in a file that this service does not write.
enum ProposePage {
    static func page(_ draft: Draft, _ bench: Workbench, _ expectations: ExpectationReport?) -> Page {
        let command = """
            curl -sSf -H "Authorization: Bearer $NOROSHI_TOKEN" "$NOROSHI_URL/api/v1/drafts/\(draft.id)/patch" | git apply
            """
        return Page(
            title: "Propose your draft",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / Draft</div><div class="head"><div>\
                <h1>Propose your draft</h1><p>The rules are kept in a file that this service does not write. Take the change to where \
                the file is kept, and load it there; only the lines that you touched differ.</p></div></div><div class="stack-4">\
                \(ExpectationResultView.note(expectations, bench))\
                <section class="card"><header><h2>As a patch</h2></header><div class="body stack"><div class="row wrap">\
                <a class="b p" href="/drafts/\(draft.id)/patch">Download the patch</a>\
                <a class="b" href="/drafts/\(draft.id)/routes.json">Download the whole file</a></div>\
                <p class="s m">Or in the repository, with the address and a token of this service:</p>\
                <div class="rawbox" tabindex="0" role="region" aria-label="Command"><pre>\(command)</pre></div>\
                <p class="s m">Then <code>noroshi check routes.json</code>, and reload. The draft stays until you discard it.</p></div></section>\
                <section class="card" aria-label="Changes"><div class="body stack-4">\
                \(draft.comparison.map { ChangesView(comparison: $0, leads: true).html } ?? "")</div></section></div>
                """
        )
    }
}
