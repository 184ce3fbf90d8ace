import HTTPSurface
import Operations
import Routing
import Store

/// Somebody published meanwhile: what fits, and what has to be decided.
struct MergePage {
    var bench: Workbench
    var draft: Draft
    var merge: RouteMerge
    /// What was decided before, by pointers.
    var chosen: [String: RouteMerge.Choice] = [:]

    var page: Page {
        let count = merge.conflicts.count
        let fits =
            "\(merge.fitting.count) of your changes \(merge.fitting.count == 1 ? "fits" : "fit") as \(merge.fitting.count == 1 ? "it is" : "they are")"
        let left =
            count == 0
            ? "nothing is left to decide."
            : count == 1 ? "1 thing was changed by both." : "\(count) things were changed by both."
        return Page(
            title: "Somebody published meanwhile",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / Draft</div><div class="head"><div>\
                <h1>Somebody published meanwhile</h1><p>Your draft is based on v\(draft.record.content.base). \(published) \
                Nothing of yours is lost. \(fits); \(left)</p></div></div>\
                <form class="stack-4" method="post" action="/draft/merge">\(bench.formFields)\(fitting)\
                \(merge.conflicts.enumerated().map { conflict($0, $1) })\
                <div class="card"><footer class="row wrap"><button class="b p">Put my draft on v\(draft.active)</button>\
                <span class="hint">The draft is not published by this.</span></footer></div></form>
                """
        )
    }

    private var published: HTML {
        guard let active = bench.active else { return "" }
        return
            "<b>v\(active.version)</b> is in force: “\(VersionsPage.why(active))”, \(VersionsPage.who(active)), \(.moment(active.activatedAt))."
    }

    private var fitting: HTML {
        guard merge.fitting.isEmpty == false else { return "" }
        let names = merge.fitting.prefix(50).map(MergePage.words).joined(separator: ", ")
        return """
            <div class="note">\(.icon(.check, "t-ok"))<div class="grow"><b>Fits:</b> \(names)\
            \(merge.fitting.count > 50 ? " and \(merge.fitting.count - 50) more" : ""). They stand on v\(draft.active) unchanged.</div></div>
            """
    }

    private func conflict(_ place: Int, _ conflict: RouteMerge.Conflict) -> HTML {
        let choice = chosen[conflict.pointer]
        let both: HTML =
            conflict.both.map { text in
                .check(
                    "c.\(place)",
                    "both",
                    choice == .both || choice == nil,
                    "<b>Both</b> <code>\(text)</code> \(.hint("lists are joined when each side only adds"))",
                    type: "radio"
                )
            } ?? ""
        return """
            <section class="card"><header><h2>\(MergePage.words(conflict.pointer)) <span class="tag bad">\(conflict.reason)</span></h2>\
            <span class="s f">\(place + 1) of \(merge.conflicts.count)</span></header><div class="body stack-4"><div class="grid-3">\
            \(column("Yours", "your draft", conflict.mine, conflict))\
            \(column("Base", "v\(draft.record.content.base)", conflict.base, conflict))\
            \(column("Theirs", "v\(draft.active)", conflict.theirs, conflict))</div>\
            \(.hiddenField("p.\(place)", conflict.pointer))<fieldset class="stack"><legend class="vh">Which one</legend>\(both)\
            \(.check("c.\(place)", "mine", choice == .mine, "Mine", type: "radio"))\(.check("c.\(place)", "theirs", choice == .theirs, "Theirs", type: "radio"))\
            \(.check("c.\(place)", "edit", false, "Edit \(.hint("begins with yours, and opens in the editor once the draft stands on v\(draft.active)"))", type: "radio"))\
            </fieldset></div></section>
            """
    }

    private func column(_ title: String, _ whose: String, _ text: String?, _ conflict: RouteMerge.Conflict) -> HTML {
        let lines: [HTML] =
            text.map { text in
                let known = Set(conflict.base.map(ChangesView.dedented) ?? [])
                return ChangesView.dedented(text).prefix(200).map { line in
                    known.contains(line) ? "<div> \(line)</div>" : #"<div class="a">+\#(line)</div>"#
                }
            } ?? [#"<div class="h">not there</div>"#]
        return """
            <section class="card"><header><div><h3>\(title)</h3><p class="xs f">\(whose)</p></div></header>\
            <div class="diff" tabindex="0" role="region" aria-label="\(title): \(MergePage.words(conflict.pointer))">\(lines)</div></section>
            """
    }

    /// `/rules/high/when` as `high, “when”`.
    private static func words(_ pointer: String) -> String {
        let tokens = JSONPointer(pointer)?.tokens ?? []
        guard let first = tokens.first else { return "the whole file" }
        guard tokens.count > 1 else { return first == "rules" ? "the order of the rules" : "“\(first)”" }
        let rest = tokens.count > 2 ? ", “\(tokens.dropFirst(2).joined(separator: "/"))”" : ""
        return first == "rules" ? "\(tokens[1])\(rest)" : "\(first) \(tokens[1])\(rest)"
    }
}
