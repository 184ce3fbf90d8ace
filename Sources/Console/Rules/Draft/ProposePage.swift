import HTTPSurface
import Operations
import Routing
import Store

/// What stands in the place of publishing where the rules are kept in a file that this service does not write.
struct ProposePage {
    let draft: Draft
    let bench: Workbench
    let expectations: ExpectationReport?
    /// As it was sent, where it was refused.
    var note: String?
    /// Why it was refused.
    var mistake: String?

    init(_ draft: Draft, _ bench: Workbench, _ expectations: ExpectationReport?) {
        (self.draft, self.bench, self.expectations) = (draft, bench, expectations)
    }

    var page: Page {
        Page(
            title: "Propose your draft",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / Draft</div><div class="head"><div>\
                <h1>Propose your draft</h1><p>The rules are kept in a file that this service does not write. Take the change to where \
                the file is kept, and load it there; only the lines that you touched differ.</p></div></div><div class="stack-4">\
                \(fault)\(ExpectationResultView.note(expectations, bench))\(reason)\(patch)\
                <section class="card" aria-label="Changes"><div class="body stack-4">\
                \(draft.comparison.map { ChangesView(comparison: $0, leads: true).html } ?? "")</div></section></div>
                """
        )
    }

    private var fault: HTML {
        guard let mistake else { return "" }
        return
            #"<div class="note bad" role="alert" id="mistake">\#(.icon(.stop))<div class="grow"><b>\#(mistake)</b></div></div>"#
    }

    private var reason: HTML {
        let isProposed = draft.record.proposal != nil
        let described: HTML = mistake == nil ? "" : #" aria-describedby="mistake""#
        let button: HTML =
            isProposed ? #"<button class="b">Change the note</button>"# : #"<button class="b p">Propose</button>"#
        let state: HTML =
            isProposed
            ? """
            <b>Proposed.</b> As soon as a file is loaded that means the same, the draft ends, and this note stands beside the version.
            """
            : """
            With it the draft is proposed: as soon as a file is loaded that means the same, it ends, and the note stands beside the version.
            """
        return """
            <form class="card" method="post" action="/draft/propose" aria-label="Proposal"><div class="body stack">\(bench.formFields)\
            <label for="note">Why</label><textarea id="note" name="note" rows="2" maxlength="500" required\(described)>
            \(.verbatim(note ?? draft.record.proposal ?? ""))</textarea>\
            <p class="hint">\(state)</p><div class="row">\(button)</div></div></form>
            """
    }

    private var patch: HTML {
        let command = """
            curl -sSf -H "Authorization: Bearer $NOROSHI_TOKEN" "$NOROSHI_URL/api/v1/drafts/\(draft.id)/patch" | git apply
            """
        return """
            <section class="card"><header><h2>As a patch</h2></header><div class="body stack"><div class="row wrap">\
            <a class="b" href="/drafts/\(draft.id)/patch">Download the patch</a>\
            <a class="b" href="/drafts/\(draft.id)/routes.json">Download the whole file</a></div>\
            <p class="s m">Or in the repository, with the address and a token of this service:</p>\
            <div class="rawbox" tabindex="0" role="region" aria-label="Command"><pre>\(command)</pre></div>\
            <p class="s m">Then <code>noroshi check routes.json</code>, and reload.</p></div></section>
            """
    }
}
