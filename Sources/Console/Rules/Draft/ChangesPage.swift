import HTTPSurface
import Operations
import Routing
import Store

/// What a draft is different in, in words of the rules.
enum ChangesPage {
    static func page(_ draft: Draft, _ bench: Workbench) -> Page {
        let base = draft.record.content.base
        let content: HTML =
            draft.comparison.map {
                ChangesView(comparison: $0, leads: draft.record.owner == bench.visitor.caller.name).html
            }
            ?? #"<p class="m">The text of v\#(base) is not kept any more, so there is nothing to compare with.</p>"#
        return Page(
            title: "Changes of the draft",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / Draft</div>\
                <div class="head"><div><h1>Changes since v\(base)</h1><p>As it would be in force. What it would have done with what \
                came in is <a href="/draft/effect">measured apart</a>.</p></div><div class="row">\
                <a class="b" href="/drafts/\(draft.id)/patch">Patch</a><a class="b" href="/drafts/\(draft.id)/routes.json">routes.json</a>\
                </div></div><section class="card" aria-label="Changes"><div class="body stack-4">\(content)</div></section>
                """
        )
    }

    /// Asks before a draft is thrown away.
    static func discard(_ draft: Draft, _ bench: Workbench) -> Page {
        let count = draft.comparison?.changes.count ?? 0
        return Page(
            title: "Discard the draft",
            area: .rules,
            content: """
                <div class="crumb"><a href="/rules">Rules</a> / Draft</div><div class="head"><div><h1>Discard the draft?</h1>\
                <p>\(count == 1 ? "1 change is" : "\(count) changes are") lost; what is in force stays as it is. This cannot be undone.</p>\
                </div></div><form class="row" method="post" action="/draft">\(bench.formFields)\
                <button class="b danger" name="do" value="discard">Discard it</button><a class="b q" href="/rules">Keep it</a></form>
                """
        )
    }

    /// Stands where a draft would.
    static func none(_ bench: Workbench, title: String) -> Page {
        Page(
            title: title,
            area: .rules,
            content: """
                <div class="crumb"><a href="/rules">Rules</a> / Draft</div><div class="head"><div><h1>\(title)</h1>\
                <p>You have no draft. Change something in <a href="/rules">Rules</a>, and one is made.</p></div></div>
                """
        )
    }
}
