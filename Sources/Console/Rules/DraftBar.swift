import HTTPSurface
import Operations
import Routing
import Store

/// The bar above the pages about rules: what the draft holds, and what can be done with it.
struct DraftBar {
    var draft: Draft
    var keeping: RouteKeeping
    var visitor: Visitor

    var html: HTML {
        let isOwn = draft.record.owner == visitor.caller.name
        let whose: HTML = isOwn ? "Your draft" : "Draft of \(Visitor.shown(draft.record.owner))"
        return """
            <div class="draft" role="region" aria-label="\(whose)"><b>\(whose)</b><span class="m">\(changes)</span>\
            \(proposed)\(behind)\(buffer)<span class="grow"></span>\(isOwn ? own : others)</div>
            """
    }

    private var changes: HTML {
        let count = draft.comparison?.changes.count
        let base = "v\(draft.record.content.base)"
        guard let count else { return "based on \(base)" }
        let words = count == 0 ? "no change" : count == 1 ? "1 change" : "\(count) changes"
        return #"<a class="u" href="/draft/changes">\#(words)</a> since \#(base)"#
    }

    private var proposed: HTML {
        guard let note = draft.record.proposal else { return "" }
        return #"<span class="sep">·</span><span class="s">proposed: \#(note)</span>"#
    }

    private var behind: HTML {
        guard draft.isBehind else { return "" }
        return """
            <span class="sep">·</span><span class="s t-warn">v\(draft.active) was published meanwhile: \
            <a class="u" href="/draft/merge">put the draft onto it</a></span>
            """
    }

    private var buffer: HTML {
        guard draft.record.content.buffer != nil else { return "" }
        return """
            <span class="sep">·</span><span class="s t-warn">the JSON is not finished: \
            <a class="u" href="/rules/json">go on with it</a></span>
            """
    }

    private var own: HTML {
        let undo: HTML =
            draft.record.steps > 0 ? #"<button class="b sm q" name="do" value="undo">Undo last edit</button>"# : ""
        let discard = visitor.way(.edit, to: "/draft/discard", "sm q", "Discard…", saysWhy: false)
        let words: HTML = keeping == .file ? "Propose…" : "Publish…"
        let publish = visitor.way(.edit, to: "/draft/publish", "sm p", words, saysWhy: false)
        // Whoever may not have it measured sees what was.
        let see: HTML =
            visitor.may(.edit)
            ? #"<button class="b sm" formaction="/draft/effect" name="do" value="see">See effect</button>"#
            : #"<a class="b sm" href="/draft/effect">See effect</a>"#
        let why: HTML = visitor.obstacle(to: .edit).map { #"<span class="hint">\#($0)</span>"# } ?? ""
        let step: HTML = visitor.may(.edit) ? undo : #"<fieldset class="off" disabled>\#(undo)</fieldset>"#
        return """
            <form class="row wrap" method="post" action="/draft">\(visitor.proofField)\(.hiddenField("tag", draft.tag))\
            \(discard)\(step)\(see)\(publish)\(why)</form>
            """
    }

    private var others: HTML {
        """
        <form method="post" action="/drafts/\(draft.id)/take-over">\(visitor.proofField)\(.hiddenField("tag", draft.tag))\
        \(visitor.controls(.edit, #"<button class="b sm">Take it over</button>"#))</form>
        """
    }
}

extension Visitor {
    /// Whoever did something, as it is recorded: `ana` of `console:token.ana`.
    static func shown(author: String) -> String {
        shown(author.split(separator: ":", maxSplits: 1).last.map(String.init) ?? author)
    }

    /// A person's name without what all names begin with.
    static func shown(_ name: String) -> String {
        name.hasPrefix("token.") ? String(name.dropFirst("token.".count)) : name
    }
}
